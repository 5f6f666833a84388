#include "sim/md/ensembles/lbfgs.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/largest.hpp"
#include "base/region.hpp"
#include "math/line_search.hpp"
#include "sim/md/engine.hpp"

namespace tessera::sim::md {

namespace {

constexpr int memory = 8;                  // pairs of moves and changes of forces
constexpr double first_share = 0.1;        // of the longest move: what a search begins with that remembers nothing
constexpr double visible_change = 1e-9;    // of the energy: what can be told from rounding
constexpr double least_curvature = 1e-10;  // cosine between a move and the change of forces

/// Three components of a column, from `first` on.
struct Vectors {
  Array2<double> column;
  int first = 0;
};

/// Collective. Sum over all particles, the same on any number of ranks.
double dot(const data::Particles& particles, const Vectors& a, const Vectors& b) {
  ExactSum sum;
  Kokkos::parallel_reduce(
      "md/search_dot", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, ExactSum& total) {
        double product = 0.0;
        for (int c = 0; c < 3; ++c) product += a.column(i, a.first + c) * b.column(i, b.first + c);
        total.add(product);
      },
      Kokkos::Sum<ExactSum>(sum));
  all_reduce(particles.comm(), &sum, 1);
  return sum.value();
}

/// y = factor x
void assign(const data::Particles& particles, const Vectors& y, double factor, const Vectors& x) {
  Kokkos::parallel_for(
      "md/search_assign", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) y.column(i, y.first + c) = factor * x.column(i, x.first + c);
      });
}

/// y += factor x
void add(const data::Particles& particles, const Vectors& y, double factor, const Vectors& x) {
  Kokkos::parallel_for(
      "md/search_add", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) y.column(i, y.first + c) += factor * x.column(i, x.first + c);
      });
}

/// Collective. Length of the longest one.
double longest(const data::Particles& particles, const Vectors& a) {
  double largest2 = 0.0;
  Kokkos::parallel_reduce(
      "md/search_longest", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, double& largest) {
        double length2 = 0.0;
        for (int c = 0; c < 3; ++c) length2 += a.column(i, a.first + c) * a.column(i, a.first + c);
        largest = larger_or_nan(largest, length2);
      },
      MaxOrNan(largest2));
  if (particles.num_owned() == 0) largest2 = 0.0;
  return std::sqrt(particles.comm().all_reduce(largest2, Op::max));
}

/// Columns: rows change whenever lists are made anew, so that they are fetched again for every use.
Vectors position_of(const data::Particles& p) { return {p.get<double>("position")}; }
Vectors force_of(const data::Particles& p) { return {p.get<double>("force")}; }
Vectors direction_of(const data::Particles& p) { return {p.get<double>("search_direction")}; }
Vectors first_force_of(const data::Particles& p) { return {p.get<double>("search_force")}; }
Vectors move_of(const data::Particles& p, int slot) { return {p.get<double>("search_history"), 6 * slot}; }
/// Forces before the move, less those behind it.
Vectors change_of(const data::Particles& p, int slot) { return {p.get<double>("search_history"), 6 * slot + 3}; }

class Lbfgs final : public Coupling {
 public:
  explicit Lbfgs(const MinimiseParams& params) : params_(params) {}

  void attach(Engine& engine) override {
    auto& particles = engine.system().particles;
    if (particles.has_column("search_history")) return;
    particles.add<double>("search_direction", 3, data::Column::saved);
    particles.add<double>("search_force", 3, data::Column::saved);
    particles.add<double>("search_history", 6 * memory, data::Column::saved);
  }
  void start(Engine& engine) override {
    Kokkos::deep_copy(engine.system().particles.get<double>("velocity"), 0.0);
    is_finished_ = is_flat(engine);
  }

  bool moves_particles() const override { return true; }
  void move(Engine& engine) override;

  bool has_energy() const override { return false; }
  bool is_finished() const override { return is_finished_; }

  void save(const Engine&, data::StateWriter& writer) const override {
    writer.put("lbfgs", std::vector<std::int64_t>{num_kept_, newest_, num_failures_, is_finished_ ? 1 : 0});
  }
  void restore(const Engine&, data::StateReader& reader) override {
    std::vector<std::int64_t> numbers;
    reader.get("lbfgs", numbers);
    if (numbers.size() != 4 || numbers[0] < 0 || numbers[0] > memory || numbers[1] < 0 || numbers[1] >= memory)
      throw Error::input("the checkpoint of this stage has a minimiser of the wrong size");
    num_kept_ = static_cast<int>(numbers[0]);
    newest_ = static_cast<int>(numbers[1]);
    num_failures_ = static_cast<int>(numbers[2]);
    is_finished_ = numbers[3] != 0;
  }

 private:
  bool is_flat(const Engine& engine);
  double choose_direction(const data::Particles& particles);
  double search(Engine& engine, double slope);
  void remember(const data::Particles& particles, double step);
  void fail(const Engine& engine);

  /// Slot of the n-th newest pair.
  int slot(int n) const { return (newest_ + memory - n) % memory; }

  MinimiseParams params_;
  int num_kept_ = 0, newest_ = 0, num_failures_ = 0;
  double largest_force_ = 0.0;
  bool is_finished_ = false;
};

bool Lbfgs::is_flat(const Engine& engine) {
  const auto& particles = engine.system().particles;
  largest_force_ = longest(particles, force_of(particles));
  if (!std::isfinite(largest_force_))
    throw Error::numeric(
        fmt::format("step {}: forces are no longer finite; particles may lie on each other", engine.num_steps_done()));
  return largest_force_ <= params_.force;
}

/// The forces, through what is remembered of how they change: the two loops of L-BFGS. Returns their product with the
/// forces, the energy that a unit step promises.
double Lbfgs::choose_direction(const data::Particles& particles) {
  const auto direction = direction_of(particles), force = force_of(particles);
  assign(particles, direction, 1.0, force);
  if (num_kept_ == 0) return dot(particles, direction, force);
  std::vector<double> share(static_cast<std::size_t>(num_kept_)), inverse(share.size());
  for (int n = 0; n < num_kept_; ++n) {
    const auto k = static_cast<std::size_t>(n);
    const auto moved = move_of(particles, slot(n)), change = change_of(particles, slot(n));
    inverse[k] = 1.0 / dot(particles, moved, change);
    share[k] = inverse[k] * dot(particles, moved, direction);
    add(particles, direction, -share[k], change);
  }
  const auto change = change_of(particles, newest_);
  const double softness = 1.0 / (inverse[0] * dot(particles, change, change));
  assign(particles, direction, softness, direction);
  for (int n = num_kept_ - 1; n >= 0; --n) {
    const auto k = static_cast<std::size_t>(n);
    const double back = inverse[k] * dot(particles, change_of(particles, slot(n)), direction);
    add(particles, direction, share[k] - back, move_of(particles, slot(n)));
  }
  const double slope = dot(particles, direction, force);
  if (slope > 0.0) return slope;
  num_kept_ = 0;  // what is remembered does not lead down
  return choose_direction(particles);
}

/// Goes down along the direction; returns how far, 0 where that fails.
double Lbfgs::search(Engine& engine, double slope) {
  const auto& particles = engine.system().particles;
  const double length = longest(particles, direction_of(particles)), limit = params_.longest_move / length;
  const double first = num_kept_ == 0 ? first_share * limit : std::min(1.0, limit);
  const double energy = engine.potential_energy();
  const bool by_forces = first * slope < visible_change * std::abs(energy);
  assign(particles, first_force_of(particles), 1.0, force_of(particles));
  double now = 0.0;
  const auto go = [&](double step) {
    add(particles, position_of(particles), step - now, direction_of(particles));
    engine.relocated(std::abs(step - now) * length);
    now = step;
  };
  const auto look = [&](double step) {
    go(step);
    const double here = -dot(particles, direction_of(particles), force_of(particles));
    // The energy that the forces have done along a short way, by the rule of trapezoids.
    return math::LinePoint{by_forces ? 0.5 * step * (here - slope) : engine.potential_energy() - energy, here};
  };
  const auto found = math::search_line(look, {0.0, -slope}, first, limit, "minimise.method = \"lbfgs\"");
  if (found.step != now) go(found.step);
  return found.step;
}

void Lbfgs::move(Engine& engine) {
  const Region region("md/lbfgs");
  const auto& particles = engine.system().particles;
  const double step = search(engine, choose_direction(particles));
  if (step > 0.0)
    remember(particles, step);
  else
    fail(engine);
  is_finished_ = is_flat(engine);
}

void Lbfgs::remember(const data::Particles& particles, double step) {
  num_failures_ = 0;
  const int next = (newest_ + 1) % memory;
  const auto moved = move_of(particles, next), change = change_of(particles, next);
  assign(particles, moved, step, direction_of(particles));
  assign(particles, change, 1.0, first_force_of(particles));
  add(particles, change, -1.0, force_of(particles));
  const double product = dot(particles, moved, change);
  const double lengths = std::sqrt(dot(particles, moved, moved) * dot(particles, change, change));
  if (num_kept_ == memory) --num_kept_;  // the oldest has been overwritten
  if (!(product > least_curvature * lengths)) return;
  newest_ = next;
  ++num_kept_;
}

/// Once from the bare forces, before it is given up.
void Lbfgs::fail(const Engine& engine) {
  num_kept_ = 0;
  if (++num_failures_ > 1)
    throw Error::numeric(
        fmt::format("step {}: the search for the lowest energy stands still at a largest force of {:.3g}, as no step "
                    "along the forces lowers the energy; ask for no smaller force than rounding allows, and let "
                    "potentials go to zero smoothly (truncation = \"force\")",
                    engine.num_steps_done(), largest_force_));
}

}  // namespace

double lbfgs_bytes() { return sizeof(double) * (6.0 + 6.0 * memory); }

std::unique_ptr<Coupling> make_lbfgs(const MinimiseParams& params) { return std::make_unique<Lbfgs>(params); }

}  // namespace tessera::sim::md
