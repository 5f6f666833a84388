// Rows of classes turned into pairs of rows, as metrics are learned from (L. Yang, R. Jin, R. Sukthankar, Bayesian
// active distance metric learning, UAI 2007).
#pragma once

#include <cstdint>

#include "deck/binder.hpp"
#include "learn/client_data/client_rows.hpp"

namespace tessera::learn::client_data {

struct PairsParams {
  std::int64_t clients = 10;
  std::int64_t components = 20;
  std::int64_t similar = 5000, dissimilar = 5000;  ///< over all clients
  std::int64_t held_out = 0;                       ///< half of them similar

  std::int64_t total() const { return similar + dissimilar + held_out; }
};
void bind(deck::Binder& binder, PairsParams& params);

/// Collective. Each client has classes of its own, and pairs of rows of these; pairs to test with are of all classes.
/// Features of the pair (i, j) are (v_k.(x_i - x_j))^2, v_k the right singular vectors of the matrix of all rows with
/// the largest values; y is 1 where both are of one class and 0 elsewhere. Throws Error (input) for too few classes,
/// rows or features.
ClientRows make_pairs(const Comm& comm, std::uint32_t seed, const PairsParams& params, const ClientRows& rows);

}  // namespace tessera::learn::client_data
