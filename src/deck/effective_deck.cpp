#include <fmt/format.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "deck/deck.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

/// A table as it will be written: its own lines come before its sub-tables.
struct TextSection {
  std::string path;
  bool is_element = false;
  std::string lines;
  std::vector<std::unique_ptr<TextSection>> inner;

  TextSection& add(std::string_view key, bool element) {
    auto section = std::make_unique<TextSection>();
    section->path = path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
    section->is_element = element;
    inner.push_back(std::move(section));
    return *inner.back();
  }
  std::string text() const {
    std::string all;
    if (!path.empty()) all = is_element ? fmt::format("\n[[{}]]\n", path) : fmt::format("\n[{}]\n", path);
    all += lines;
    for (const auto& section : inner) all += section->text();
    return all;
  }
};

class Writer final : public Binder {
 public:
  explicit Writer(TextSection& section) : section_(section) {}

  using Binder::value;
  void value(std::string_view key, double& field, Limits, Doc) override { put(key, field); }
  void value(std::string_view key, std::int64_t& field, Limits, Doc) override { put(key, field); }
  void value(std::string_view key, bool& field, Doc) override { put(key, field); }
  void value(std::string_view key, std::string& field, Doc) override { put(key, std::string_view(field)); }
  void value(std::string_view key, std::optional<double>& field, Limits, Doc) override {
    if (field) put(key, *field);
  }
  void value(std::string_view key, std::optional<std::int64_t>& field, Limits, Doc) override {
    if (field) put(key, *field);
  }
  void list(std::string_view key, std::vector<double>& field, std::size_t size, Limits, Doc) override {
    put_list(key, field, size);
  }
  void list(std::string_view key, std::vector<std::int64_t>& field, std::size_t size, Limits, Doc) override {
    put_list(key, field, size);
  }
  void list(std::string_view key, std::vector<std::string>& field, std::size_t size, Doc) override {
    put_list(key, std::vector<std::string_view>(field.begin(), field.end()), size);
  }
  void file(std::string_view key, std::string& field, Doc) override {
    if (!field.empty()) put(key, std::string_view(std::filesystem::absolute(field).lexically_normal().string()));
  }
  void formula(std::string_view key, std::string& field, const FormulaNames&, Doc) override {
    if (!field.empty()) put(key, std::string_view(field));
  }
  void formulas(std::string_view key, std::vector<std::string>& field, std::size_t size, const FormulaNames&,
                Doc doc) override {
    list(key, field, size, doc);
  }
  void required(std::string_view) override {}
  bool has(std::string_view) const override { return true; }
  void check(bool, std::string_view, const std::string&) override {}
  bool is_describing() const override { return false; }

 protected:
  void choose(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names, Doc) override {
    put(key, names.at(index));
  }
  std::unique_ptr<Binder> enter(std::string_view key, Doc) override {
    return std::make_unique<Writer>(section_.add(key, false));
  }
  std::unique_ptr<Binder> enter_optional(std::string_view key, bool present, Doc doc) override {
    return present ? enter(key, doc) : nullptr;
  }
  std::size_t count_tables(std::string_view key, std::size_t count, Doc) override {
    if (count == 0) section_.lines += fmt::format("{} = []\n", key);
    return count;
  }
  std::unique_ptr<Binder> enter_element(std::string_view key, std::size_t) override {
    return std::make_unique<Writer>(section_.add(key, true));
  }

 private:
  template <class T>
  void put(std::string_view key, const T& field) {
    section_.lines += fmt::format("{} = {}\n", key, to_toml(field));
  }
  /// An empty list that must have a certain size is an absent one.
  template <class T>
  void put_list(std::string_view key, const std::vector<T>& field, std::size_t size) {
    if (!field.empty() || size == 0) put(key, field);
  }

  TextSection& section_;
};

}  // namespace

struct EffectiveDeck::Impl {
  TextSection top;
};

EffectiveDeck::EffectiveDeck() : impl_(std::make_unique<Impl>()) {}
EffectiveDeck::~EffectiveDeck() = default;

void EffectiveDeck::write_top(const std::function<void(Binder&)>& bind_top) {
  Writer writer(impl_->top);
  bind_top(writer);
}

void EffectiveDeck::write_stage(const std::string& name, const std::string& type,
                                const std::function<void(Binder&)>& bind_stage) {
  TextSection& stage = impl_->top.add("stage", true);
  stage.lines = fmt::format("name = {}\ntype = {}\n", to_toml(std::string_view(name)), to_toml(std::string_view(type)));
  Writer writer(stage);
  bind_stage(writer);
}

std::string EffectiveDeck::text() const {
  const std::string text = impl_->top.text();
  return text.starts_with('\n') ? text.substr(1) : text;
}

}  // namespace tessera::deck
