#include "learn/client_data/synthetic.hpp"

#include <algorithm>

#include "data/table.hpp"

namespace tessera::learn::client_data {

std::unique_ptr<const SyntheticSource> make_source(const SyntheticParams& params, std::uint32_t seed) {
  switch (params.kind) {
    case SyntheticKind::blobs:
      return make_blobs(params, seed);
    case SyntheticKind::linear:
    case SyntheticKind::logistic:
      return make_regression(params, seed);
    case SyntheticKind::classes:
      return make_two_classes(params, seed);
    default:
      return make_clusters(params, seed);
  }
}

ClientRows draw_rows(const Comm& comm, std::uint32_t seed, const SyntheticParams& params) {
  const auto source = make_source(params, seed);
  ClientRows rows;
  rows.names = numbered_names(params.features);
  rows.has_response = params.has_response();
  rows.num_classes = params.num_classes();
  const std::int64_t first = data::first_of_share(params.total(), 1, comm.rank(), comm.size()),
                     end = data::first_of_share(params.total(), 1, comm.rank() + 1, comm.size());
  rows.first_id = first + 1;
  rows.resize(static_cast<std::size_t>(end - first));
  const auto ends = params.ends();
  rows.num_clients = params.num_clients();
  double none = 0.0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::int64_t n = first + static_cast<std::int64_t>(row);
    if (params.has_clients()) rows.client[row] = std::upper_bound(ends.begin(), ends.end(), n) - ends.begin();
    source->draw(static_cast<std::uint64_t>(n), rows.client[row], rows.x.data() + row * rows.width(),
                 rows.has_response ? &rows.y[row] : &none);
  }
  return rows;
}

}  // namespace tessera::learn::client_data
