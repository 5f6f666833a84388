#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/region.hpp"
#include "deck/formula.hpp"
#include "deck/formula_program.hpp"
#include "learn/fsgld/model_params.hpp"

namespace tessera::learn::fsgld {

namespace {

/// Points that one thread of a processor evaluates at a time.
constexpr std::int64_t points_at_once = 256;

/// log p and its derivatives by the parameters, compiled together: what they have in common is evaluated once.
deck::Program compile_likelihood(const ModelParams& params) {
  deck::Formulas formulas(likelihood_names(params));
  const auto log_likelihood = formulas.parse(params.log_likelihood);
  std::vector<deck::Formulas::Expression> outputs{log_likelihood};
  for (const auto& name : params.parameters) outputs.push_back(formulas.derivative(log_likelihood, name));
  return formulas.compile(outputs);
}

/// A likelihood that a deck writes down: log p(row | theta) as a formula of parameters, features and the response.
class FormulaModel final : public Model {
 public:
  FormulaModel(const ModelParams& params, std::int64_t width)
      : params_(params), width_(width), host_(compile_likelihood(params)), device_(host_) {}

  std::int64_t dimensions() const override { return static_cast<std::int64_t>(params_.parameters.size()); }
  std::vector<std::string> names() const override { return params_.parameters; }

  void sum_gradients(const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice,
                     std::optional<double> clip, const data::RowArray<double>& sums) override {
    const Region region("fsgld/gradient");
    if (device_is_host)
      sum_on_host(rows, theta, choice, clip.value_or(0.0), sums);
    else
      sum_in_kernel(rows, theta, choice, clip.value_or(0.0), sums);
  }

  Prediction prediction() const override { return Prediction::none; }
  std::int64_t prediction_width() const override { return 0; }
  void predict(const Rows& rows, std::int64_t first, std::int64_t count, const data::RowArray<double>& theta, int chain,
               const Array1<double>& log_likelihoods, const data::RowArray<double>& /*predictions*/) override {
    const deck::ProgramView program = device_.view();
    const auto d = static_cast<int>(dimensions()), width = static_cast<int>(width_);
    const bool has_response = rows.y.extent(0) > 0;
    Kokkos::parallel_for(
        "fsgld predictions", Range(0, count), KOKKOS_LAMBDA(const std::int64_t n) {
          double inputs[most_formula_inputs], outputs[most_formula_inputs];
          for (int k = 0; k < d; ++k) inputs[k] = theta(chain, k);
          for (int k = 0; k < width; ++k) inputs[d + k] = rows.x(first + n, k);
          if (has_response) inputs[d + width] = rows.y(first + n);
          program(inputs, outputs);
          log_likelihoods(n) = outputs[0];
        });
  }

  void check(const Clients& clients) const override {
    if (static_cast<std::int64_t>(params_.features.size()) != width_)
      throw Error::input(
          fmt::format("model.features: {} names for {} features of the data", params_.features.size(), width_));
    if (params_.has_response && !clients.has_response())
      throw Error::input("the data have no responses (column `y`); expected model.response = false");
  }

  /// Public for the sake of nvcc. A point at a time.
  void sum_in_kernel(const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice, double clip,
                     const data::RowArray<double>& sums) const {
    const deck::ProgramView program = device_.view();
    const auto d = static_cast<int>(dimensions()), width = static_cast<int>(width_);
    const bool has_response = params_.has_response;
    Kokkos::parallel_for(
        "fsgld gradient", Range(0, theta.extent(0)), KOKKOS_LAMBDA(const int chain) {
          double inputs[most_formula_inputs], outputs[most_formula_inputs];
          for (int k = 0; k < d; ++k) {
            inputs[k] = theta(chain, k);
            sums(chain, k) = 0.0;
          }
          const std::int64_t total = choice.size(chain);
          for (std::int64_t n = 0; n < total; ++n) {
            const std::int64_t row = choice.row(chain, n);
            for (int k = 0; k < width; ++k) inputs[d + k] = rows.x(row, k);
            if (has_response) inputs[d + width] = rows.y(row);
            program(inputs, outputs);
            double squares = 0.0;
            for (int k = 0; k < d; ++k) squares += outputs[1 + k] * outputs[1 + k];
            const double norm = kmath::sqrt(squares), factor = clip > 0.0 && norm > clip ? clip / norm : 1.0;
            for (int k = 0; k < d; ++k) sums(chain, k) += factor * outputs[1 + k];
          }
        });
  }

 private:
  /// Many points at a time.
  void sum_on_host(const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice, double clip,
                   const data::RowArray<double>& sums) const {
    const std::int64_t d = dimensions();
    const Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace> policy(0, theta.extent(0));
    Kokkos::parallel_for("fsgld gradient", policy, [this, &rows, &theta, &choice, &sums, clip, d](int chain) {
      double values[most_formula_inputs][points_at_once], results[most_formula_inputs][points_at_once];
      deck::Program::Column inputs[most_formula_inputs];
      double* outputs[most_formula_inputs];
      for (std::int64_t k = 0; k < d; ++k) {
        inputs[k] = {&theta(chain, k), true};
        sums(chain, k) = 0.0;
      }
      for (std::int64_t k = 0; k <= d; ++k) outputs[k] = results[k];
      const std::int64_t total = choice.size(chain);
      for (std::int64_t first = 0; first < total; first += points_at_once) {
        const std::int64_t count = std::min(points_at_once, total - first);
        for (std::int64_t n = 0; n < count; ++n) {
          const std::int64_t row = choice.row(chain, first + n);
          for (std::int64_t k = 0; k < width_; ++k) values[k][n] = rows.x(row, k);
          if (params_.has_response) values[width_][n] = rows.y(row);
        }
        const std::int64_t columns = width_ + (params_.has_response ? 1 : 0);
        for (std::int64_t k = 0; k < columns; ++k) inputs[d + k] = {values[k], false};
        host_.evaluate(inputs, static_cast<std::size_t>(count), outputs);
        for (std::int64_t n = 0; n < count; ++n) {
          double squares = 0.0;
          for (std::int64_t k = 1; k <= d && clip > 0.0; ++k) squares += results[k][n] * results[k][n];
          const double norm = std::sqrt(squares), factor = clip > 0.0 && norm > clip ? clip / norm : 1.0;
          for (std::int64_t k = 0; k < d; ++k) sums(chain, k) += factor * results[k + 1][n];
        }
      }
    });
  }

  ModelParams params_;
  std::int64_t width_;
  deck::Program host_;
  deck::DeviceProgram device_;
};

}  // namespace

deck::FormulaNames likelihood_names(const ModelParams& params) {
  deck::FormulaNames names;
  names.variables = params.parameters;
  names.variables.insert(names.variables.end(), params.features.begin(), params.features.end());
  if (params.has_response) names.variables.emplace_back("y");
  return names;
}

std::unique_ptr<Model> make_formula_model(const ModelParams& params, std::int64_t width) {
  return std::make_unique<FormulaModel>(params, width);
}

}  // namespace tessera::learn::fsgld
