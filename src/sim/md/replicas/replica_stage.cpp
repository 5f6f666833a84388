#include "sim/md/replicas/replica_stage.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "sim/md/create.hpp"
#include "sim/md/replicas/share_system.hpp"
#include "sim/md/replicas/state_archive.hpp"

namespace tessera::sim::md {

namespace {

constexpr std::size_t rows_to_write = 4096, numbers_a_row = 3;

/// Of one replica: its own temperature, and velocities warmer or colder likewise.
MdParams params_of(const MdParams& params, double temperature) {
  MdParams own = params;
  own.replicas.reset();
  const double ratio = temperature / params.thermostat->temperature;
  own.thermostat->temperature = temperature;
  if (own.velocity) own.velocity->temperature *= ratio;
  return own;
}

std::uint32_t seed_of(std::uint32_t seed, int replica) {
  return Random(seed, RandomPurpose::md_replica).block(static_cast<std::uint64_t>(replica), 0, 0).v[0];
}

std::vector<double> times(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

std::string part_name(int replica) { return fmt::format("replica_{}", replica + 1); }

}  // namespace

ReplicaStage::ReplicaStage(const StageContext& context, const MdParams& params)
    : context_(context),
      params_(params),
      units_(make_units(params.units, params.constants)),
      ladder_(ladder_of(*params.replicas, params.thermostat->temperature)),
      groups_(context.comm.rank(), context.comm.size(), static_cast<std::int64_t>(ladder_.size())),
      group_(context.comm.split(groups_.own)),
      exchange_(times(ladder_, units_.boltzmann), context.seed),
      table_(context.comm) {
  StageContext own = context_;
  own.comm = group_;
  own.earlier_system = [this](const std::string&) { return earlier_.get(); };
  for (int r = groups_.own; r < exchange_.size(); r += groups_.count)
    replicas_.push_back(std::make_unique<MdStage>(own, params_of(params, ladder_[static_cast<std::size_t>(r)]),
                                                  seed_of(context.seed, r)));
  table_.add<std::int64_t>("step");
  table_.add<std::int64_t>("temperature_number");
  table_.add<std::int64_t>("replica");
  table_.add<double>("potential_energy", 1, units_.energy_unit);
  log::info("{} replicas on {} group{} of ranks", ladder_.size(), groups_.count, groups_.count == 1 ? "" : "s");
}

void ReplicaStage::start() {
  const data::System* earlier =
      params_.data.empty() || !context_.earlier_system ? nullptr : context_.earlier_system(params_.data);
  if (earlier != nullptr) earlier_ = std::make_unique<data::System>(share_system(*earlier, group_, groups_));
  agree(context_.comm, [&] {
    for (auto& replica : replicas_) replica->start();
  });
  earlier_.reset();
}

/// What goes wrong in one group must not keep the others waiting.
void ReplicaStage::step(Agreement& agreement) {
  ++step_;
  try {
    for (auto& replica : replicas_) replica->step(agreement);
  } catch (...) {
    agreement.fail(to_error(std::current_exception()));
  }
}

void ReplicaStage::agreed(const Agreement& agreement) {
  for (auto& replica : replicas_) replica->agreed(agreement);
  if (step_ % params_.replicas->every == 0) attempt();
  if (waiting_energies_.size() >= rows_to_write || step_ == params_.steps) write_rows();
}

std::vector<double> ReplicaStage::energies() const {
  std::vector<double> energies(ladder_.size(), 0.0);
  for (std::size_t n = 0; n < replicas_.size(); ++n) {
    const double energy = replicas_[n]->potential_energy();
    if (group_.is_root()) energies[static_cast<std::size_t>(number(n))] = energy;
  }
  context_.comm.all_reduce(energies.data(), static_cast<int>(energies.size()), Op::sum);
  return energies;
}

void ReplicaStage::attempt() {
  const Region region("md/exchange");
  const auto now = energies();
  for (int k = 0; k < exchange_.size(); ++k) {
    const int replica = exchange_.replica_at(k);
    waiting_numbers_.insert(waiting_numbers_.end(), {step_, k + 1, replica + 1});
    waiting_energies_.push_back(now[static_cast<std::size_t>(replica)]);
  }
  std::vector<double> before;
  for (std::size_t n = 0; n < replicas_.size(); ++n) before.push_back(temperature_of(number(n)));
  exchange_.attempt(now, step_ > params_.replicas->equilibration);
  for (std::size_t n = 0; n < replicas_.size(); ++n) {
    const double next = temperature_of(number(n));
    if (next != before[n]) replicas_[n]->change_temperature(next, std::sqrt(next / before[n]));
  }
}

void ReplicaStage::write_rows() {
  const bool is_root = context_.comm.is_root();
  const std::size_t count = waiting_energies_.size();
  const std::int64_t first = table_.num_rows();
  table_.append(is_root ? static_cast<std::int64_t>(count) : 0);
  if (is_root) {
    const char* names[numbers_a_row] = {"step", "temperature_number", "replica"};
    for (std::size_t c = 0; c < numbers_a_row; ++c) {
      std::vector<std::int64_t> values(count);
      for (std::size_t n = 0; n < count; ++n) values[n] = waiting_numbers_[numbers_a_row * n + c];
      data::set_rows(table_.get<std::int64_t>(names[c]), first, values);
    }
    data::set_rows(table_.get<double>("potential_energy"), first, waiting_energies_);
  }
  waiting_numbers_.clear();
  waiting_energies_.clear();
}

const data::System* ReplicaStage::system() const {
  if (replicas_.empty() || replicas_.front()->system() == nullptr) return nullptr;
  const int replica = exchange_.replica_at(0);
  const bool is_here = group_of(replica) == groups_.own;
  const std::size_t n = is_here ? static_cast<std::size_t>((replica - groups_.own) / groups_.count) : 0;
  const data::System& own = *replicas_[n]->system();
  coldest_ = std::make_unique<data::System>(copy_system(own, context_.comm, is_here ? own.particles.num_owned() : 0));
  return coldest_.get();
}

std::vector<SeriesColumn> ReplicaStage::series_columns() const {
  std::vector<SeriesColumn> columns{{"time", units_.time_unit}};
  for (int k = 1; k <= exchange_.size(); ++k)
    columns.push_back({fmt::format("potential_energy_{}", k), units_.energy_unit});
  for (int k = 1; k <= exchange_.size(); ++k) columns.push_back({fmt::format("replica_{}", k), ""});
  return columns;
}

std::vector<double> ReplicaStage::series_values() {
  const auto now = energies();
  std::vector<double> values{time()};
  for (int k = 0; k < exchange_.size(); ++k) values.push_back(now[static_cast<std::size_t>(exchange_.replica_at(k))]);
  for (int k = 0; k < exchange_.size(); ++k) values.push_back(exchange_.replica_at(k) + 1);
  return values;
}

/// The heat capacity is that of the potential energy, <dU^2> / (k_B T^2).
std::vector<Report> ReplicaStage::reports() {
  Report report;
  report.file = "replicas.csv";
  report.columns = {{"temperature", units_.temperature_unit},
                    {"samples", ""},
                    {"potential_energy", units_.energy_unit},
                    {"error", units_.energy_unit},
                    {"autocorrelation_time", units_.time_unit},
                    {"heat_capacity", units_.energy_unit + "/" + units_.temperature_unit},
                    {"acceptance_to_next", ""},
                    {"upward_share", ""}};
  const double interval = static_cast<double>(params_.replicas->every) * params_.dt;
  for (int k = 0; k < exchange_.size(); ++k) {
    const double temperature = ladder_[static_cast<std::size_t>(k)];
    const BlockAverage& energy = exchange_.energy(k);
    report.rows.push_back(
        {temperature, static_cast<double>(energy.count()), energy.mean(), energy.uncertainty().error,
         energy.autocorrelation_time() * interval, energy.variance() / (units_.boltzmann * temperature * temperature),
         k + 1 < exchange_.size() ? exchange_.acceptance(k) : std::nan(""), exchange_.upward_share(k)});
  }
  return {report};
}

std::vector<Stage::Result> ReplicaStage::results() {
  std::vector<Result> rows;
  for (int k = 0; k < exchange_.size(); ++k) {
    const BlockAverage& energy = exchange_.energy(k);
    if (energy.count() == 0) continue;
    const double temperature = ladder_[static_cast<std::size_t>(k)];
    rows.push_back({fmt::format("potential energy at {:g}", temperature), energy.mean(), units_.energy_unit});
    if (energy.count() > 1)
      rows.push_back({fmt::format("error of potential energy at {:g}", temperature), energy.uncertainty().error,
                      units_.energy_unit});
  }
  double lowest = std::numeric_limits<double>::infinity();
  for (int k = 0; k + 1 < exchange_.size(); ++k) {
    const double acceptance = exchange_.acceptance(k);
    if (std::isnan(acceptance)) continue;
    lowest = std::min(lowest, acceptance);
    rows.push_back({fmt::format("acceptance between {:g} and {:g}", ladder_[static_cast<std::size_t>(k)],
                                ladder_[static_cast<std::size_t>(k) + 1]),
                    acceptance, ""});
  }
  if (std::isfinite(lowest)) rows.push_back({"lowest acceptance", lowest, ""});
  rows.push_back({"attempts to exchange", static_cast<double>(exchange_.num_attempts()), ""});
  rows.push_back({"round trips", static_cast<double>(exchange_.num_round_trips()), ""});
  std::int64_t counts[2] = {};
  for (const auto& replica : replicas_) {
    if (!group_.is_root()) continue;
    counts[0] += replica->engine().num_builds();
    counts[1] += replica->engine().num_outdated();
  }
  context_.comm.all_reduce(counts, 2, Op::sum);
  rows.push_back({"list rebuilds", static_cast<double>(counts[0]), ""});
  if (counts[1] > 0) {
    rows.push_back({"steps with outdated lists", static_cast<double>(counts[1]), ""});
    if (context_.comm.is_root())
      log::warning(fmt::format(
          "stage \"{}\": in {} steps of all replicas particles had moved further than the skin allows, and pairs may "
          "be missing; rebuild lists more often (neighbours.every, neighbours.check) or widen the skin",
          context_.name, counts[1]));
  }
  return rows;
}

StepCost ReplicaStage::step_cost() const {
  double sums[2] = {};
  for (const auto& replica : replicas_) {
    const StepCost cost = replica->step_cost();
    if (!group_.is_root()) continue;
    sums[0] += cost.flops;
    sums[1] += cost.bytes;
  }
  context_.comm.all_reduce(sums, 2, Op::sum);
  return {sums[0], sums[1]};
}

void ReplicaStage::save(data::StateWriter& writer) {
  writer.put("step", step_);
  writer.put("waiting_numbers", waiting_numbers_);
  writer.put("waiting_energies", waiting_energies_);
  exchange_.save(writer);
  for (int r = 0; r < exchange_.size(); ++r) {
    StateArchive archive;
    ArchiveWriter into(archive);
    const int group = group_of(r);
    if (group == groups_.own) replicas_[static_cast<std::size_t>((r - group) / groups_.count)]->save(into);
    put_archive(writer, part_name(r), archive, context_.comm, groups_.first_rank(group));
  }
}

void ReplicaStage::restore(data::StateReader& reader) {
  reader.get("step", step_);
  reader.get("waiting_numbers", waiting_numbers_);
  reader.get("waiting_energies", waiting_energies_);
  if (waiting_numbers_.size() != numbers_a_row * waiting_energies_.size())
    throw Error::input("the checkpoint of this stage has attempts of the wrong size");
  exchange_.restore(reader);
  std::vector<StateArchive> archives(replicas_.size());
  for (int r = 0; r < exchange_.size(); ++r) {
    const int group = group_of(r);
    auto archive =
        get_archive(reader, part_name(r), context_.comm, groups_.first_rank(group), groups_.first_rank(group + 1));
    if (group == groups_.own) archives[static_cast<std::size_t>((r - group) / groups_.count)] = std::move(archive);
  }
  agree(context_.comm, [&] {
    for (std::size_t n = 0; n < replicas_.size(); ++n) {
      ArchiveReader from(archives[n], reader.same_ranks());
      replicas_[n]->restore(from);
      replicas_[n]->change_temperature(temperature_of(number(n)), 1.0);
    }
  });
}

}  // namespace tessera::sim::md
