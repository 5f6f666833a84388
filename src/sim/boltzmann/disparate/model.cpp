#include "sim/boltzmann/disparate/model.hpp"

#include <cmath>

namespace tessera::sim::boltzmann::disparate {

namespace {

double resummation(const MixtureModel& model, double light_temperature, double heavy_temperature) {
  return std::pow(1.0 + model.eps * model.eps * heavy_temperature / light_temperature, 0.5 * model.cross.gamma);
}

}  // namespace

double MixtureModel::fast_factor(double light_temperature, double heavy_temperature) const {
  if (expansion == Expansion::plain) return 1.0;
  return resummation(*this, light_temperature, heavy_temperature) / (1.0 + eps * eps);
}

double MixtureModel::slow_factor(double light_temperature, double heavy_temperature) const {
  if (expansion == Expansion::plain) return 1.0;
  const double mass = 1.0 + eps * eps;
  return resummation(*this, light_temperature, heavy_temperature) / (mass * mass);
}

double MixtureModel::exchange_rate(double light_temperature) const {
  const double gamma = cross.gamma;
  const double moment = std::pow(2.0, 1.0 + 0.5 * gamma) * std::tgamma(0.5 * (5.0 + gamma)) / std::tgamma(1.5);
  return cross.total() * moment * std::pow(light_temperature, 0.5 * gamma);
}

EpochFactors epoch_factors(double eps, int epoch) {
  return {std::pow(eps, -epoch), std::pow(eps, 1 - epoch), std::pow(eps, 2 - epoch)};
}

double speed_power(double square, double gamma) {
  if (gamma == 0.0) return 1.0;
  if (gamma == 1.0) return std::sqrt(square);
  return std::pow(square, 0.5 * gamma);
}

}  // namespace tessera::sim::boltzmann::disparate
