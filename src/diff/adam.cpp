#include "diff/adam.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "diff/loop.hpp"

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

struct Rule {
  double scale, limit, beta1, beta2, rate, root, epsilon;
};

void update(const Array1<double>& values, const Array1<double>& gradient, const Array1<double>& mean,
            const Array1<double>& square, const Array1<double>& largest, const Rule& rule) {
  const bool keeps_largest = largest.extent(0) > 0;
  for_each(
      "diff/adam", static_cast<std::int64_t>(values.extent(0)), KOKKOS_LAMBDA(std::int64_t n) {
        double g = rule.scale * gradient(n);
        g = g > rule.limit ? rule.limit : g < -rule.limit ? -rule.limit : g;
        mean(n) = rule.beta1 * mean(n) + (1.0 - rule.beta1) * g;
        square(n) = rule.beta2 * square(n) + (1.0 - rule.beta2) * g * g;
        double s = square(n);
        if (keeps_largest) {
          if (largest(n) > s) s = largest(n);
          largest(n) = s;
        }
        values(n) -= rule.rate * mean(n) / (kmath::sqrt(s) / rule.root + rule.epsilon);
      });
}

std::vector<double> to_host(const Array1<double>& values) {
  std::vector<double> host(values.extent(0));
  Kokkos::deep_copy(HostArray1<double>(host.data(), host.size()), values);
  return host;
}

void from_host(const Array1<double>& values, const std::vector<double>& host, const std::string& name) {
  if (host.size() != values.extent(0))
    throw Error::input(fmt::format("{}: {} numbers; expected {}", name, host.size(), values.extent(0)));
  Kokkos::deep_copy(values, Kokkos::View<const double*, Kokkos::HostSpace>(host.data(), host.size()));
}

}  // namespace

Adam::Adam(std::int64_t size, const AdamOptions& options)
    : options_(options),
      mean_("diff/adam_mean", static_cast<std::size_t>(size)),
      square_("diff/adam_square", static_cast<std::size_t>(size)),
      largest_("diff/adam_largest", static_cast<std::size_t>(options.amsgrad ? size : 0)) {}

void Adam::step(const Array1<double>& values, const Array1<double>& gradient, double scale, double learning_rate) {
  if (values.extent(0) != mean_.extent(0) || gradient.extent(0) != mean_.extent(0))
    throw Error::internal(fmt::format("{} values and {} gradients of an optimiser of {}", values.extent(0),
                                      gradient.extent(0), mean_.extent(0)));
  norm_ = std::fabs(scale) * norm_of(gradient);
  if (!std::isfinite(norm_))
    throw Error::numeric(fmt::format(
        "the gradient is not finite at step {} of the optimiser; use a lower learning rate, or clip gradients", step_));
  if (options_.clip_norm) scale *= std::min(1.0, *options_.clip_norm / (norm_ + 1e-6));
  ++step_;
  const auto steps = static_cast<double>(step_);
  update(values, gradient, mean_, square_, largest_,
         {.scale = scale,
          .limit = options_.clip_value.value_or(std::numeric_limits<double>::infinity()),
          .beta1 = options_.beta1,
          .beta2 = options_.beta2,
          .rate = learning_rate / (1.0 - std::pow(options_.beta1, steps)),
          .root = std::sqrt(1.0 - std::pow(options_.beta2, steps)),
          .epsilon = options_.epsilon});
}

void Adam::save(data::StateWriter& writer, const std::string& name) const {
  writer.put(name + ".step", step_);
  writer.put(name + ".mean", to_host(mean_));
  writer.put(name + ".square", to_host(square_));
  if (options_.amsgrad) writer.put(name + ".largest", to_host(largest_));
}

void Adam::restore(data::StateReader& reader, const std::string& name) {
  reader.get(name + ".step", step_);
  std::vector<double> values;
  const auto get = [&](const char* part, const Array1<double>& target) {
    reader.get(name + part, values);
    from_host(target, values, name + part);
  };
  get(".mean", mean_);
  get(".square", square_);
  if (options_.amsgrad) get(".largest", largest_);
}

}  // namespace tessera::diff
