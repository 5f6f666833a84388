#include "diff/adam.hpp"

#include <cmath>

#include "diff/loop.hpp"

namespace tessera::diff {

namespace {

struct Rule {
  double beta1, beta2, rate, root, epsilon, shrinkage;
};

void move(const Array1<double>& values, const ClippedGradient& gradient, const Array1<double>& mean,
          const Array1<double>& square, const Array1<double>& largest, const Rule& rule) {
  const bool keeps_largest = largest.extent(0) > 0;
  for_each(
      "diff/adam", static_cast<std::int64_t>(values.extent(0)), KOKKOS_LAMBDA(std::int64_t n) {
        const double g = gradient.clipped(n);
        mean(n) = rule.beta1 * mean(n) + (1.0 - rule.beta1) * g;
        square(n) = rule.beta2 * square(n) + (1.0 - rule.beta2) * g * g;
        double s = square(n);
        if (keeps_largest) {
          if (largest(n) > s) s = largest(n);
          largest(n) = s;
        }
        values(n) = rule.shrinkage * values(n) - rule.rate * mean(n) / (kmath::sqrt(s) / rule.root + rule.epsilon);
      });
}

}  // namespace

Adam::Adam(std::int64_t size, const AdamOptions& options)
    : Optimiser(size, {.norm = options.clip_norm, .value = options.clip_value}),
      options_(options),
      mean_("diff/adam_mean", static_cast<std::size_t>(size)),
      square_("diff/adam_square", static_cast<std::size_t>(size)),
      largest_("diff/adam_largest", static_cast<std::size_t>(options.amsgrad ? size : 0)) {}

void Adam::update(const Array1<double>& values, const ClippedGradient& gradient, double learning_rate) {
  const auto steps = static_cast<double>(num_steps());
  move(values, gradient, mean_, square_, largest_,
       {.beta1 = options_.beta1,
        .beta2 = options_.beta2,
        .rate = learning_rate / (1.0 - std::pow(options_.beta1, steps)),
        .root = std::sqrt(1.0 - std::pow(options_.beta2, steps)),
        .epsilon = options_.epsilon,
        .shrinkage = 1.0 - learning_rate * options_.weight_decay});
}

void Adam::save(data::StateWriter& writer, const std::string& name) const {
  Optimiser::save(writer, name);
  put(writer, name + ".mean", mean_);
  put(writer, name + ".square", square_);
  if (options_.amsgrad) put(writer, name + ".largest", largest_);
}

void Adam::restore(data::StateReader& reader, const std::string& name) {
  Optimiser::restore(reader, name);
  get(reader, name + ".mean", mean_);
  get(reader, name + ".square", square_);
  if (options_.amsgrad) get(reader, name + ".largest", largest_);
}

}  // namespace tessera::diff
