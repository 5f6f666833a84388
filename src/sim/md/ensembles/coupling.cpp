#include "sim/md/ensembles/coupling.hpp"

#include <algorithm>

#include "sim/md/engine.hpp"

namespace tessera::sim::md {

void Ensemble::attach(Engine& engine) {
  for (const auto& coupling : couplings_) coupling->attach(engine);
}

bool Ensemble::place(Engine& engine) {
  bool has_moved = false;
  for (const auto& coupling : couplings_) has_moved = coupling->place(engine) || has_moved;
  return has_moved;
}

void Ensemble::rebuilt(Engine& engine) {
  for (const auto& coupling : couplings_) coupling->rebuilt(engine);
}

void Ensemble::start(Engine& engine) {
  for (const auto& coupling : couplings_) coupling->start(engine);
}

void Ensemble::prepare(Engine& engine) {
  for (const auto& coupling : couplings_) coupling->prepare(engine);
}

void Ensemble::before_kick(Engine& engine) {
  for (const auto& coupling : couplings_) coupling->before_kick(engine);
}

void Ensemble::drift(Engine& engine) {
  for (const auto& coupling : couplings_) coupling->before_drift(engine);
  if (splits_drift()) {
    engine.drift_for(0.5 * engine.dt());
    for (const auto& coupling : couplings_) coupling->after_half_drift(engine);
    for (const auto& coupling : couplings_) coupling->between_drifts(engine);
    engine.drift_for(0.5 * engine.dt());
  } else {
    engine.drift_for(engine.dt());
  }
  for (const auto& coupling : couplings_) coupling->after_drift(engine);
}

void Ensemble::after_kick(Engine& engine) {
  for (auto coupling = couplings_.rbegin(); coupling != couplings_.rend(); ++coupling) (*coupling)->after_kick(engine);
}

void Ensemble::change_temperature(const Engine& engine, double temperature, double given) {
  for (const auto& coupling : couplings_) coupling->change_temperature(engine, temperature, given);
}

bool Ensemble::moves_particles() const {
  return std::any_of(couplings_.begin(), couplings_.end(),
                     [](const auto& coupling) { return coupling->moves_particles(); });
}

void Ensemble::move(Engine& engine) {
  for (const auto& coupling : couplings_) coupling->move(engine);
}

double Ensemble::energy(const Engine& engine) const {
  double sum = 0.0;
  for (const auto& coupling : couplings_) sum += coupling->energy(engine);
  return sum;
}

bool Ensemble::has_energy() const {
  return std::all_of(couplings_.begin(), couplings_.end(), [](const auto& coupling) { return coupling->has_energy(); });
}

bool Ensemble::conserves_momentum() const {
  return std::all_of(couplings_.begin(), couplings_.end(),
                     [](const auto& coupling) { return coupling->conserves_momentum(); });
}

bool Ensemble::changes_box() const {
  return std::any_of(couplings_.begin(), couplings_.end(),
                     [](const auto& coupling) { return coupling->changes_box(); });
}

bool Ensemble::limits_drift() const {
  return std::any_of(couplings_.begin(), couplings_.end(),
                     [](const auto& coupling) { return coupling->limits_drift(); });
}

bool Ensemble::is_finished() const {
  return std::any_of(couplings_.begin(), couplings_.end(),
                     [](const auto& coupling) { return coupling->is_finished(); });
}

bool Ensemble::splits_drift() const {
  return std::any_of(couplings_.begin(), couplings_.end(),
                     [](const auto& coupling) { return coupling->splits_drift(); });
}

std::int64_t Ensemble::num_constraints() const {
  std::int64_t sum = 0;
  for (const auto& coupling : couplings_) sum += coupling->num_constraints();
  return sum;
}

void Ensemble::add_virial(const Engine& engine, ExactSum* virial) const {
  for (const auto& coupling : couplings_) coupling->add_virial(engine, virial);
}

std::optional<Error> Ensemble::problem() const {
  for (const auto& coupling : couplings_)
    if (auto problem = coupling->problem()) return problem;
  return {};
}

void Ensemble::save(const Engine& engine, data::StateWriter& writer) const {
  for (const auto& coupling : couplings_) coupling->save(engine, writer);
}

void Ensemble::restore(const Engine& engine, data::StateReader& reader) {
  for (const auto& coupling : couplings_) coupling->restore(engine, reader);
}

}  // namespace tessera::sim::md
