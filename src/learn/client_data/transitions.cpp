#include "learn/client_data/transitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "data/formats/row_table.hpp"
#include "data/formats/words.hpp"
#include "data/io/table_file.hpp"
#include "deck/formula.hpp"
#include "deck/formula_program.hpp"
#include "sim/coordinate_names.hpp"

namespace tessera::learn::client_data {

void bind(deck::Binder& b, TransitionsParams& p) {
  b.list(
      "features", p.features, 0,
      {"formulas of the position (x, y, z, or x1, x2... in more than three dimensions) and of t at the earlier time"});
  b.value("coordinate", p.coordinate, {"whose displacement per time is y; left out: the first one"});
  b.value("clients", p.clients, {.low = 1, .high = 1 << 20}, {"how many: equal blocks of ids"});
  b.check(b.is_describing() || !p.features.empty(), "features", "expected at least one formula");
}

namespace {

using data::RowTable;

/// Collective. Rows of id, step, time and position, each id on one rank, by id and step.
RowTable read_by_id(const Comm& comm, const std::string& path) {
  const data::Table table = data::read_table(comm, path);
  for (const char* name : {"step", "time", "id", "position"})
    if (!table.has_column(name))
      throw Error::input(fmt::format("{}: there is no column '{}': expected particles over time", path, name));
  RowTable rows;
  const int step = rows.add("step", 1, RowTable::Kind::integer), time = rows.add("time", 1, RowTable::Kind::real);
  const auto position = table.get<double>("position");
  const auto d = position.extent(1);
  const int place = rows.add("position", static_cast<int>(d), RowTable::Kind::real);
  const auto count = table.num_rows();
  const auto ids = data::host_copy(table.get<std::int64_t>("id"), 0, count),
             steps = data::host_copy(table.get<std::int64_t>("step"), 0, count);
  const auto times = data::host_copy(table.get<double>("time"), 0, count), x = data::host_copy(position, 0, count);
  for (std::size_t n = 0; n < ids.size(); ++n) {
    auto* row = rows.append();
    row[0].integer = ids[n];
    row[step].integer = steps[n];
    row[time].real = times[n];
    for (std::size_t c = 0; c < d; ++c) row[static_cast<std::size_t>(place) + c].real = x[n * d + c];
  }
  data::send_to_blocks(comm, data::IdBlocks(comm, ids), rows);
  rows.sort(step);
  return rows;
}

/// What is made of a row and the next one of its particle.
class Transition {
 public:
  Transition(const RowTable& rows, const TransitionsParams& params)
      : time_(static_cast<std::size_t>(rows.first_word("time"))),
        position_(static_cast<std::size_t>(rows.first_word("position"))),
        dimensions_(rows.width() - position_),
        program_(compile(sim::coordinate_names(static_cast<int>(dimensions_)), params)),
        inputs_(dimensions_ + 1) {
    const auto names = sim::coordinate_names(static_cast<int>(dimensions_));
    const auto found = std::find(names.begin(), names.end(), params.coordinate);
    if (!params.coordinate.empty() && found == names.end())
      throw Error::input(fmt::format("coordinate: there is no {}.{}", data::in_quotes(params.coordinate),
                                     data::did_you_mean(params.coordinate, names)));
    coordinate_ = params.coordinate.empty() ? 0 : static_cast<std::size_t>(found - names.begin());
  }

  /// Throws Error (input) for what is not finite.
  void operator()(const RowTable::Word* now, const RowTable::Word* next, double* x, double& y) {
    for (std::size_t c = 0; c < dimensions_; ++c) inputs_[c] = now[position_ + c].real;
    inputs_[dimensions_] = now[time_].real;
    program_(inputs_.data(), x);
    const double difference = next[time_].real - now[time_].real;
    y = (next[position_ + coordinate_].real - now[position_ + coordinate_].real) / difference;
    const bool is_finite =
        std::all_of(x, x + program_.num_outputs(), [](double value) { return std::isfinite(value); });
    if (!is_finite || !std::isfinite(y))
      throw Error::input(fmt::format("transitions: particle {} at time {}: {} is not finite", now[0].integer,
                                     now[time_].real, is_finite ? "the displacement per time" : "a feature"));
  }

 private:
  static deck::Program compile(std::vector<std::string> names, const TransitionsParams& params) {
    names.emplace_back("t");
    deck::FormulaNames known;
    known.variables = names;
    for (const auto& text : params.features)
      if (const auto fault = deck::find_formula_fault(known, text); !fault.empty())
        throw Error::input(fmt::format("transitions: features: {}", fault));
    return deck::compile_formulas(known, params.features);
  }

  std::size_t time_, position_, dimensions_;
  deck::Program program_;
  std::vector<double> inputs_;
  std::size_t coordinate_ = 0;
};

}  // namespace

ClientRows read_transitions(const Comm& comm, const std::string& path, const TransitionsParams& params) {
  const RowTable table = read_by_id(comm, path);
  ClientRows rows;
  rows.names = numbered_names(static_cast<std::int64_t>(params.features.size()));
  rows.has_response = true;
  rows.num_clients = params.clients;
  std::int64_t ids = 0;  // that are different, here
  for (std::size_t n = 0; n < table.num_rows(); ++n) ids += n == 0 || table.id(n) != table.id(n - 1) ? 1 : 0;
  const std::int64_t total = comm.all_reduce(ids, Op::sum), first = comm.exclusive_sum(ids);
  if (total < params.clients)
    throw Error::input(fmt::format("{}: {} particles for {} clients", path, total, params.clients));
  agree(comm, [&] {
    Transition transition(table, params);
    std::int64_t number = first - 1;
    for (std::size_t n = 0; n < table.num_rows(); ++n) {
      if (n == 0 || table.id(n) != table.id(n - 1)) ++number;
      if (n + 1 == table.num_rows() || table.id(n + 1) != table.id(n)) continue;
      rows.client.push_back(number * params.clients / total);
      rows.x.resize(rows.x.size() + rows.width());
      rows.y.push_back(0.0);
      transition(table.row(n), table.row(n + 1), &rows.x[rows.x.size() - rows.width()], rows.y.back());
    }
  });
  rows.first_id = 1 + comm.exclusive_sum(static_cast<std::int64_t>(rows.size()));
  if (comm.all_reduce(static_cast<std::int64_t>(rows.size()), Op::sum) == 0)
    throw Error::input(fmt::format("{}: no particle is there at two times", path));
  return rows;
}

}  // namespace tessera::learn::client_data
