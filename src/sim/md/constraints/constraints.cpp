#include "sim/md/constraints/constraints.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/agree.hpp"
#include "base/largest.hpp"
#include "base/region.hpp"
#include "sim/md/constraints/cluster_rows.hpp"
#include "sim/md/constraints/settle.hpp"
#include "sim/md/constraints/solve.hpp"
#include "sim/md/engine.hpp"
#include "sim/md/ensembles/integrate.hpp"

namespace tessera::sim::md {

namespace {

// Work columns: values on their way to the clusters' middle atoms, and changes on their way back.
constexpr const char* value_column = "rigid_value";
constexpr const char* change_column = "rigid_change";

/// Shapes in the order of ClusterRows::lists().
template <class Work, int Partners = 1>
void with_shape(int place, const Work& work) {
  if constexpr (Partners <= most_partners) {
    if (place == Partners - 1) return work(Shape<Partners + 1, Partners>{});
    with_shape<Work, Partners + 1>(place, work);
  } else {
    work(Shape<3, 3>{});
  }
}

/// What all kernels read.
template <class S>
struct ClusterInputs {
  Array2<int> rows, type;
  Array1<double> factor;  // by type: inverse masses, as the engine's accelerations have them
  Array2<double> position;

  KOKKOS_FORCEINLINE_FUNCTION void inverse_masses(int n, double (&w)[S::atoms]) const {
    for (int a = 0; a < S::atoms; ++a) w[a] = factor(type(rows(n, a), 0));
  }
  KOKKOS_FORCEINLINE_FUNCTION void gather(int n, const Array2<double>& column, Vectors<S::atoms>& values) const {
    for (int a = 0; a < S::atoms; ++a)
      for (int c = 0; c < 3; ++c) values[a][c] = column(rows(n, a), c);
  }
  KOKKOS_FORCEINLINE_FUNCTION void scatter(int n, const Vectors<S::atoms>& values, const Array2<double>& column) const {
    for (int a = 0; a < S::atoms; ++a)
      for (int c = 0; c < 3; ++c) column(rows(n, a), c) = values[a][c];
  }
};

template <class S>
struct Remember {
  ClusterInputs<S> in;
  Array2<double> old;  // (cluster, 3 distance + c)
  KOKKOS_FUNCTION void operator()(int n) const {
    Vectors<S::atoms> x;
    Vectors<S::distances> d;
    in.gather(n, in.position, x);
    differences<S>(x, d);
    for (int k = 0; k < S::distances; ++k)
      for (int c = 0; c < 3; ++c) old(n, 3 * k + c) = d[k][c];
  }
};

/// Moves, and the distances behind them, which are the old ones of what comes next.
template <class S>
struct Move {
  ClusterInputs<S> in;
  Array2<double> length, old, change;
  double tolerance;
  bool settles;

  /// `failed`: the last cluster that has no solution; it stays where it is.
  KOKKOS_FUNCTION void operator()(int n, int& failed) const {
    double w[S::atoms], wanted[S::distances];
    Vectors<S::atoms> x, move;
    Vectors<S::distances> d;
    in.inverse_masses(n, w);
    in.gather(n, in.position, x);
    for (int k = 0; k < S::distances; ++k) {
      wanted[k] = length(n, k);
      for (int c = 0; c < 3; ++c) d[k][c] = old(n, 3 * k + c);
    }
    bool is_solved = false;
    if constexpr (std::is_same_v<S, Shape<3, 3>>) {
      if (settles && wanted[0] == wanted[1] && w[1] == w[2])
        is_solved = settle(w, d, x, wanted[0], wanted[2], move);
      else
        is_solved = shake<S>(w, d, x, wanted, tolerance, move);
    } else {
      is_solved = shake<S>(w, d, x, wanted, tolerance, move);
    }
    if (!is_solved) {
      failed = n > failed ? n : failed;
      return;
    }
    in.scatter(n, move, change);
    for (int a = 0; a < S::atoms; ++a)
      for (int c = 0; c < 3; ++c) x[a][c] += move[a][c];
    differences<S>(x, d);
    for (int k = 0; k < S::distances; ++k)
      for (int c = 0; c < 3; ++c) old(n, 3 * k + c) = d[k][c];
  }
};

template <class S>
struct Project {
  ClusterInputs<S> in;
  Array2<double> velocity, change;
  KOKKOS_FUNCTION void operator()(int n) const {
    double w[S::atoms];
    Vectors<S::atoms> x, v, dv;
    Vectors<S::distances> d;
    in.inverse_masses(n, w);
    in.gather(n, in.position, x);
    in.gather(n, velocity, v);
    differences<S>(x, d);
    rattle<S>(w, d, v, dv);
    in.scatter(n, dv, change);
  }
};

/// Sum of d (x) lambda d.
template <class S>
struct Virial {
  ClusterInputs<S> in;
  Array2<double> velocity, force;
  KOKKOS_FUNCTION void operator()(int n, ExactSums<6>& total) const {
    double w[S::atoms], lambda[S::distances];
    Vectors<S::atoms> x, v, a;
    Vectors<S::distances> d;
    in.inverse_masses(n, w);
    in.gather(n, in.position, x);
    in.gather(n, velocity, v);
    in.gather(n, force, a);
    for (int atom = 0; atom < S::atoms; ++atom)
      for (int c = 0; c < 3; ++c) a[atom][c] *= w[atom];
    differences<S>(x, d);
    forces_of_constraints<S>(w, d, v, a, lambda);
    double sums[6] = {};
    for (int k = 0; k < S::distances; ++k) {
      for (int c = 0; c < 3; ++c) sums[c] += lambda[k] * d[k][c] * d[k][c];
      sums[3] += lambda[k] * d[k][0] * d[k][1];
      sums[4] += lambda[k] * d[k][0] * d[k][2];
      sums[5] += lambda[k] * d[k][1] * d[k][2];
    }
    for (int c = 0; c < 6; ++c) total.part[c].add(sums[c]);
  }
};

/// Largest |d^2 / length^2 - 1|.
template <class S>
struct Mismatch {
  ClusterInputs<S> in;
  Array2<double> length;
  KOKKOS_FUNCTION void operator()(int n, Kokkos::MaxLoc<double, int>::value_type& worst) const {
    Vectors<S::atoms> x;
    Vectors<S::distances> d;
    in.gather(n, in.position, x);
    differences<S>(x, d);
    for (int k = 0; k < S::distances; ++k) {
      const double error = kmath::fabs(dot3(d[k], d[k]) / (length(n, k) * length(n, k)) - 1.0);
      if (error <= worst.val) continue;
      worst.val = error;
      worst.loc = n;
    }
  }
};

void copy_owned(const Array2<double>& from, const Array2<double>& to, int rows) {
  Kokkos::parallel_for(
      "md/copy_rows", Range(0, rows), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) to(i, c) = from(i, c);
      });
}

void add_owned(const Array2<double>& from, const Array2<double>& to, int rows) {
  Kokkos::parallel_for(
      "md/add_rows", Range(0, rows), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) to(i, c) += from(i, c);
      });
}

/// x += change, v += change / dt (dt 0: they stay). Returns the longest change, squared.
double apply(const Array2<double>& change, const Array2<double>& position, const Array2<double>& velocity, int rows,
             double dt) {
  const double rate = dt > 0.0 ? 1.0 / dt : 0.0;
  double longest2 = 0.0;
  if (rows == 0) return longest2;
  Kokkos::parallel_reduce(
      "md/apply_constraints", Range(0, rows),
      KOKKOS_LAMBDA(int i, double& largest) {
        double length = 0.0;
        for (int c = 0; c < 3; ++c) {
          const double step = change(i, c);
          position(i, c) += step;
          velocity(i, c) += rate * step;
          length += step * step;
        }
        largest = larger_or_nan(largest, length);
      },
      MaxOrNan(longest2));
  return longest2;
}

class Constraints final : public Coupling {
 public:
  Constraints(const ConstraintParams& params, const RigidTypes& types, std::optional<double> temperature)
      : params_(params), rows_(types), temperature_(temperature) {}

  void attach(Engine& engine) override {
    auto& particles = engine.system().particles;
    for (const char* name : {value_column, change_column})
      if (!particles.has_column(name)) particles.add<double>(name, 3, data::Column::halo);
    const auto& masses = engine.masses();
    factor_ = Array1<double>("inverse masses", masses.extent(0));
    const auto factor = factor_;
    const double unit = engine.units().mass_velocity2;
    Kokkos::parallel_for(
        "md/inverse_masses", Range(0, static_cast<int>(masses.extent(0))),
        KOKKOS_LAMBDA(int t) { factor(t) = 1.0 / (masses(t) * unit); });
  }

  void rebuilt(Engine& engine) override {
    const auto& particles = engine.system().particles;
    agree(particles.comm(), Outcome{problem_});  // what could not be kept is torn apart by now
    rows_.find(particles, engine.neighbourhood());
    for (std::size_t n = 0; n < old_.size(); ++n) {
      const auto& list = rows_.lists()[n];
      if (old_[n].extent(0) < static_cast<std::size_t>(list.count))
        old_[n] = make_uninitialized<Array2<double>>("old distances", list.rows.extent(0),
                                                     3 * static_cast<std::size_t>(list.num_distances));
    }
    if (num_constraints_ < 0) num_constraints_ = particles.comm().all_reduce(rows_.num_distances(), Op::sum);
  }

  bool place(Engine& engine) override {
    check_lengths(engine);
    remember(engine);
    keep_lengths(engine, 0.0);
    agree(engine.system().particles.comm(), Outcome{problem()});
    rows_.halo().forward(engine.system().particles.get<double>("position"), data::Halo::Content::position);
    project(engine);
    if (temperature_) {
      const double wanted = 0.5 * engine.degrees_of_freedom() * engine.units().boltzmann * *temperature_;
      const double now = engine.kinetic().energy;
      if (now > 0.0) scale_velocities(engine.system().particles, std::sqrt(wanted / now));
    }
    return true;
  }

  void before_kick(Engine& engine) override { remember(engine); }
  void after_half_drift(Engine& engine) override { keep_lengths(engine, 0.5 * engine.dt()); }
  /// Behind what has changed velocities in between, at the places of now, which copies do not have yet.
  void between_drifts(Engine& engine) override {
    rows_.halo().forward(engine.system().particles.get<double>("position"), data::Halo::Content::position);
    project(engine);
  }
  void after_drift(Engine& engine) override {
    keep_lengths(engine, engine.ensemble().splits_drift() ? 0.5 * engine.dt() : engine.dt());
  }
  void after_kick(Engine& engine) override { project(engine); }

  std::int64_t num_constraints() const override { return std::max<std::int64_t>(num_constraints_, 0); }

  void add_virial(const Engine& engine, ExactSum* virial) const override {
    const Region region("md/constraint_virial");
    const auto& particles = engine.system().particles;
    const auto value = particles.get<double>(value_column), change = particles.get<double>(change_column);
    copy_owned(particles.get<double>("velocity"), value, particles.num_owned());
    copy_owned(particles.get<double>("force"), change, particles.num_owned());
    rows_.halo().forward(value);
    rows_.halo().forward(change);
    for_each_shape(particles, [&](const auto& in, const ClusterList& list, std::size_t) {
      using S = typename std::decay_t<decltype(in)>::Kind;
      ExactSums<6> sums;
      Kokkos::parallel_reduce("md/constraint_virial", Range(0, list.count), Virial<S>{in.in, value, change},
                              Kokkos::Sum<ExactSums<6>>(sums));
      for (int n = 0; n < 6; ++n) virial[n] += sums.part[n];
    });
  }

  std::optional<Error> problem() const override { return problem_; }

 private:
  template <class S>
  struct Typed {
    using Kind = S;
    ClusterInputs<S> in;
  };

  /// work(Typed inputs, list, its place) for the shapes that this rank has.
  template <class Work>
  void for_each_shape(const data::Particles& particles, const Work& work) const {
    for (std::size_t n = 0; n < rows_.lists().size(); ++n) {
      const ClusterList& list = rows_.lists()[n];
      if (list.count == 0) continue;
      with_shape(static_cast<int>(n), [&](auto shape) {
        using S = decltype(shape);
        const Typed<S> typed{{list.rows, particles.get<int>("type"), factor_, particles.get<double>("position")}};
        work(typed, list, n);
      });
    }
  }

  /// Copies must have the places of now.
  void remember(const Engine& engine) {
    for_each_shape(engine.system().particles, [&](const auto& in, const ClusterList& list, std::size_t n) {
      using S = typename std::decay_t<decltype(in)>::Kind;
      Kokkos::parallel_for("md/remember_distances", Range(0, list.count), Remember<S>{in.in, old_[n]});
    });
  }

  /// From where a drift of dt has taken the particles to where distances are right; velocities follow (but for dt 0).
  void keep_lengths(Engine& engine, double dt) {
    const Region region("md/shake");
    const auto& particles = engine.system().particles;
    const auto position = particles.get<double>("position"), change = particles.get<double>(change_column);
    rows_.halo().forward(position, data::Halo::Content::position);
    Kokkos::deep_copy(change, 0.0);
    for_each_shape(particles, [&](const auto& in, const ClusterList& list, std::size_t n) {
      using S = typename std::decay_t<decltype(in)>::Kind;
      int failed = -1;
      const Move<S> kernel{in.in,  list.length,       old_[n],
                           change, params_.tolerance, params_.triangles == TriangleSolver::settle};
      Kokkos::parallel_reduce("md/shake", Range(0, list.count), kernel, Kokkos::Max<int>(failed));
      if (failed >= 0 && !problem_) problem_ = explain(engine, list, failed);
    });
    rows_.halo().reverse(change);
    const double longest2 = apply(change, position, particles.get<double>("velocity"), particles.num_owned(), dt);
    engine.note_move(std::sqrt(longest2));
  }

  /// Copies must have the places of now.
  void project(const Engine& engine) const {
    const Region region("md/rattle");
    const auto& particles = engine.system().particles;
    const auto velocity = particles.get<double>("velocity");
    const auto value = particles.get<double>(value_column), change = particles.get<double>(change_column);
    copy_owned(velocity, value, particles.num_owned());
    rows_.halo().forward(value);
    Kokkos::deep_copy(change, 0.0);
    for_each_shape(particles, [&](const auto& in, const ClusterList& list, std::size_t) {
      using S = typename std::decay_t<decltype(in)>::Kind;
      Kokkos::parallel_for("md/rattle", Range(0, list.count), Project<S>{in.in, value, change});
    });
    rows_.halo().reverse(change);
    add_owned(change, velocity, particles.num_owned());
  }

  void check_lengths(const Engine& engine) const {
    constexpr double most = 0.25;
    std::optional<Error> found;
    for_each_shape(engine.system().particles, [&](const auto& in, const ClusterList& list, std::size_t) {
      using S = typename std::decay_t<decltype(in)>::Kind;
      Kokkos::MaxLoc<double, int>::value_type worst{0.0, -1};
      Kokkos::parallel_reduce("md/check_lengths", Range(0, list.count), Mismatch<S>{in.in, list.length},
                              Kokkos::MaxLoc<double, int>(worst));
      if (std::sqrt(1.0 + worst.val) > 1.0 + most || !std::isfinite(worst.val))
        found = Error::input(fmt::format(
            "rigid bonds or angles of {} are off by {:.3g} % at the start; they should be nearly right: look at the "
            "types of bonds and angles and their lengths, or bring the molecules to rest with harmonic ones first",
            names(engine, list, worst.loc), 100.0 * (std::sqrt(1.0 + worst.val) - 1.0)));
    });
    agree(engine.system().particles.comm(), Outcome{found});
  }

  static std::string names(const Engine& engine, const ClusterList& list, int cluster) {
    const auto& index = engine.neighbourhood().rows_by_id();
    const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), index.id);
    const auto rows = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), list.rows);
    std::string text = "particles";
    for (int a = 0; a < list.num_atoms; ++a)
      text += fmt::format("{}{}", a == 0 ? " " : a + 1 == list.num_atoms ? " and " : ", ", id(rows(cluster, a), 0));
    return text;
  }

  static Error explain(const Engine& engine, const ClusterList& list, int cluster) {
    return Error::numeric(
        fmt::format("step {}: the rigid bonds of {} cannot be kept, they turn or are pulled too far in one step; try a "
                    "smaller dt, or look for overlapping particles",
                    engine.num_steps_done() + 1, names(engine, list, cluster)));
  }

  ConstraintParams params_;
  ClusterRows rows_;
  std::optional<double> temperature_;
  Array1<double> factor_;
  std::array<Array2<double>, most_partners + 1> old_;  // by shape: (cluster, 3 distance + c) before a step
  std::int64_t num_constraints_ = -1;                  // of all ranks; -1: not counted yet
  std::optional<Error> problem_;
};

}  // namespace

std::unique_ptr<Coupling> make_constraints(const ConstraintParams& params, const RigidTypes& types,
                                           std::optional<double> temperature) {
  return std::make_unique<Constraints>(params, types, temperature);
}

}  // namespace tessera::sim::md
