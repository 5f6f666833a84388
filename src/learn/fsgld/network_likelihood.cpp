#include "learn/fsgld/network_likelihood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "diff/loop.hpp"

namespace tessera::learn::fsgld {

deck::FormulaNames output_names(const ModelParams& params, bool with_response) {
  deck::FormulaNames names;
  for (std::int64_t k = 1; k <= params.outputs.value_or(1); ++k) names.variables.push_back(fmt::format("o{}", k));
  names.variables.insert(names.variables.end(), params.features.begin(), params.features.end());
  if (with_response) names.variables.emplace_back("y");
  return names;
}

deck::Program NetworkLikelihood::compile_slopes(const ModelParams& params) {
  deck::Formulas formulas(output_names(params, true));
  const auto log_likelihood = formulas.parse(params.log_likelihood);
  std::vector<deck::Formulas::Expression> slopes;
  for (std::int64_t k = 1; k <= params.outputs.value_or(1); ++k)
    slopes.push_back(formulas.derivative(log_likelihood, fmt::format("o{}", k)));
  return formulas.compile(slopes);
}

deck::Program NetworkLikelihood::compile_scores(const ModelParams& params) {
  deck::Formulas formulas(output_names(params, true));
  std::vector<deck::Formulas::Expression> scores{formulas.parse(params.log_likelihood)};
  if (!params.prediction.empty()) scores.push_back(formulas.parse(params.prediction));
  return formulas.compile(scores);
}

NetworkLikelihood::NetworkLikelihood(const ModelParams& params, std::int64_t most_rows)
    : outputs_(params.outputs.value_or(1)),
      features_(static_cast<std::int64_t>(params.features.size())),
      predicts_(!params.prediction.empty()),
      slopes_(compile_slopes(params)),
      scores_(compile_scores(params)),
      inputs_("network formula inputs", static_cast<std::size_t>(most_rows),
              static_cast<std::size_t>(outputs_ + features_ + 1)),
      results_("network formula results", static_cast<std::size_t>(most_rows),
               static_cast<std::size_t>(std::max<std::int64_t>(outputs_, 2))) {}

template <class Real>
void NetworkLikelihood::set_inputs(const ChosenRows& rows, const Array2<Real>& outputs) const {
  const auto inputs = inputs_;
  const std::int64_t num_outputs = outputs_, features = features_;
  diff::for_each(
      "fsgld formula inputs", rows.count, KOKKOS_LAMBDA(std::int64_t n) {
        const std::int64_t row = rows.row(n);
        for (std::int64_t k = 0; k < num_outputs; ++k) inputs(n, k) = static_cast<double>(outputs(n, k));
        for (std::int64_t k = 0; k < features; ++k) inputs(n, num_outputs + k) = rows.rows.x(row, k);
        inputs(n, num_outputs + features) = rows.rows.y(row);
      });
}

/// Many rows at a time on processors.
void NetworkLikelihood::evaluate(const Compiled& formulas, std::int64_t count) const {
  if (!device_is_host) return evaluate_in_kernel(formulas.device.view(), count);
  std::array<deck::Program::Column, most_formula_inputs> inputs{};
  std::array<double*, most_formula_inputs> results{};
  for (std::size_t k = 0; k < inputs_.extent(1); ++k) inputs[k] = {&inputs_(0, k), false};
  for (std::size_t k = 0; k < results_.extent(1); ++k) results[k] = &results_(0, k);
  formulas.host.evaluate(inputs.data(), static_cast<std::size_t>(count), results.data());
}

void NetworkLikelihood::evaluate_in_kernel(const deck::ProgramView& program, std::int64_t count) const {
  const auto inputs = inputs_, results = results_;
  diff::for_each(
      "fsgld formula", count, KOKKOS_LAMBDA(std::int64_t n) {
        double values[most_formula_inputs], found[most_formula_inputs];
        for (int k = 0; k < program.num_inputs; ++k) values[k] = inputs(n, k);
        program(values, found);
        for (int k = 0; k < program.num_outputs; ++k) results(n, k) = found[k];
      });
}

template <class Real>
void NetworkLikelihood::find_slopes(const ChosenRows& rows, const Array2<Real>& outputs, const Array2<Real>& slopes) {
  set_inputs(rows, outputs);
  evaluate(slopes_, rows.count);
  const auto results = results_;
  const std::int64_t width = outputs_;
  diff::for_each(
      "fsgld slopes", rows.count, KOKKOS_LAMBDA(std::int64_t n) {
        for (std::int64_t k = 0; k < width; ++k) slopes(n, k) = static_cast<Real>(results(n, k));
      });
}

template <class Real>
void NetworkLikelihood::score(const ChosenRows& rows, const Array2<Real>& outputs,
                              const Array1<double>& log_likelihoods, const data::RowArray<double>& predictions,
                              std::int64_t first) {
  set_inputs(rows, outputs);
  evaluate(scores_, rows.count);
  const auto results = results_;
  const bool has_predictions = predicts_ && predictions.extent(0) > 0;
  diff::for_each(
      "fsgld scores", rows.count, KOKKOS_LAMBDA(std::int64_t n) {
        log_likelihoods(first + n) = results(n, 0);
        if (has_predictions) predictions(first + n, 0) = results(n, 1);
      });
}

template void NetworkLikelihood::find_slopes(const ChosenRows&, const Array2<double>&, const Array2<double>&);
template void NetworkLikelihood::find_slopes(const ChosenRows&, const Array2<float>&, const Array2<float>&);
template void NetworkLikelihood::score(const ChosenRows&, const Array2<double>&, const Array1<double>&,
                                       const data::RowArray<double>&, std::int64_t);
template void NetworkLikelihood::score(const ChosenRows&, const Array2<float>&, const Array1<double>&,
                                       const data::RowArray<double>&, std::int64_t);

}  // namespace tessera::learn::fsgld
