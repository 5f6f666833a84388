// Parameters of a module, named once: the same bind function reads and validates a deck, writes the effective deck and
// prints `tessera describe`.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera::deck {

/// Allowed interval of a number. Non-finite numbers are refused everywhere.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool open_low = false;   ///< low itself is excluded
  bool open_high = false;  ///< high itself is excluded
};
inline constexpr Limits any{};
inline constexpr Limits positive{.low = 0.0, .open_low = true};
inline constexpr Limits non_negative{.low = 0.0};
inline constexpr Limits unit_interval{.low = 0.0, .high = 1.0};

struct FormulaNames;

/// What `describe` prints about a field.
struct Doc {
  std::string_view meaning;
  std::string_view unit = "";
};

/// Visits the fields of one table. A field whose key is absent keeps its default, unless required() names it.
/// In reading mode errors are collected with their position, not thrown: all of a deck are reported at once.
///
///   void bind(Binder& b, PairParams& p) {
///     b.choice("kind", p.kind, {{"lj", PairKind::lj}}, {"form of the potential"});
///     b.value("cutoff", p.cutoff, positive, {"distance beyond which the force is zero", "length"});
///   }
class Binder {
 public:
  virtual ~Binder() = default;

  virtual void value(std::string_view key, double& field, Limits limits, Doc doc) = 0;
  virtual void value(std::string_view key, std::int64_t& field, Limits limits, Doc doc) = 0;
  void value(std::string_view key, int& field, Limits limits, Doc doc);
  virtual void value(std::string_view key, bool& field, Doc doc) = 0;
  virtual void value(std::string_view key, std::string& field, Doc doc) = 0;
  virtual void value(std::string_view key, std::optional<double>& field, Limits limits, Doc doc) = 0;
  virtual void value(std::string_view key, std::optional<std::int64_t>& field, Limits limits, Doc doc) = 0;
  /// Lists; `size` of 0 means any length (up to 2^20), otherwise exactly that many.
  virtual void list(std::string_view key, std::vector<double>& field, std::size_t size, Limits limits, Doc doc) = 0;
  virtual void list(std::string_view key, std::vector<std::int64_t>& field, std::size_t size, Limits limits,
                    Doc doc) = 0;
  virtual void list(std::string_view key, std::vector<std::string>& field, std::size_t size, Doc doc) = 0;
  /// An existing file, relative to the deck's folder; the field receives the absolute path. Empty when absent.
  virtual void file(std::string_view key, std::string& field, Doc doc) = 0;

  /// Formulas of these names (deck/formula.hpp), known to be sound when the deck was read. Empty when absent.
  virtual void formula(std::string_view key, std::string& field, const FormulaNames& names, Doc doc) = 0;
  virtual void formulas(std::string_view key, std::vector<std::string>& field, std::size_t size,
                        const FormulaNames& names, Doc doc) = 0;

  template <class Enum>
  using Choices = std::initializer_list<std::pair<std::string_view, Enum>>;

  /// An enumeration, written as a lower-case string.
  template <class Enum>
  void choice(std::string_view key, Enum& field, Choices<Enum> choices, Doc doc) {
    std::vector<std::string_view> names;
    std::size_t index = 0;
    for (const auto& [name, value] : choices) {
      if (value == field) index = names.size();
      names.push_back(name);
    }
    choose(key, index, names, doc);
    field = (choices.begin() + index)->second;
  }

  /// A table [parent.key], always present with its defaults.
  template <class Params>
  void table(std::string_view key, Params& params, Doc doc) {
    if (auto inner = enter(key, doc)) bind(*inner, params);
  }

  /// A table that may be absent: the feature is then off.
  template <class Params>
  void table(std::string_view key, std::optional<Params>& params, Doc doc) {
    auto inner = enter_optional(key, params.has_value(), doc);
    if (!inner) return;
    if (!params) params.emplace();
    const bool keep = !inner->is_describing();
    bind(*inner, *params);
    if (!keep) params.reset();
  }

  /// An array of tables [[parent.key]].
  template <class Params>
  void tables(std::string_view key, std::vector<Params>& params, Doc doc) {
    tables(key, params, doc, [](Binder& inner, Params& element) { bind(inner, element); });
  }

  /// The same for elements that take more than themselves to read: bind_element(binder, element).
  template <class Params, class Bind>
  void tables(std::string_view key, std::vector<Params>& params, Doc doc, const Bind& bind_element) {
    const std::size_t count = count_tables(key, params.size(), doc);
    std::vector<Params> described(is_describing() ? 1 : 0);
    auto& target = is_describing() ? described : params;
    target.resize(is_describing() ? 1 : count);
    for (std::size_t n = 0; n < target.size(); ++n)
      if (auto inner = enter_element(key, n)) bind_element(*inner, target[n]);
  }

  /// The deck must give this key (call it before the field).
  virtual void required(std::string_view key) = 0;
  /// True if the deck gave this key (reading), always true otherwise.
  virtual bool has(std::string_view key) const = 0;
  /// A rule between fields: unless `holds`, an error at the position of `key`. Ignored when not reading.
  virtual void check(bool holds, std::string_view key, const std::string& message) = 0;
  /// True only for `describe`.
  virtual bool is_describing() const = 0;

 protected:
  virtual void choose(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names,
                      Doc doc) = 0;
  virtual std::unique_ptr<Binder> enter(std::string_view key, Doc doc) = 0;
  virtual std::unique_ptr<Binder> enter_optional(std::string_view key, bool present, Doc doc) = 0;
  virtual std::size_t count_tables(std::string_view key, std::size_t count, Doc doc) = 0;
  virtual std::unique_ptr<Binder> enter_element(std::string_view key, std::size_t index) = 0;
};

}  // namespace tessera::deck
