#include "learn/control/running_moments.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/sum.hpp"

namespace tessera::learn::control {

std::vector<double> RunningMoments::deviation() const {
  std::vector<double> roots;
  for (const double variance : variance_) roots.push_back(std::max(1e-4, std::sqrt(variance)));
  return roots;
}

void RunningMoments::set(const std::vector<double>& mean, const std::vector<double>& variance, double count) {
  if (mean.size() != mean_.size() || variance.size() != variance_.size())
    throw Error::internal("moments of another number of values");
  mean_ = mean;
  variance_ = variance;
  count_ = count;
}

void RunningMoments::add(const Comm& comm, const std::vector<double>& rows) {
  const std::size_t width = mean_.size();
  std::vector<ExactSum> sums(2 * width + 1);  // of differences from the means so far, their squares; the count
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const double difference = rows[n] - mean_[n % width];
    sums[n % width].add(difference);
    sums[width + n % width].add(difference * difference);
  }
  const std::size_t count = rows.size() / width;
  sums.back().add(static_cast<double>(count));
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  const double batch = sums.back().value();
  if (batch == 0.0) return;
  const double weight = count_ == 0.0 ? 1.0 : std::max(least_weight_, batch / (count_ + batch));
  for (std::size_t n = 0; n < width; ++n) {
    const double shift = sums[n].value() / batch;
    const double variance = std::max(0.0, sums[width + n].value() / batch - shift * shift);
    variance_[n] = (1.0 - weight) * variance_[n] + weight * variance + weight * (1.0 - weight) * shift * shift;
    mean_[n] += weight * shift;
  }
  count_ += batch;
}

void RunningMoments::save(data::StateWriter& writer, const std::string& name) const {
  writer.put(name + ".count", count_);
  writer.put(name + ".mean", mean_);
  writer.put(name + ".variance", variance_);
}

void RunningMoments::restore(data::StateReader& reader, const std::string& name) {
  std::vector<double> mean, variance;
  double count = 0.0;
  reader.get(name + ".count", count);
  reader.get(name + ".mean", mean);
  reader.get(name + ".variance", variance);
  if (mean.size() != mean_.size() || variance.size() != variance_.size())
    throw Error::input("the moments '" + name + "' of a checkpoint are of another number of values");
  set(mean, variance, count);
}

}  // namespace tessera::learn::control
