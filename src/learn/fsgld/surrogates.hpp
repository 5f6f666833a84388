// Gaussians in the parameters that stand for the likelihoods of clients, q_s(theta) ~ p(x_s | theta), and the conducive
// gradients that are made of them (el Mekkaoui and others, UAI 2021, eq. 5 to 7).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "learn/fsgld/model.hpp"
#include "learn/fsgld/schedule.hpp"
#include "learn/fsgld/step_rule.hpp"

namespace tessera::learn::fsgld {

enum class Structure { diagonal, full };

/// log q_s = -theta' P_s theta / 2 + r_s' theta up to a number.
struct Quadratic {
  std::vector<double> precision;  ///< P_s: d numbers, or d x d row by row
  std::vector<double> shift;      ///< r_s = P_s mu_s
};

struct Surrogates {
  Structure structure = Structure::diagonal;
  std::vector<Quadratic> here;  ///< of the clients of this rank
  Quadratic total;              ///< sums over all clients, the same on all ranks
};

/// Collective. Finds the total of what is here.
void sum_surrogates(const Clients& clients, std::int64_t dimensions, Surrogates& surrogates);

/// Collective. P_s and r_s of the likelihoods themselves, where these are Gaussian in theta. Diagonal: of the same
/// mean, with the diagonal of P_s. Throws Error (input) for other models, and, naming the client, where a mean is
/// needed and the design is singular.
Surrogates exact_surrogates(const Clients& clients, const Model& model, Structure structure);

/// Covariances become `inflation` times as large.
void inflate(Surrogates& surrogates, double inflation);

/// shift - curvature theta = grad log q - grad log q_s / f_s: their mean over visits is 0 for any surrogates.
Correction conducive_correction(const Clients& clients, const Schedule& schedule, const Surrogates& surrogates);

/// A client where the density that a long visit samples has no finite integral: the prior's precision + alpha (P -
/// P_s/f_s) + that of the client's likelihood over f_s is not positive definite. The latter counts where the likelihood
/// is Gaussian (`likelihoods`, of the same structure); others fall off more slowly.
struct Improper {
  std::int64_t client = 0;
  double eigenvalue = 0.0;  ///< the least one
};
/// Collective. The client with the least eigenvalue, if it is not above 0, and how many there are.
struct ImproperClients {
  std::int64_t count = 0;
  Improper worst;
};
ImproperClients find_improper(const Clients& clients, const Schedule& schedule, const Surrogates& surrogates,
                              const std::vector<double>& prior_precision, double alpha,
                              const Surrogates* likelihoods = nullptr);
/// Local. Whether likelihoods are Gaussian in theta.
bool is_gaussian(const Model& model);

/// The posterior of all data where it is Gaussian: mean and covariance (d x d, row by row). Throws Error (numeric) if
/// it is improper.
struct Posterior {
  std::vector<double> mean, covariance;
};
Posterior gaussian_posterior(const Surrogates& exact, const std::vector<double>& prior_precision,
                             const std::vector<double>& prior_mean);

}  // namespace tessera::learn::fsgld
