#include <algorithm>
#include <cmath>

#include "learn/fsgld/sampler.hpp"

namespace tessera::learn::fsgld {

namespace {

/// Around the mean of the product of surrogates, in the scales of its diagonal.
Ball ball_around(const Surrogates& surrogates, double radius) {
  const std::size_t d = surrogates.total.shift.size();
  std::vector<double> centre, diagonal;
  for (std::size_t k = 0; k < d; ++k)
    diagonal.push_back(surrogates.total.precision[surrogates.structure == Structure::full ? k * d + k : k]);
  if (surrogates.structure == Structure::full)
    centre = gaussian_posterior(surrogates, std::vector<double>(d, 0.0), std::vector<double>(d, 0.0)).mean;
  else
    for (std::size_t k = 0; k < d; ++k) centre.push_back(surrogates.total.shift[k] / diagonal[k]);
  return {radius, device_copy("centre", centre), device_copy("diagonal", diagonal)};
}

std::vector<double> diagonal_of(const std::vector<double>& matrix, std::int64_t d) {
  std::vector<double> diagonal;
  for (std::int64_t k = 0; k < d; ++k) diagonal.push_back(matrix[static_cast<std::size_t>(k * d + k)]);
  return diagonal;
}

Surrogates fit(const Clients& clients, Model& model, const SurrogateParams& params, const FitContext& context) {
  switch (params.kind) {
    case SurrogateKind::sgld:
      return fit_by_sgld(clients, model, params, context);
    case SurrogateKind::laplace:
      return fit_by_laplace(clients, model, params, context);
    default:
      return exact_surrogates(clients, model, params.structure);
  }
}

}  // namespace

Preparation prepare(const Clients& clients, Model& model, const Schedule& schedule, const SamplerParams& params,
                    std::uint32_t seed) {
  const std::int64_t d = model.dimensions();
  FitContext context{
      .seed = seed,
      .step_size = params.step.size,
      .batch = params.batch,
      .start = params.start.empty() ? model.start(seed, 0) : for_each_parameter(params.start, d, "start"),
      .prior_mean = for_each_parameter(params.prior.mean, d, "prior.mean"),
      .prior_precision = for_each_parameter(params.prior.precision, d, "prior.precision"),
      .privacy = params.privacy};
  Preparation preparation;
  if (params.control == Control::anchor)
    preparation.anchor = find_mode(clients, model, context, params.anchor_iterations);
  if (!params.surrogates) return preparation;
  if (params.surrogates->kind == SurrogateKind::affine) {
    preparation.anchor = find_mode(clients, model, context, params.anchor_iterations);
    preparation.correction = affine_correction(clients, schedule, model, preparation.anchor);
    return preparation;
  }
  preparation.surrogates = fit(clients, model, *params.surrogates, context);
  if (params.surrogates->inflation != 1.0) inflate(*preparation.surrogates, params.surrogates->inflation);
  preparation.correction = conducive_correction(clients, schedule, *preparation.surrogates);
  if (params.surrogates->radius > 0.0)
    preparation.ball = ball_around(*preparation.surrogates, params.surrogates->radius);
  if (params.local_updates == 1) return preparation;
  std::optional<Surrogates> likelihoods;
  if (is_gaussian(model)) likelihoods = exact_surrogates(clients, model, Structure::full);
  if (likelihoods && params.surrogates->structure == Structure::diagonal)
    for (auto& q : likelihoods->here) q.precision = diagonal_of(q.precision, d);
  preparation.improper = find_improper(clients, schedule, *preparation.surrogates, context.prior_precision,
                                       params.step.rule.alpha, likelihoods ? &*likelihoods : nullptr);
  return preparation;
}

}  // namespace tessera::learn::fsgld
