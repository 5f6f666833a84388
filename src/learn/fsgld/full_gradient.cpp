#include "learn/fsgld/full_gradient.hpp"

#include "base/region.hpp"
#include "base/sum.hpp"

namespace tessera::learn::fsgld {

data::RowArray<double> as_rows(const std::vector<double>& numbers, std::int64_t width) {
  const auto w = static_cast<std::size_t>(width);
  data::RowArray<double> rows("rows", numbers.size() / w, w);
  data::set_rows(rows, 0, numbers);
  return rows;
}

data::RowArray<double> client_gradients(const Clients& clients, Model& model, std::int64_t client,
                                        const data::RowArray<double>& theta) {
  const std::size_t chains = theta.extent(0);
  RowChoice choice{Array1<std::int64_t>("first", chains), Array1<std::int64_t>("count", chains), {}, true};
  Kokkos::deep_copy(choice.first, clients.first_row(client));
  Kokkos::deep_copy(choice.count, clients.num_rows(client));
  data::RowArray<double> sums("full gradients", chains, theta.extent(1));
  model.sum_gradients(clients.rows(), theta, choice, {}, sums);
  return sums;
}

double client_log_likelihood(const Clients& clients, Model& model, std::int64_t client,
                             const data::RowArray<double>& theta, int chain) {
  const std::int64_t count = clients.num_rows(client);
  const Array1<double> each("log-likelihoods", static_cast<std::size_t>(count));
  model.predict(clients.rows(), clients.first_row(client), count, theta, chain, each, {});
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), each);
  ExactSum sum;
  for (std::size_t n = 0; n < host.extent(0); ++n) sum.add(host(n));
  return sum.value();
}

std::vector<double> full_gradients(const Clients& clients, Model& model, const data::RowArray<double>& theta,
                                   std::vector<double>* log_likelihoods) {
  const Region region("fsgld/full_gradient");
  const std::size_t chains = theta.extent(0), size = chains * theta.extent(1);
  std::vector<ExactSum> sums(size + (log_likelihoods != nullptr ? chains : 0));
  const int rank = clients.comm().rank();
  for (std::int64_t s = clients.first_client(rank); s < clients.first_client(rank + 1); ++s) {
    const auto part = data::host_copy(client_gradients(clients, model, s, theta), 0, static_cast<std::int64_t>(chains));
    for (std::size_t n = 0; n < size; ++n) sums[n].add(part[n]);
    for (std::size_t c = 0; c < chains && log_likelihoods != nullptr; ++c)
      sums[size + c].add(client_log_likelihood(clients, model, s, theta, static_cast<int>(c)));
  }
  all_reduce(clients.comm(), sums.data(), static_cast<int>(sums.size()));
  std::vector<double> result(size);
  for (std::size_t n = 0; n < size; ++n) result[n] = sums[n].value();
  if (log_likelihoods == nullptr) return result;
  log_likelihoods->clear();
  for (std::size_t c = 0; c < chains; ++c) log_likelihoods->push_back(sums[size + c].value());
  return result;
}

}  // namespace tessera::learn::fsgld
