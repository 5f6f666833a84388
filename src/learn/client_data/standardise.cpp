#include "learn/client_data/standardise.hpp"

#include <cmath>

#include "base/log.hpp"
#include "base/sum.hpp"

namespace tessera::learn::client_data {

namespace {

std::vector<Scaling> standardise(const Comm& comm, const std::vector<std::int64_t>& client, std::size_t width,
                                 std::vector<double>& values, const std::vector<std::string>& names) {
  std::int64_t total = 0;
  for (const auto one : client) total += one >= 0 ? 1 : 0;
  total = comm.all_reduce(total, Op::sum);
  const auto mean_of = [&](const auto& term) {
    std::vector<ExactSum> sums(width);
    for (std::size_t row = 0; row < client.size(); ++row)
      for (std::size_t c = 0; c < width && client[row] >= 0; ++c) sums[c].add(term(values[row * width + c], c));
    all_reduce(comm, sums.data(), static_cast<int>(width));
    std::vector<double> means;
    for (const auto& sum : sums) means.push_back(sum.value() / static_cast<double>(total));
    return means;
  };
  const auto means = mean_of([](double value, std::size_t) { return value; });
  const auto variances = mean_of([&](double value, std::size_t c) { return (value - means[c]) * (value - means[c]); });
  std::vector<Scaling> scaling;
  for (std::size_t c = 0; c < width; ++c) {
    const bool is_constant = std::sqrt(variances[c]) <= 1e-14 * std::abs(means[c]);
    if (is_constant) log::info("  {} is the same in all rows for training: it becomes 0", names[c]);
    scaling.push_back({means[c], is_constant ? 1.0 : std::sqrt(variances[c])});
  }
  for (std::size_t n = 0; n < values.size(); ++n)
    values[n] = (values[n] - scaling[n % width].mean) / scaling[n % width].deviation;
  return scaling;
}

}  // namespace

std::vector<Scaling> standardise_features(const Comm& comm, ClientRows& rows) {
  return standardise(comm, rows.client, rows.width(), rows.x, rows.names);
}

Scaling standardise_response(const Comm& comm, ClientRows& rows) {
  return standardise(comm, rows.client, 1, rows.y, {"the response"}).front();
}

}  // namespace tessera::learn::client_data
