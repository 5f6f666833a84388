#include "diff/weight_average.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "diff/host_copy.hpp"
#include "diff/loop.hpp"

namespace tessera::diff {

namespace {

void approach(const Array1<double>& mean, const Array1<double>& values, double decay) {
  for_each(
      "diff/weight_average", static_cast<std::int64_t>(mean.extent(0)),
      KOKKOS_LAMBDA(std::int64_t n) { mean(n) = decay * mean(n) + (1.0 - decay) * values(n); });
}

}  // namespace

WeightAverage::WeightAverage(const Array1<double>& values, double decay, bool forgets_soon)
    : decay_(decay), forgets_soon_(forgets_soon), mean_("diff/weight_average", values.extent(0)) {
  Kokkos::deep_copy(mean_, values);
}

double WeightAverage::next_decay() const {
  const auto n = static_cast<double>(updates_ + 1);
  return forgets_soon_ ? std::min(decay_, (1.0 + n) / (10.0 + n)) : decay_;
}

void WeightAverage::update(const Array1<double>& values) {
  if (values.extent(0) != mean_.extent(0))
    throw Error::internal(fmt::format("{} values for a mean of {}", values.extent(0), mean_.extent(0)));
  approach(mean_, values, next_decay());
  ++updates_;
}

void WeightAverage::save(data::StateWriter& writer, const std::string& name) const {
  writer.put(name + ".updates", updates_);
  writer.put(name + ".mean", to_host(mean_));
}

void WeightAverage::restore(data::StateReader& reader, const std::string& name) {
  std::vector<double> numbers;
  reader.get(name + ".updates", updates_);
  reader.get(name + ".mean", numbers);
  if (numbers.size() != mean_.extent(0))
    throw Error::input(fmt::format("{}.mean: {} numbers; expected {}", name, numbers.size(), mean_.extent(0)));
  from_host(mean_, numbers);
}

}  // namespace tessera::diff
