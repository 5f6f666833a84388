#include "learn/action/exact_action.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/region.hpp"
#include "base/sum.hpp"
#include "deck/formula.hpp"
#include "sim/coordinate_names.hpp"

namespace tessera::learn::action {

namespace {

constexpr std::int64_t unseen = std::int64_t{1} << 43;  // numbers of samples far behind those of training
constexpr std::int64_t exact_block = 512;

deck::Program compile_action(const ExactParams& params, deck::FormulaNames names, int dimensions) {
  names.definitions.insert(names.definitions.end(), params.definitions.begin(), params.definitions.end());
  try {
    deck::Formulas formulas(names);
    std::vector<deck::Formulas::Expression> outputs{formulas.parse(params.action)};
    for (const auto& name : sim::coordinate_names(dimensions))
      outputs.push_back(formulas.derivative(outputs.front(), name));
    return formulas.compile(outputs);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("the exact action: {}", error.what()));
  }
}

}  // namespace

void bind(deck::Binder& b, ExactParams& p) {
  b.list("definitions", p.definitions, 0, {"names that the formula uses, \"v = 1 + t\": each may use those before it"});
  b.required("action");
  b.value("action", p.action,
          {"formula of the coordinates (x, y, z, or x1, x2...) and t: the action that the training ought to find"});
  b.value("samples", p.samples, {.low = 1, .high = 1 << 24}, {"of the comparison"});
}

deck::FormulaNames action_names(const DynamicsParams& params, int dimensions) {
  auto names = time_names(params);
  names.variables = sim::coordinate_names(dimensions);
  if (dimensions <= 3)
    for (int n = 0; n < dimensions; ++n)
      names.definitions.push_back(fmt::format("x{} = {}", n + 1, names.variables[static_cast<std::size_t>(n)]));
  names.variables.emplace_back("t");
  return names;
}

ExactAction::ExactAction(const Comm& comm, const ExactParams& params, const Training& training)
    : comm_(comm),
      program_(compile_action(params, action_names(training.params().dynamics, training.path().dimensions()),
                              training.path().dimensions())),
      field_(training.network(), false, training.params().precision),
      samples_(params.samples) {}

ActionGap ExactAction::compare(const Training& training) {
  const Region region("action/exact");
  const auto& scales = training.scales();
  const auto& path = training.path();
  const auto d = static_cast<std::size_t>(path.dimensions());
  const double cost_exponent = training.dynamics().cost_exponent(), lambda = training.params().dynamics.growth;
  std::vector<std::int64_t> numbers;
  std::vector<double> times;
  const std::int64_t blocks = (samples_ + exact_block - 1) / exact_block;
  for (std::int64_t block = comm_.rank(); block < blocks; block += comm_.size())
    for (std::int64_t n = block * exact_block; n < std::min(samples_, (block + 1) * exact_block); ++n) {
      numbers.push_back(unseen + n);
      times.push_back(scales.time((static_cast<double>(n) + 0.5) / static_cast<double>(samples_)));
    }
  const auto samples = path.draw(numbers, times);
  const std::size_t count = numbers.size(), in_width = d + 1, out_width = d + 2;
  std::vector<double> in(count * in_width);
  for (std::size_t n = 0; n < count; ++n) {
    in[n * in_width] = scales.own_time(samples.time[n]);
    for (std::size_t c = 0; c < d; ++c) in[n * in_width + 1 + c] = samples.position[n * d + c] / scales.length;
  }
  const data::RowArray<double> rows("action/exact_in", count, in_width), found("action/exact_out", count, out_width);
  data::set_rows(rows, 0, in);
  field_.evaluate(training.values(), rows, static_cast<std::int64_t>(count), found);
  const auto out = data::host_copy(found, 0, static_cast<std::int64_t>(count));
  ExactSum sums[2];
  agree(comm_, [&] {
    std::vector<double> point(d + 1), exact(d + 1);
    for (std::size_t n = 0; n < count; ++n) {
      std::copy_n(samples.position.begin() + static_cast<std::ptrdiff_t>(n * d), d, point.begin());
      point[d] = samples.time[n];
      program_(point.data(), exact.data());
      const double weight = samples.factor[n] * training.weight().at(in[n * in_width]).weight;
      const double s = scales.action(cost_exponent) * out[n * out_width + d];
      double gap = lambda * (s - exact[0]) * (s - exact[0]), action = lambda * exact[0] * exact[0];
      for (std::size_t c = 0; c < d; ++c) {
        const double slope = scales.velocity() * out[n * out_width + c], difference = slope - exact[1 + c];
        gap += difference * difference;
        action += exact[1 + c] * exact[1 + c];
      }
      if (!std::isfinite(action))
        throw Error::numeric(fmt::format("the exact action is not finite at t = {:g}", samples.time[n]));
      sums[0].add(0.5 * weight * gap);
      sums[1].add(0.5 * weight * action);
    }
  });
  all_reduce(comm_, sums, 2);
  const double share = scales.duration / static_cast<double>(samples_);
  return {share * sums[0].value(), share * sums[1].value()};
}

}  // namespace tessera::learn::action
