// What chains give away of single rows: differential privacy of clipped gradients with noise.
#pragma once

#include <cstdint>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::learn::fsgld {

struct PrivacyParams {
  double clip = 1.0;   ///< c: gradients of rows are made no longer than this
  double noise = 1.0;  ///< nu: normal noise of deviation c nu is added to each number of a batch's sum
  double delta = 1e-5;
};
void bind(deck::Binder& binder, PrivacyParams& params);

/// Orders alpha of Renyi divergences that account is kept of.
const std::vector<double>& renyi_orders();

/// An upper bound, at each order, of the Renyi divergence D between what one batch releases and what it would with
/// another row in the place of one: the sum of clipped gradients of m different rows of a client's N, with normal noise
/// of deviation noise * clip. With q = m/N the row is in the batch, and moves the sum by up to 2 clip; by the joint
/// convexity of p^alpha p'^(1 - alpha)
///   exp((alpha - 1) D) <= 1 - q + q exp(2 alpha (alpha - 1)/noise^2),
/// with equality for q = 1. Divergences of one release after another add up.
std::vector<double> renyi_of_batch(std::int64_t batch, std::int64_t rows, double noise);

/// The least epsilon at this delta (I. Mironov, Renyi differential privacy, CSF 2017, proposition 3).
double epsilon_of(const std::vector<double>& renyi, double delta);

}  // namespace tessera::learn::fsgld
