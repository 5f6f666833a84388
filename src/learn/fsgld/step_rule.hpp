// One local update of every chain: drift h/2 along an estimate of grad log p(theta | all data), noise of variance h
// (Welling and Teh 2011, in the scaling of el Mekkaoui and others 2021).
#pragma once

#include <cstdint>

#include "learn/fsgld/rows.hpp"

namespace tessera::learn::fsgld {

enum class Rule {
  langevin,
  rmsprop,      ///< each direction in its own scale (Li and others 2016), without the term of changing scales
  hamiltonian,  ///< with a velocity and friction (Chen, Fox, Guestrin 2014)
};

struct RuleParams {
  Rule rule = Rule::langevin;
  double alpha = 1.0;                  ///< factor of the conducive gradient
  double memory = 0.99, floor = 1e-5;  ///< of rmsprop: V <- memory V + (1 - memory) g^2, scale 1/(floor + sqrt V)
  double friction = 0.1;               ///< of hamiltonian
  double gradient_noise = 0.0;         ///< of hamiltonian: variance of the drift's noise, taken off that of the noise
};

/// h_t = size ((offset + t)/offset)^(-exponent) at update t.
struct StepSize {
  double size = 1e-4;
  double offset = 1.0, exponent = 0.0;
  KOKKOS_INLINE_FUNCTION double at(std::int64_t update) const {
    return exponent == 0.0 ? size : size * kmath::pow(1.0 + static_cast<double>(update) / offset, -exponent);
  }
  /// Of the state after so many updates, in means over time: the step that led to it, in units of the first one.
  double weight(std::int64_t updates) const { return exponent == 0.0 ? 1.0 : at(updates - 1) / size; }
};

/// Numbers that a chain takes along beside its parameters.
inline std::int64_t num_extra(Rule rule, std::int64_t dimensions) { return rule == Rule::langevin ? 0 : dimensions; }

/// A quadratic correction of the drift at each client: alpha (shift - curvature theta). One of both curvatures, or
/// none.
struct Correction {
  data::RowArray<double> shift;     ///< (client here, parameter); no rows: no correction
  data::RowArray<double> diagonal;  ///< (client here, parameter)
  data::RowArray<double> full;      ///< (client here, row of a d x d matrix one behind the other)
};

/// Where the chains' surrogates say that they have gone too far: (theta - centre)' P (theta - centre) > radius^2 d.
struct Ball {
  double radius = 0.0;  ///< 0: none
  Array1<double> centre, diagonal;
};

struct StepArrays {
  UpdateKeys keys;  ///< without chains: all are at the same update, `later`
  data::RowArray<double> theta, extra;
  data::RowArray<double> sums;    ///< of the gradients of the batch; afterwards the drift
  data::RowArray<double> steady;  ///< added to the drift as it is; one row for all chains, or none at all
  data::RowArray<double> normals;
  Array1<std::int32_t> client;  ///< of each chain, counted from the first one here
  Array1<std::int64_t> count;   ///< rows of that client; 0 where a chain rests
  Array1<double> scale;         ///< N_s/(f_s m)
  Array1<double> prior_precision, prior_mean;
};

/// theta, and what goes with it, after a step with batches of `batch` rows (0: all of a client). A chain that
/// leaves the ball gets count 0: it rests.
void step(const RuleParams& params, const Correction& correction, const Ball& ball, const StepSize& size,
          std::int64_t batch, const StepArrays& arrays);

}  // namespace tessera::learn::fsgld
