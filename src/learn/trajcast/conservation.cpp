#include "learn/trajcast/conservation.hpp"

#include <cmath>

#include "learn/trajcast/symmetric_inverse.hpp"

namespace tessera::learn::trajcast {

namespace {

using Vector = std::array<double, 3>;

Vector at(const double* numbers) { return {numbers[0], numbers[1], numbers[2]}; }
Vector at(const std::vector<double>& numbers, std::int64_t n) { return at(numbers.data() + 3 * n); }

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// Rows of sums, one a configuration.
class Sums {
 public:
  Sums(int rows, int width) : width_(width), sums_(static_cast<std::size_t>(rows * width)) {}
  void add(int row, int column, double value) { sums_[place(row, column)].add(value); }
  void add(int row, int column, const Vector& value) {
    for (int i = 0; i < 3; ++i) add(row, column + i, value[static_cast<std::size_t>(i)]);
  }
  void over_ranks(const RankSum& sum) { sum(sums_.data(), static_cast<int>(sums_.size())); }
  double value(int row, int column) const { return sums_[place(row, column)].value(); }
  Vector vector(int row, int column) const {
    return {value(row, column), value(row, column + 1), value(row, column + 2)};
  }

 private:
  std::size_t place(int row, int column) const { return static_cast<std::size_t>(row * width_ + column); }
  int width_;
  std::vector<ExactSum> sums_;
};

Vector scaled(double s, const Vector& a) { return {s * a[0], s * a[1], s * a[2]}; }

int configuration_of(const Graph& graph, std::int64_t n) { return graph.configuration[static_cast<std::size_t>(n)]; }
double mass_of(const Graph& graph, std::int64_t n) { return graph.masses[static_cast<std::size_t>(n)]; }

}  // namespace

void ConservationLayer::forward(const Graph& graph, const RankSum& sum, std::vector<double>& target) {
  configurations_.assign(static_cast<std::size_t>(graph.num_configurations), {});
  if (parameters_.conservation == Conservation::none) return;
  const double unit = parameters_.velocity_scale;
  Sums sums(graph.num_configurations, 10);  // mass, m U, m d, m v
  for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
    const int c = configuration_of(graph, n);
    const double m = mass_of(graph, n);
    sums.add(c, 0, m);
    sums.add(c, 1, scaled(m * unit, at(target.data() + 6 * n + 3)));
    sums.add(c, 4, scaled(m, at(target.data() + 6 * n)));
    sums.add(c, 7, scaled(m, at(graph.velocities, n)));
  }
  sums.over_ranks(sum);
  std::vector<Vector> shift(configurations_.size()), centre(configurations_.size());
  for (int c = 0; c < graph.num_configurations; ++c) {
    const auto k = static_cast<std::size_t>(c);
    const double mass = sums.value(c, 0);
    const Vector wanted = parameters_.momentum.value_or(sums.vector(c, 7)), momentum = sums.vector(c, 1);
    configurations_[k].mass = mass;
    configurations_[k].is_centred = wanted[0] == 0.0 && wanted[1] == 0.0 && wanted[2] == 0.0;
    if (mass == 0.0) continue;  // nobody has an atom of it
    for (std::size_t i = 0; i < 3; ++i) shift[k][i] = (wanted[i] - momentum[i]) / mass;
    if (configurations_[k].is_centred) centre[k] = scaled(1.0 / mass, sums.vector(c, 4));
  }
  velocities_.resize(static_cast<std::size_t>(3 * graph.num_atoms));
  for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
    const auto k = static_cast<std::size_t>(configuration_of(graph, n));
    double* row = target.data() + 6 * n;
    for (std::size_t i = 0; i < 3; ++i) {
      row[i] -= centre[k][i];
      velocities_[static_cast<std::size_t>(3 * n) + i] = unit * row[3 + i] + shift[k][i];
    }
  }
  const bool turns = parameters_.conservation == Conservation::angular;
  if (turns) turn(graph, sum, target);
  for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
    Vector u = at(velocities_, n);
    if (turns) {
      const Vector added =
          cross(configurations_[static_cast<std::size_t>(configuration_of(graph, n))].turn, at(arms_, n));
      for (std::size_t i = 0; i < 3; ++i) u[i] += added[i];
    }
    for (std::size_t i = 0; i < 3; ++i) target[static_cast<std::size_t>(6 * n + 3) + i] = u[i] / unit;
  }
}

/// The turns of configurations, and the arms of atoms, at the new positions.
void ConservationLayer::turn(const Graph& graph, const RankSum& sum, const std::vector<double>& target) {
  const auto moved = [&](std::int64_t n) {
    Vector x = at(graph.positions, n);
    for (std::size_t i = 0; i < 3; ++i)
      x[i] += parameters_.displacement_scale * target[static_cast<std::size_t>(6 * n) + i];
    return x;
  };
  Sums centres(graph.num_configurations, 6);
  for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
    centres.add(configuration_of(graph, n), 0, scaled(mass_of(graph, n), moved(n)));
    centres.add(configuration_of(graph, n), 3, scaled(mass_of(graph, n), at(graph.positions, n)));
  }
  centres.over_ranks(sum);
  const auto from_centre = [&](const Vector& x, int c, int column) {
    const double mass = configurations_[static_cast<std::size_t>(c)].mass;
    const Vector centre = centres.vector(c, column);
    return Vector{x[0] - centre[0] / mass, x[1] - centre[1] / mass, x[2] - centre[2] / mass};
  };
  arms_.resize(static_cast<std::size_t>(3 * graph.num_atoms));
  Sums sums(graph.num_configurations, 12);  // angular momentum new and old, xx xy xz yy yz zz of the inertia
  for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
    const int c = configuration_of(graph, n);
    const double m = mass_of(graph, n);
    const Vector arm = from_centre(moved(n), c, 0), old_arm = from_centre(at(graph.positions, n), c, 3);
    for (std::size_t i = 0; i < 3; ++i) arms_[static_cast<std::size_t>(3 * n) + i] = arm[i];
    sums.add(c, 0, scaled(m, cross(arm, at(velocities_, n))));
    sums.add(c, 3, scaled(m, cross(old_arm, at(graph.velocities, n))));
    int column = 6;
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t k = i; k < 3; ++k) sums.add(c, column++, m * ((i == k ? dot(arm, arm) : 0.0) - arm[i] * arm[k]));
  }
  sums.over_ranks(sum);
  for (int c = 0; c < graph.num_configurations; ++c) {
    Configuration& configuration = configurations_[static_cast<std::size_t>(c)];
    const Vector wanted = parameters_.angular_momentum.value_or(sums.vector(c, 3)), present = sums.vector(c, 0);
    const auto inertia = [&](int n) { return sums.value(c, 6 + n); };
    configuration.inverse = symmetric_inverse({{{inertia(0), inertia(1), inertia(2)},
                                                {inertia(1), inertia(3), inertia(4)},
                                                {inertia(2), inertia(4), inertia(5)}}});
    const Vector missing{wanted[0] - present[0], wanted[1] - present[1], wanted[2] - present[2]};
    for (std::size_t i = 0; i < 3; ++i) configuration.turn[i] = dot(configuration.inverse[i], missing);
  }
}

void ConservationLayer::reverse(const Graph& graph, const RankSum& sum, std::vector<double>& cotangent) const {
  if (parameters_.conservation == Conservation::none) return;
  const double unit = parameters_.velocity_scale;
  const auto configuration = [&](std::int64_t n) -> const Configuration& {
    return configurations_[static_cast<std::size_t>(configuration_of(graph, n))];
  };
  // From here on the last three numbers of a row are cotangents of velocities in A/fs.
  for (std::int64_t n = 0; n < graph.num_atoms; ++n)
    for (int i = 3; i < 6; ++i) cotangent[static_cast<std::size_t>(6 * n + i)] /= unit;
  if (parameters_.conservation == Conservation::angular) {
    Sums turns(graph.num_configurations, 3);
    for (std::int64_t n = 0; n < graph.num_atoms; ++n)
      turns.add(configuration_of(graph, n), 0, cross(at(arms_, n), at(cotangent.data() + 6 * n + 3)));
    turns.over_ranks(sum);
    std::vector<Vector> missing(configurations_.size());  // cotangents of the missing angular momenta
    for (int c = 0; c < graph.num_configurations; ++c)
      for (std::size_t i = 0; i < 3; ++i)
        missing[static_cast<std::size_t>(c)][i] =
            dot(configurations_[static_cast<std::size_t>(c)].inverse[i], turns.vector(c, 0));
    std::vector<double> arms(arms_.size());
    Sums arm_sums(graph.num_configurations, 3);
    for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
      const double m = mass_of(graph, n);
      const Vector b = missing[static_cast<std::size_t>(configuration_of(graph, n))], w = configuration(n).turn,
                   arm = at(arms_, n), u = at(velocities_, n), g = at(cotangent.data() + 6 * n + 3);
      // -(b w + w b)/2 is the cotangent of the inertia.
      const double trace = -dot(b, w), along_w = dot(w, arm), along_b = dot(b, arm);
      const Vector by_turn = cross(g, w), by_momentum = cross(u, b), shift = cross(b, arm);
      Vector total{};
      for (std::size_t i = 0; i < 3; ++i) {
        const double inertia = -0.5 * (b[i] * along_w + w[i] * along_b);
        total[i] = by_turn[i] - m * by_momentum[i] + 2.0 * m * (trace * arm[i] - inertia);
        arms[static_cast<std::size_t>(3 * n) + i] = total[i];
        cotangent[static_cast<std::size_t>(6 * n + 3) + i] -= m * shift[i];
      }
      arm_sums.add(configuration_of(graph, n), 0, total);
    }
    arm_sums.over_ranks(sum);
    for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
      const Vector all = arm_sums.vector(configuration_of(graph, n), 0);
      for (std::size_t i = 0; i < 3; ++i)
        cotangent[static_cast<std::size_t>(6 * n) + i] +=
            parameters_.displacement_scale *
            (arms[static_cast<std::size_t>(3 * n) + i] - mass_of(graph, n) / configuration(n).mass * all[i]);
    }
  }
  Sums sums(graph.num_configurations, 6);
  for (std::int64_t n = 0; n < graph.num_atoms; ++n)
    for (int i = 0; i < 6; ++i) sums.add(configuration_of(graph, n), i, cotangent[static_cast<std::size_t>(6 * n + i)]);
  sums.over_ranks(sum);
  for (std::int64_t n = 0; n < graph.num_atoms; ++n) {
    const double share = mass_of(graph, n) / configuration(n).mass;
    for (int i = 0; i < 6; ++i) {
      double& g = cotangent[static_cast<std::size_t>(6 * n + i)];
      if (i >= 3 || configuration(n).is_centred) g -= share * sums.value(configuration_of(graph, n), i);
      if (i >= 3) g *= unit;
    }
  }
}

}  // namespace tessera::learn::trajcast
