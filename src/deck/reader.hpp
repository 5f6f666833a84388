// The Binder that reads a deck.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "deck/binder.hpp"
#include "deck/document.hpp"
#include "deck/problems.hpp"

namespace tessera::deck {

/// What a table is called in messages.
struct Place {
  std::string path;   ///< "stage.pair"; empty at the top level
  std::string owner;  ///< " of stage "melt"", or empty outside stages
  std::string name;   ///< "[stage.pair] of stage "melt""; empty at the top level
  std::string in() const { return name.empty() ? "at the top level" : "in " + name; }
  std::string header() const;
  Place table(std::string_view key) const;
  Place element(std::string_view key, std::size_t index) const;
};

/// What was asked of a table of the deck.
struct Visit {
  Place place;
  const Visit* parent = nullptr;
  std::set<std::string, std::less<>> known;
  std::vector<std::string> known_keys() const { return {known.begin(), known.end()}; }
};

/// All that the reading of one deck has found so far.
struct Reading {
  std::string folder;  ///< where relative file names begin
  Problems problems;
  std::vector<std::string> stage_names;
  std::map<const Table*, Visit> visits;
  int num_failures = 0;  ///< fields that could not be read

  Visit& visit(const Table& table, const Place& place, const Visit* parent);
  /// Of all tables that were visited.
  void report_unknown_keys();
};

class Reader final : public Binder {
 public:
  /// `table` is nullptr if the deck does not have it; `position` is then that of the nearest table around.
  Reader(Reading& reading, const Table* table, Place place, const Position& position, const Visit* parent);

  using Binder::value;
  void value(std::string_view key, double& field, Limits limits, Doc doc) override;
  void value(std::string_view key, std::int64_t& field, Limits limits, Doc doc) override;
  void value(std::string_view key, bool& field, Doc doc) override;
  void value(std::string_view key, std::string& field, Doc doc) override;
  void value(std::string_view key, std::optional<double>& field, Limits limits, Doc doc) override;
  void value(std::string_view key, std::optional<std::int64_t>& field, Limits limits, Doc doc) override;
  void list(std::string_view key, std::vector<double>& field, std::size_t size, Limits limits, Doc doc) override;
  void list(std::string_view key, std::vector<std::int64_t>& field, std::size_t size, Limits limits, Doc doc) override;
  void list(std::string_view key, std::vector<std::string>& field, std::size_t size, Doc doc) override;
  void file(std::string_view key, std::string& field, Doc doc) override;
  void formula(std::string_view key, std::string& field, const FormulaNames& names, Doc doc) override;
  void formulas(std::string_view key, std::vector<std::string>& field, std::size_t size, const FormulaNames& names,
                Doc doc) override;
  void required(std::string_view key) override { required_.emplace(key); }
  bool has(std::string_view key) const override;
  void check(bool holds, std::string_view key, const std::string& message) override;
  bool is_describing() const override { return false; }

 protected:
  void choose(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names, Doc doc) override;
  std::unique_ptr<Binder> enter(std::string_view key, Doc doc) override;
  std::unique_ptr<Binder> enter_optional(std::string_view key, bool present, Doc doc) override;
  std::size_t count_tables(std::string_view key, std::size_t count, Doc doc) override;
  std::unique_ptr<Binder> enter_element(std::string_view key, std::size_t index) override;

 private:
  const Entry* look_up(std::string_view key, const std::string& expected, Doc doc);
  void fail(const Position& position, std::string_view key, const std::string& text);
  template <class T, class Convert>
  void read(std::string_view key, T& field, const std::string& expected, Doc doc, const Convert& convert_node);
  template <class T, class Convert>
  void read_list(std::string_view key, std::vector<T>& field, std::size_t size, const std::string& expected, Doc doc,
                 const Convert& convert_node);

  Reading& reading_;
  const Table* table_;
  Place place_;
  Position position_;
  Visit* visit_;
  int failures_before_;
  std::set<std::string, std::less<>> required_;
};

}  // namespace tessera::deck
