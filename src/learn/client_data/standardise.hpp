// Features and responses of mean 0 and variance 1.
#pragma once

#include <vector>

#include "learn/client_data/client_rows.hpp"

namespace tessera::learn::client_data {

/// Of one column.
struct Scaling {
  double mean = 0.0, deviation = 1.0;
};

/// Collective. All rows are scaled, held out or not, so that those in training have mean 0 and variance 1; a column
/// that is constant becomes 0 (a line of the log names it). Returns what was taken off and divided by.
std::vector<Scaling> standardise_features(const Comm& comm, ClientRows& rows);
Scaling standardise_response(const Comm& comm, ClientRows& rows);

}  // namespace tessera::learn::client_data
