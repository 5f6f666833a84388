#include "diff/sgd.hpp"

#include "diff/loop.hpp"

namespace tessera::diff {

namespace {

void descend(const Array1<double>& values, const ClippedGradient& gradient, const Array1<double>& velocity,
             const SgdOptions& options, double rate) {
  const double momentum = options.momentum, decay = options.weight_decay;
  const bool is_nesterov = options.is_nesterov;
  for_each(
      "diff/sgd", static_cast<std::int64_t>(values.extent(0)), KOKKOS_LAMBDA(std::int64_t n) {
        const double g = gradient.clipped(n) + decay * values(n);
        velocity(n) = momentum * velocity(n) + g;
        values(n) -= rate * (is_nesterov ? g + momentum * velocity(n) : velocity(n));
      });
}

}  // namespace

Sgd::Sgd(std::int64_t size, const SgdOptions& options)
    : Optimiser(size, {.norm = options.clip_norm, .value = options.clip_value}),
      options_(options),
      velocity_("diff/sgd_velocity", static_cast<std::size_t>(size)) {}

void Sgd::update(const Array1<double>& values, const ClippedGradient& gradient, double learning_rate) {
  descend(values, gradient, velocity_, options_, learning_rate);
}

void Sgd::save(data::StateWriter& writer, const std::string& name) const {
  Optimiser::save(writer, name);
  put(writer, name + ".velocity", velocity_);
}

void Sgd::restore(data::StateReader& reader, const std::string& name) {
  Optimiser::restore(reader, name);
  get(reader, name + ".velocity", velocity_);
}

}  // namespace tessera::diff
