#include <fmt/format.h>

#include <cmath>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "learn/fsgld/full_gradient.hpp"
#include "learn/fsgld/surrogate_fit.hpp"
#include "math/minimise.hpp"

namespace tessera::learn::fsgld {

namespace {

constexpr double tolerance = 1e-11;
constexpr int most_iterations = 10000;
constexpr std::int64_t most_dimensions = 1024;  // of second derivatives by differences

/// - log p(theta) of a normal density with independent numbers, and derivatives.
double add_prior(const std::vector<double>& theta, const std::vector<double>& mean,
                 const std::vector<double>& precision, std::vector<double>& gradient) {
  double value = 0.0;
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const double off = theta[k] - mean[k];
    value += 0.5 * precision[k] * off * off;
    gradient[k] += precision[k] * off;
  }
  return value;
}

/// Second derivatives of - log p(rows of a client | theta), by central differences of gradients: d x d row by row.
std::vector<double> information(const Clients& clients, Model& model, std::int64_t client,
                                const std::vector<double>& theta) {
  const std::size_t d = theta.size();
  std::vector<double> shifted, steps;
  for (std::size_t k = 0; k < d; ++k) {
    steps.push_back(6e-6 * std::max(1.0, std::fabs(theta[k])));  // third root of the rounding error
    for (const double sign : {1.0, -1.0}) {
      shifted.insert(shifted.end(), theta.begin(), theta.end());
      shifted[shifted.size() - d + k] += sign * steps.back();
    }
  }
  const auto rows = as_rows(shifted, static_cast<std::int64_t>(d));
  const auto gradients =
      data::host_copy(client_gradients(clients, model, client, rows), 0, static_cast<std::int64_t>(2 * d));
  std::vector<double> result(d * d);
  for (std::size_t a = 0; a < d; ++a)
    for (std::size_t b = 0; b < d; ++b)
      result[a * d + b] = (gradients[(2 * a + 1) * d + b] - gradients[2 * a * d + b]) / (2.0 * steps[a]);
  for (std::size_t a = 0; a < d; ++a)
    for (std::size_t b = 0; b < a; ++b)
      result[a * d + b] = result[b * d + a] = 0.5 * (result[a * d + b] + result[b * d + a]);
  return result;
}

}  // namespace

Surrogates fit_by_laplace(const Clients& clients, Model& model, const SurrogateParams& params,
                          const FitContext& context) {
  const Region region("fsgld/surrogates");
  const std::int64_t d = model.dimensions();
  if (d > most_dimensions)
    throw Error::input(
        fmt::format("surrogates of kind \"laplace\" for {} parameters; expected at most {}: second "
                    "derivatives are found by differences. Kind \"sgld\" has no such limit",
                    d, most_dimensions));
  const auto size = static_cast<std::size_t>(d);
  Surrogates surrogates{.structure = params.structure, .here = {}, .total = {}};
  agree(clients.comm(), [&] {
    const int rank = clients.comm().rank();
    for (std::int64_t s = clients.first_client(rank); s < clients.first_client(rank + 1); ++s) {
      const std::vector<double> origin(size, 0.0), weak(size, params.tempering);
      const auto objective = [&](const std::vector<double>& theta, std::vector<double>& gradient) {
        const auto rows = as_rows(theta, d);
        gradient = data::host_copy(client_gradients(clients, model, s, rows), 0, 1);
        for (double& g : gradient) g = -g;
        return add_prior(theta, origin, weak, gradient) - client_log_likelihood(clients, model, s, rows, 0);
      };
      const auto mode = math::minimise(objective, context.start, tolerance, most_iterations,
                                       fmt::format("the mode of client {}'s likelihood", s));
      if (!mode.is_converged)
        throw Error::numeric(
            fmt::format("the mode of client {}'s likelihood is not found: after {} iterations the gradient's norm is "
                        "{:.3g}\nexpected more tempering, which keeps it from lying at infinity",
                        s, mode.iterations, mode.gradient_norm));
      const auto curvature = information(clients, model, s, mode.x);
      Quadratic q;
      for (std::size_t a = 0; a < size; ++a) {
        double shift = params.tempering * mode.x[a];
        if (params.structure == Structure::full)
          for (std::size_t b = 0; b < size; ++b) shift += curvature[a * size + b] * mode.x[b];
        else
          shift += curvature[a * size + a] * mode.x[a];
        q.shift.push_back(shift);
        if (params.structure == Structure::diagonal) q.precision.push_back(curvature[a * size + a]);
      }
      if (params.structure == Structure::full) q.precision = curvature;
      surrogates.here.push_back(q);
    }
  });
  sum_surrogates(clients, d, surrogates);
  return surrogates;
}

std::vector<double> find_mode(const Clients& clients, Model& model, const FitContext& context, std::int64_t most) {
  const Region region("fsgld/mode");
  const auto objective = [&](const std::vector<double>& theta, std::vector<double>& gradient) {
    std::vector<double> values;
    gradient = full_gradients(clients, model, as_rows(theta, model.dimensions()), &values);
    for (double& g : gradient) g = -g;
    return add_prior(theta, context.prior_mean, context.prior_precision, gradient) - values.front();
  };
  const auto mode =
      math::minimise(objective, context.start, tolerance, static_cast<int>(most), "the mode of the posterior");
  if (mode.is_converged) return mode.x;
  if (mode.iterations >= most)
    log::info("  anchor: after {} iterations the gradient of the posterior has the norm {:.3g}", mode.iterations,
              mode.gradient_norm);
  else
    log::warning(fmt::format(
        "the mode of the posterior is not found: the search ended after {} iterations with a gradient of "
        "the norm {:.3g}\nthe anchor is there, or where it began if the likelihood is not finite beside it; "
        "`start` can begin it elsewhere",
        mode.iterations, mode.gradient_norm));
  return mode.x;
}

Correction affine_correction(const Clients& clients, const Schedule& schedule, Model& model,
                             const std::vector<double>& anchor) {
  const std::int64_t d = model.dimensions();
  const auto theta = as_rows(anchor, d);
  const auto total = full_gradients(clients, model, theta);
  const int rank = clients.comm().rank();
  const std::int64_t first = clients.first_client(rank), count = clients.first_client(rank + 1) - first;
  Correction correction;
  correction.shift =
      data::RowArray<double>("conducive shift", static_cast<std::size_t>(count), static_cast<std::size_t>(d));
  for (std::int64_t n = 0; n < count; ++n) {
    auto shift = data::host_copy(client_gradients(clients, model, first + n, theta), 0, 1);
    for (std::size_t k = 0; k < shift.size(); ++k) shift[k] = total[k] - shift[k] / schedule.visited(first + n);
    data::set_rows(correction.shift, n, shift);
  }
  return correction;
}

}  // namespace tessera::learn::fsgld
