#include "sim/pde/linear_evolution.hpp"

#include "base/kokkos.hpp"

namespace tessera::sim::pde {

struct LinearEvolution::State final : Evolution::Work {
  explicit State(const SpectralSpace& space, int fields) : work(space.make_work()) {
    for (int n = 0; n <= fields; ++n) modes.emplace_back(static_cast<std::size_t>(space.num_modes()));
  }
  SpaceWork work;
  std::vector<std::vector<Complex>> modes;  // of the fields, and of the force
};

LinearEvolution::LinearEvolution(std::unique_ptr<SpectralSpace> space, Equation equation, const Constants& constants,
                                 double sample_time, Fidelity fidelity)
    : space_(std::move(space)), fields_(static_cast<int>(defaults_of(equation).fields.size())) {
  propagators_.reserve(space_->wave_vectors().size());
  for (const auto& k : space_->wave_vectors()) {
    auto& mode = propagators_.emplace_back(propagator(equation, constants, k, sample_time));
    if (fidelity == Fidelity::corrected) continue;
    for (int n = 0; n < 2; ++n) mode.force[n] = n + 1 == fields_ ? 1.0 : 0.0;
  }
}

std::unique_ptr<Evolution::Work> LinearEvolution::make_work() const {
  return std::make_unique<State>(*space_, fields_);
}

void LinearEvolution::advance(std::span<double> fields, std::span<const double> force, Work& work) const {
  auto& state = dynamic_cast<State&>(work);
  const auto points = static_cast<std::size_t>(space_->num_values());
  const auto field = [&](int n) { return fields.subspan(static_cast<std::size_t>(n) * points, points); };
  for (int n = 0; n < fields_; ++n) space_->to_modes(field(n), state.modes[static_cast<std::size_t>(n)], state.work);
  auto& pushed = state.modes.back();
  space_->to_modes(force, pushed, state.work);
  if (fields_ == 1) {
    auto& v = state.modes[0];
    for (std::size_t m = 0; m < v.size(); ++m)
      v[m] = propagators_[m].state[0][0] * v[m] + propagators_[m].force[0] * pushed[m];
  } else {
    auto &v = state.modes[0], &w = state.modes[1];
    for (std::size_t m = 0; m < v.size(); ++m) {
      const auto& p = propagators_[m];
      const Complex first = v[m], second = w[m];
      v[m] = p.state[0][0] * first + p.state[0][1] * second + p.force[0] * pushed[m];
      w[m] = p.state[1][0] * first + p.state[1][1] * second + p.force[1] * pushed[m];
    }
  }
  for (int n = 0; n < fields_; ++n) space_->to_values(state.modes[static_cast<std::size_t>(n)], field(n), state.work);
}

}  // namespace tessera::sim::pde
