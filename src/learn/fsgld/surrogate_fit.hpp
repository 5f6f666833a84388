// Surrogates that are found from data: by sampling each client's likelihood, at its mode, or of equal curvature.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "deck/binder.hpp"
#include "learn/fsgld/privacy.hpp"
#include "learn/fsgld/surrogates.hpp"

namespace tessera::learn::fsgld {

enum class SurrogateKind { exact, sgld, laplace, affine };

struct SurrogateParams {
  SurrogateKind kind = SurrogateKind::exact;
  Structure structure = Structure::diagonal;
  double inflation = 1.0;
  double radius = 0.0;                                  ///< 0: chains are not sent home early
  double tempering = 1e-3;                              ///< precision of a weak normal that is divided out again
  std::int64_t draws = 3000, burn_in = 1000, thin = 1;  ///< of sgld
  std::optional<double> step_size = {};                 ///< of sgld; absent: that of the chains
  std::int64_t batch = 0;                               ///< of sgld: 0: that of the chains
};
/// With `alpha`, the factor of the conducive gradient, which belongs to steps.
void bind(deck::Binder& binder, SurrogateParams& params);

/// What fitting needs to know beside.
struct FitContext {
  std::uint32_t seed = 0;
  double step_size = 1e-4;
  std::int64_t batch = 10;
  std::vector<double> start = {};  ///< first parameters
  std::vector<double> prior_mean = {}, prior_precision = {};
  std::optional<PrivacyParams> privacy = {};
};

/// Collective. By a chain at each client with its likelihood alone (SGLD), from the mean and covariance of its draws.
/// Throws Error (input), naming the client, where they are not finite, or more parameters than draws.
Surrogates fit_by_sgld(const Clients& clients, Model& model, const SurrogateParams& params, const FitContext& context);

/// Collective. At the largest likelihood of each client (Laplace), by PETSc's optimiser, with second derivatives by
/// differences of gradients. Throws Error (numeric), naming the client, if it does not converge.
Surrogates fit_by_laplace(const Clients& clients, Model& model, const SurrogateParams& params,
                          const FitContext& context);

/// Collective. The parameters of the greatest posterior density, by PETSc's optimiser, or where `most` of its
/// iterations lead. The same on all ranks.
std::vector<double> find_mode(const Clients& clients, Model& model, const FitContext& context, std::int64_t most);

/// Collective. Of surrogates with P_s = f_s P: the correction is a number for each parameter, the difference of
/// gradients at an anchor, sum over j of g_j - g_s/f_s.
Correction affine_correction(const Clients& clients, const Schedule& schedule, Model& model,
                             const std::vector<double>& anchor);

}  // namespace tessera::learn::fsgld
