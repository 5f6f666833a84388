#include "learn/action/field.hpp"

#include <algorithm>

#include "base/region.hpp"
#include "diff/gradients.hpp"
#include "diff/tangents.hpp"
#include "learn/action/terms.hpp"

namespace tessera::learn::action {

using diff::Node;

namespace {

constexpr std::int64_t block_rows = 128;

/// (direction, s, second), of what moves along all the axes.
Node outputs_of(const Network& network, Node row, bool with_second) {
  auto& graph = row.graph();
  const std::int64_t d = network.shape().dimensions, conditions = network.shape().conditions;
  const Node t = slice(row, 0, 1), x = slice(row, 1, d), none = graph.fill(0.0, 1);
  Network::Place place{t, x};
  if (conditions > 0) place.condition = slice(row, 1 + d, conditions);
  if (network.shape().params.form == Form::vector) {
    const Node v = network.field(place);
    Node trace = none;
    if (with_second)
      for (const Node axis : axes(graph, d)) trace = trace + row_sum(axis * tangent(v, {{x, axis}}));
    return join(v, join(none, trace));
  }
  const Node s = network.action(place);
  Node laplacian = none;
  if (with_second) {
    std::vector<diff::Motions> noises;
    for (const Node axis : axes(graph, d)) noises.push_back({{x, axis}});
    laplacian = 2.0 * generator(s, {}, noises);
  }
  return join(gradients(sum(s), {x})[0], join(s, laplacian));
}

template <class Real>
void copy_out(const Array2<Real>& from, const data::RowArray<double>& to, std::int64_t first, std::int64_t count) {
  const auto width = static_cast<int>(to.extent(1));
  Kokkos::parallel_for(
      "action/field_out", Range(0, count), KOKKOS_LAMBDA(std::int64_t row) {
        for (int c = 0; c < width; ++c) to(first + row, c) = static_cast<double>(from(row, c));
      });
}

}  // namespace

Field::Field(const Network& network, bool with_second, Precision precision)
    : dimensions_(network.shape().dimensions),
      conditions_(network.shape().conditions),
      graph_(std::make_unique<diff::Graph>(block_rows)),
      row_(graph_->input(1 + dimensions_ + conditions_)),
      result_(outputs_of(network, row_, with_second)),
      program_(diff::BasicProgram<double>(*graph_, {result_})) {
  if (precision == Precision::single_) program_ = diff::BasicProgram<float>(*graph_, {result_});
}

void Field::evaluate(const Array1<double>& values, const data::RowArray<double>& in, std::int64_t count,
                     const data::RowArray<double>& out) {
  std::visit([&](auto& program) { evaluate_with(program, values, in, count, out); }, program_);
}

template <class Real>
void Field::evaluate_with(diff::BasicProgram<Real>& program, const Array1<double>& values,
                          const data::RowArray<double>& in, std::int64_t count,
                          const data::RowArray<double>& out) const {
  const Region region("action/field");
  for (std::int64_t first = 0; first < count; first += block_rows) {
    const std::int64_t rows = std::min(block_rows, count - first);
    program.load(row_, in, first, rows);
    program.run(values, rows);
    copy_out(program.output(0), out, first, rows);
  }
}

}  // namespace tessera::learn::action
