// The gradient of the log-likelihood of all rows of all clients.
#pragma once

#include <vector>

#include "learn/fsgld/model.hpp"

namespace tessera::learn::fsgld {

/// Collective. Of each row of `theta` (chain, parameter; the same on all ranks) the sum over all clients, the same on
/// any number of ranks. With `log_likelihoods`, the sums of log p, too.
std::vector<double> full_gradients(const Clients& clients, Model& model, const data::RowArray<double>& theta,
                                   std::vector<double>* log_likelihoods = nullptr);

/// Local. The same for the rows of one client here.
data::RowArray<double> client_gradients(const Clients& clients, Model& model, std::int64_t client,
                                        const data::RowArray<double>& theta);
/// Local. Sum of log p over the rows of a client here, under theta(chain, :).
double client_log_likelihood(const Clients& clients, Model& model, std::int64_t client,
                             const data::RowArray<double>& theta, int chain);

/// Numbers as rows of `width`, where kernels see them.
data::RowArray<double> as_rows(const std::vector<double>& numbers, std::int64_t width);

}  // namespace tessera::learn::fsgld
