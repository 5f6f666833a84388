// Actions of another controller, each episode's times a factor of its own.
#pragma once

#include <memory>
#include <string>

#include "sim/controller.hpp"

namespace tessera::sim {

/// The factor of an episode is uniform in [low, high], drawn for (seed, episode).
class ScaledController final : public Controller {
 public:
  ScaledController(std::unique_ptr<Controller> inner, double low, double high, std::uint32_t seed);

  std::string name() const override { return inner_->name(); }
  void start(const Environment& environment) override;
  void decide(const Environment& environment, const Environment::Rows& actions,
              const Environment::Rows& disturbances) override;
  bool gives_disturbances() const override { return inner_->gives_disturbances(); }
  void learn_of_step(const Environment& environment, const Environment::Rows& actions) override {
    inner_->learn_of_step(environment, actions);
  }
  void save(data::StateWriter& writer) const override { inner_->save(writer); }
  void restore(data::StateReader& reader) override { inner_->restore(reader); }

 private:
  std::unique_ptr<Controller> inner_;
  double low_, high_;
  std::uint32_t seed_;
  Array1<double> factors_;  // of each row
};

}  // namespace tessera::sim
