#include "diff/optimiser.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "diff/host_copy.hpp"

namespace tessera::diff {

namespace {

double norm_of(const Array1<double>& gradient) {
  ExactSum sum;
  Kokkos::parallel_reduce(
      "diff/norm", Range(0, static_cast<std::int64_t>(gradient.extent(0))),
      KOKKOS_LAMBDA(std::int64_t n, ExactSum & part) { part.add(gradient(n) * gradient(n)); },
      Kokkos::Sum<ExactSum>(sum));
  return std::sqrt(sum.value());
}

}  // namespace

void Optimiser::step(const Array1<double>& values, const Array1<double>& gradient, double scale, double learning_rate) {
  const auto size = static_cast<std::size_t>(size_);
  if (values.extent(0) != size || gradient.extent(0) != size)
    throw Error::internal(
        fmt::format("{} values and {} gradients of an optimiser of {}", values.extent(0), gradient.extent(0), size_));
  norm_ = std::fabs(scale) * norm_of(gradient);
  if (!std::isfinite(norm_))
    throw Error::numeric(fmt::format(
        "the gradient is not finite at step {} of the optimiser; use a lower learning rate, or clip gradients", step_));
  if (clipping_.norm) scale *= std::min(1.0, *clipping_.norm / (norm_ + 1e-6));
  ++step_;
  const double limit = clipping_.value.value_or(std::numeric_limits<double>::infinity());
  update(values, {.numbers = gradient, .scale = scale, .limit = limit}, learning_rate);
}

void Optimiser::save(data::StateWriter& writer, const std::string& name) const { writer.put(name + ".step", step_); }

void Optimiser::restore(data::StateReader& reader, const std::string& name) { reader.get(name + ".step", step_); }

void Optimiser::put(data::StateWriter& writer, const std::string& name, const Array1<double>& values) {
  writer.put(name, to_host(values));
}

void Optimiser::get(data::StateReader& reader, const std::string& name, const Array1<double>& values) {
  std::vector<double> numbers;
  reader.get(name, numbers);
  if (numbers.size() != values.extent(0))
    throw Error::input(fmt::format("{}: {} numbers; expected {}", name, numbers.size(), values.extent(0)));
  from_host(values, numbers);
}

}  // namespace tessera::diff
