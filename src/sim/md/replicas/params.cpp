#include "sim/md/replicas/params.hpp"

#include <algorithm>
#include <cmath>

#include "sim/md/params.hpp"

namespace tessera::sim::md {

using deck::Binder;

namespace {

constexpr deck::Limits replica_count{.low = 2, .high = 1 << 16};

bool has_observables(const MdParams& p) {
  return p.rdf || p.msd || p.vacf || p.structure_factor || p.adf || p.coordination || p.bond_order || p.viscosity ||
         p.vdos || p.self_scattering || p.centro_symmetry || p.thermal_conductivity;
}

}  // namespace

void bind(Binder& b, ReplicaParams& p) {
  b.value("count", p.count, replica_count,
          {"number of replicas, at temperatures in equal ratios from that of the thermostat to `highest`"});
  b.value("highest", p.highest, deck::positive, {"temperature of the hottest replica", "temperature"});
  b.list("temperatures", p.temperatures, 0, deck::positive,
         {"instead of count and highest: the temperatures above that of the thermostat, rising", "temperature"});
  b.value("every", p.every, {.low = 1}, {"steps between attempts to exchange neighbouring temperatures"});
  b.value("equilibration", p.equilibration, deck::non_negative,
          {"steps at the beginning that count neither for means nor for acceptance"});
  const bool has_list = !p.temperatures.empty();
  b.check(has_list ? !p.count && !p.highest : p.count && p.highest, has_list ? "temperatures" : "count",
          "replicas need either count and highest, or temperatures");
}

void check_replicas(Binder& b, const MdParams& p) {
  if (!p.replicas) return;
  const auto& replicas = *p.replicas;
  const char* key = "replicas";
  b.check(p.thermostat.has_value(), key,
          "replicas need [stage.thermostat]: its temperature is the lowest, and its kind holds at all of them");
  if (!p.thermostat) return;
  b.check(p.thermostat->kind != ThermostatKind::berendsen, key,
          "Berendsen's thermostat does not sample the canonical ensemble, which exchanges between temperatures need");
  b.check(!p.thermostat->temperature_end, key, "temperatures of replicas do not change with time: no temperature_end");
  b.check(!p.barostat, key, "replicas exchange at constant volume: no [stage.barostat]");
  b.check(!has_observables(p), key,
          "[stage.rdf] and the other observables follow one temperature and are not there for replicas; measure in a "
          "stage of its own that begins with data = \"<this stage>\"");
  const auto ladder = ladder_of(replicas, p.thermostat->temperature);
  b.check(std::adjacent_find(ladder.begin(), ladder.end(), [](double low, double high) { return !(low < high); }) ==
              ladder.end(),
          key, "temperatures must rise from that of the thermostat");
  b.check(replicas.equilibration < p.steps || p.steps == 0, key, "equilibration must end before the stage does");
}

std::vector<double> ladder_of(const ReplicaParams& params, double lowest) {
  std::vector<double> ladder{lowest};
  if (!params.temperatures.empty()) {
    ladder.insert(ladder.end(), params.temperatures.begin(), params.temperatures.end());
    return ladder;
  }
  const std::int64_t count = params.count.value_or(1);
  const double highest = params.highest.value_or(lowest);
  for (std::int64_t n = 1; n < count; ++n)
    ladder.push_back(
        n + 1 == count ? highest
                       : lowest * std::pow(highest / lowest, static_cast<double>(n) / static_cast<double>(count - 1)));
  return ladder;
}

}  // namespace tessera::sim::md
