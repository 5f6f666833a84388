#include "learn/trajcast/forecast.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/region.hpp"
#include "learn/trajcast/domain_edges.hpp"
#include "learn/trajcast/domain_surroundings.hpp"
#include "learn/trajcast/model_parameters.hpp"
#include "learn/trajcast/network.hpp"
#include "sim/md/engine.hpp"
#include "sim/rotation.hpp"
#include "sim/velocities.hpp"

namespace tessera::learn::trajcast {

namespace {

using sim::md::Engine;

template <class View>
auto host_of(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

/// What a step has met with, largest over all ranks; distances are negative, so that the least one wins.
struct Extremes {
  enum { move, displacement, neighbours, closeness, fault, count };
  double value[count] = {0.0, 0.0, 0.0, -1e300, 0.0};
  void raise(int n, double number) {
    // NaN wins over any number.
    if (!(number <= value[n])) value[n] = number;
  }
};

template <class Real>
class Forecast final : public sim::md::Coupling {
 public:
  Forecast(const StoredNetwork& stored, const ForecastParams& params, std::string where)
      : where_(std::move(where)),
        params_(params),
        stored_(stored),
        hyperparameters_(from_parameters<Hyperparameters>(stored, where_)),
        network_(hyperparameters_) {
    std::vector<TensorShape> shapes;
    for (const auto& tensor : network_.architecture().tensors)
      shapes.push_back({tensor.name, tensor.rows, tensor.cols});
    check_weights(stored_, shapes, where_);
    std::vector<double> weights;
    for (const auto& array : stored_.weights) weights.insert(weights.end(), array.values.begin(), array.values.end());
    network_.set_weights(weights);
    if (params_.table_radial > 0) tabulate();
    log::info("  features of {:.1f} kB an atom; for {} edges at a time up to {:.0f} MB",
              1e-3 * static_cast<double>(network_.atom_bytes()), network_.chunk_edges(),
              1e-6 * static_cast<double>(network_.chunk_bytes()));
  }

  void attach(Engine& engine) override {
    const Units& units = engine.units();
    length_ = units.si_length / 1e-10;
    speed_ = length_ / (units.si_time / 1e-15);
    check_same(engine.dt() * units.si_time / 1e-15, stored_.interval, "the time step (fs)", where_);
    const auto& system = engine.system();
    type_ = match_species(stored_.species, system.species, where_);
    const auto& periodic = system.box.is_periodic;
    if (hyperparameters_.conservation == Conservation::angular && (periodic[0] || periodic[1] || periodic[2]))
      whole_box_ = std::min({system.box.height(0), system.box.height(1), system.box.height(2)});
  }

  void rebuilt(Engine& engine) override {
    edges_.plan(engine.tiling(), engine.system().particles, engine.neighbourhood());
  }

  bool moves_particles() const override { return true; }
  void move(Engine& engine) override {
    const Region region("trajcast/forecast");
    auto& particles = engine.system().particles;
    edges_.find(particles, engine.neighbourhood(), hyperparameters_.cutoff / length_);
    fill_atoms(engine);
    fill_edges();
    DomainSurroundings<Real> surroundings(particles.comm(), edges_.ghosts());
    const auto& target = network_.forward(graph_, surroundings);
    Extremes extremes;
    look_at_graph(extremes);
    apply(particles, target, extremes);
    particles.comm().all_reduce(extremes.value, Extremes::count, Op::max);
    check(engine, extremes);
    engine.relocated(extremes.value[Extremes::move]);
    const std::int64_t every = params_.remove_momentum_every;
    if (every > 0 && engine.num_steps_done() % every == 0) stop_motion(engine);
  }

  bool has_energy() const override { return false; }
  bool conserves_momentum() const override { return hyperparameters_.conservation != Conservation::none; }
  std::int64_t num_constraints() const override {
    return hyperparameters_.conservation == Conservation::angular ? 3 : 0;
  }

 private:
  void tabulate() {
    // Below half the least distance that was seen, weights are worked out.
    const double shortest = std::max(0.1, 0.5 * stored_.seen.least_distance);
    network_.tabulate(static_cast<int>(params_.table_radial), shortest);
    log::info("  tables of {} knots: weights are off by {:.1e} of the largest one at most, {:.1f} MB",
              params_.table_radial, network_.table_error(), static_cast<double>(network_.table_bytes()) * 1e-6);
  }

  /// Positions, velocities, masses and species of owned atoms, in A and fs.
  void fill_atoms(const Engine& engine) {
    const auto& system = engine.system();
    const auto& particles = system.particles;
    const int count = particles.num_owned();
    const auto position = host_of(particles.get<double>("position"));
    const auto velocity = host_of(particles.get<double>("velocity"));
    const auto type = host_of(particles.get<int>("type"));
    const auto image = host_of(particles.get<int>("image"));
    graph_.num_atoms = count;
    const auto atoms = static_cast<std::size_t>(count);
    graph_.species.resize(atoms);
    graph_.masses.resize(atoms);
    graph_.configuration.assign(atoms, 0);
    graph_.positions.resize(3 * atoms);
    graph_.velocities.resize(3 * atoms);
    for (int i = 0; i < count; ++i) {
      const auto n = static_cast<std::size_t>(i);
      const auto species = static_cast<std::size_t>(type(i, 0));
      graph_.species[n] = type_[species];
      graph_.masses[n] = system.species[species].mass;
      const data::Vec3 shift = system.box.shift({image(i, 0), image(i, 1), image(i, 2)});
      for (int c = 0; c < 3; ++c) {
        const auto k = static_cast<std::size_t>(c);
        graph_.positions[3 * n + k] = length_ * (position(i, c) + shift[c]);
        graph_.velocities[3 * n + k] = speed_ * velocity(i, c);
      }
    }
    if (whole_box_ > 0.0) check_whole(engine);
  }

  /// Molecules across the sides of a box must not be cut, nor as large as half of it.
  void check_whole(const Engine& engine) const {
    double ends[6];
    for (int c = 0; c < 3; ++c) ends[c] = ends[3 + c] = -1e300;
    for (std::size_t n = 0; n < graph_.positions.size(); ++n) {
      ends[n % 3] = std::max(ends[n % 3], graph_.positions[n]);
      ends[3 + n % 3] = std::max(ends[3 + n % 3], -graph_.positions[n]);
    }
    engine.system().particles.comm().all_reduce(ends, 6, Op::max);
    for (int c = 0; c < 3; ++c)
      if (ends[c] + ends[3 + c] > 0.5 * whole_box_ * length_)
        throw Error::input(fmt::format(
            "{}: this network conserves angular momentum of a molecule by itself, but the atoms span {:.3g} A of a "
            "periodic box of {:.3g} A: give the molecule whole, in a box without periodic sides or twice as large",
            where_, ends[c] + ends[3 + c], whole_box_ * length_));
  }

  void fill_edges() {
    HostEdges edges = to_host(edges_.edges());
    graph_.num_ghosts = edges_.num_rows() - static_cast<int>(graph_.num_atoms);
    graph_.first_edge = std::move(edges.first_edge);
    graph_.sender = std::move(edges.sender);
    graph_.edge_vectors = std::move(edges.vector);
    for (double& component : graph_.edge_vectors) component *= length_;
  }

  void look_at_graph(Extremes& extremes) const {
    for (std::size_t i = 0; i + 1 < graph_.first_edge.size(); ++i)
      extremes.raise(Extremes::neighbours, static_cast<double>(graph_.first_edge[i + 1] - graph_.first_edge[i]));
    for (std::size_t e = 0; e < graph_.edge_vectors.size(); e += 3) {
      const double* r = graph_.edge_vectors.data() + e;
      extremes.raise(Extremes::closeness, -std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]));
    }
  }

  /// x = x + sigma_d d, v = sigma_v u
  void apply(const data::Particles& particles, const std::vector<double>& target, Extremes& extremes) const {
    const auto position = particles.get<double>("position"), velocity = particles.get<double>("velocity");
    const auto x = host_of(position), v = host_of(velocity);
    for (int i = 0; i < particles.num_owned(); ++i) {
      double square = 0.0;
      for (int c = 0; c < 3; ++c) {
        const auto n = static_cast<std::size_t>(6 * i + c);
        const double step = hyperparameters_.displacement_scale * target[n];
        square += step * step;
        x(i, c) += step / length_;
        v(i, c) = hyperparameters_.velocity_scale * target[n + 3] / speed_;
        if (!std::isfinite(x(i, c)) || !std::isfinite(v(i, c))) extremes.raise(Extremes::fault, 1.0);
      }
      extremes.raise(Extremes::displacement, std::sqrt(square));
    }
    extremes.raise(Extremes::move, extremes.value[Extremes::displacement] / length_);
    Kokkos::deep_copy(position, x);
    Kokkos::deep_copy(velocity, v);
  }

  /// The same on all ranks.
  void check(const Engine& engine, const Extremes& extremes) const {
    const std::int64_t step = engine.num_steps_done();
    const auto& e = extremes.value;
    if (e[Extremes::fault] != 0.0)
      throw Error::numeric(fmt::format("step {}: the network answers with numbers that are not finite", step));
    const auto& box = engine.system().box;
    if (!(e[Extremes::move] < 0.5 * std::min({box.height(0), box.height(1), box.height(2)})))
      throw Error::numeric(fmt::format("step {}: the network would move an atom by {:.3g} A, more than half the box",
                                       step, e[Extremes::displacement]));
    if (!params_.guard) return;
    const auto& guard = *params_.guard;
    const auto& seen = stored_.seen;  // zeros where a converted model does not know
    const auto stop = [&](const std::string& what) {
      throw Error::numeric(fmt::format(
          "step {}: {}: the forecast has left what the network was trained on\nstart nearer to the training pairs, "
          "train with more of them, use a shorter time of the thermostat, or widen [stage.guard]",
          step, what));
    };
    if (-e[Extremes::closeness] < guard.closest * seen.least_distance)
      stop(fmt::format("two atoms are {:.3g} A apart, where training pairs had {:.3g} A at least",
                       -e[Extremes::closeness], seen.least_distance));
    if (seen.most_neighbours > 0.0 && e[Extremes::neighbours] > guard.neighbours * seen.most_neighbours)
      stop(fmt::format("an atom has {:.0f} neighbours, where training pairs had {:.0f} at most",
                       e[Extremes::neighbours], seen.most_neighbours));
    if (seen.largest_displacement > 0.0 && e[Extremes::displacement] > guard.displacement * seen.largest_displacement)
      stop(fmt::format("an atom moves by {:.3g} A, where training pairs had {:.3g} A at most",
                       e[Extremes::displacement], seen.largest_displacement));
    const double freedom = engine.degrees_of_freedom();
    if (!(seen.highest_temperature > 0.0) || !(freedom > 0.0)) return;
    const double temperature = 2.0 * engine.kinetic().energy / (freedom * engine.units().boltzmann);
    if (temperature > guard.temperature * seen.highest_temperature)
      stop(fmt::format("the temperature is {:.4g} K, where training pairs had {:.4g} K at most", temperature,
                       seen.highest_temperature));
  }

  /// Momentum and, of molecules, angular momentum.
  void stop_motion(Engine& engine) const {
    auto& system = engine.system();
    sim::stop_drift(system);
    if (hyperparameters_.conservation == Conservation::angular) sim::stop_rotation(system);
  }

  std::string where_;
  ForecastParams params_;
  StoredNetwork stored_;
  Hyperparameters hyperparameters_;
  Network<Real> network_;
  DomainEdges edges_;
  Graph graph_;
  std::vector<int> type_;              // of the network, by type of particles
  double length_ = 1.0, speed_ = 1.0;  // A and A/fs of the engine's units
  double whole_box_ = 0.0;             // least height of a periodic box that a molecule must fit into
};

}  // namespace

std::unique_ptr<sim::md::Coupling> make_forecast(const StoredNetwork& network, const ForecastParams& params,
                                                 const std::string& where) {
  if (params.precision == Precision::single_) return std::make_unique<Forecast<float>>(network, params, where);
  return std::make_unique<Forecast<double>>(network, params, where);
}

}  // namespace tessera::learn::trajcast
