// What a deck says about rows that are drawn at random.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::learn::client_data {

enum class SyntheticKind { blobs, linear, logistic, classes, clusters };

struct SyntheticParams {
  SyntheticKind kind = SyntheticKind::blobs;
  std::optional<std::int64_t> clients;  ///< absent once a deck is read if sizes are given; likewise rows
  std::optional<std::int64_t> rows;     ///< of each client, or all of a kind without clients
  std::vector<std::int64_t> sizes;      ///< of the clients
  std::int64_t features = 2;
  // blobs
  double range = 6.0;
  std::vector<double> centres;  ///< client after client; empty: drawn
  // blobs and clusters
  double variance = 1.0;
  // linear and logistic
  double noise = 1.0, heterogeneity = 0.0;
  // classes
  double separation = 1.5;  ///< of clusters too
  double correlation = 0.25;
  // clusters
  std::int64_t classes = 26, factors = 10;
  double factor_deviation = 0.06;

  bool has_clients() const { return kind <= SyntheticKind::logistic; }
  bool has_response() const { return kind != SyntheticKind::blobs; }
  std::int64_t num_classes() const;  ///< 0 where y is none
  std::int64_t num_clients() const;  ///< 0 where rows have none
  std::int64_t total() const;
  /// Where the rows of each client end.
  std::vector<std::int64_t> ends() const;
};
void bind(deck::Binder& binder, SyntheticParams& params);

}  // namespace tessera::learn::client_data
