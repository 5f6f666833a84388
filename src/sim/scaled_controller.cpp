#include "sim/scaled_controller.hpp"

#include <utility>

namespace tessera::sim {

namespace {

constexpr std::uint16_t stream = 1;  // of the excitation: beside that of the sinusoids

void draw(const Random& random, std::uint64_t first_episode, double low, double high, const Array1<double>& factors) {
  Kokkos::parallel_for(
      "sim/draw_scales", Range(0, static_cast<std::int64_t>(factors.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        factors(row) = low + (high - low) * random.uniform(first_episode + static_cast<std::uint64_t>(row), 0).first;
      });
}

void scale(const Array1<double>& factors, const Environment::Rows& actions) {
  const auto width = static_cast<std::int64_t>(actions.extent(1));
  Kokkos::parallel_for(
      "sim/scale_actions", Range(0, static_cast<std::int64_t>(actions.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t n = 0; n < width; ++n) actions(row, n) *= factors(row);
      });
}

}  // namespace

ScaledController::ScaledController(std::unique_ptr<Controller> inner, double low, double high, std::uint32_t seed)
    : inner_(std::move(inner)), low_(low), high_(high), seed_(seed) {}

void ScaledController::start(const Environment& environment) {
  inner_->start(environment);
  if (factors_.extent(0) != static_cast<std::size_t>(environment.rows().count))
    factors_ = Array1<double>("sim/scales", static_cast<std::size_t>(environment.rows().count));
  draw(Random(seed_, RandomPurpose::excitation, stream),
       static_cast<std::uint64_t>(environment.episodes().first + environment.rows().first), low_, high_, factors_);
}

void ScaledController::decide(const Environment& environment, const Environment::Rows& actions,
                              const Environment::Rows& disturbances) {
  inner_->decide(environment, actions, disturbances);
  scale(factors_, actions);
}

}  // namespace tessera::sim
