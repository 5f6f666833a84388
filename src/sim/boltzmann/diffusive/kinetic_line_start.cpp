// How a kinetic line is made, and brought to its start.
#include <fmt/format.h>

#include <cmath>

#include "base/agree.hpp"
#include "sim/boltzmann/diffusive/kinetic_line.hpp"
#include "sim/boltzmann/diffusive/kinetic_step.hpp"

namespace tessera::sim::boltzmann::diffusive {

namespace {

Array1<double> to_array(const char* label, const std::vector<double>& values) {
  auto array = make_uninitialized<Array1<double>>(label, values.size());
  Kokkos::deep_copy(array, HostArray1<const double>(values.data(), values.size()));
  return array;
}

LineVelocities to_device(const VelocityModes& modes) {
  const auto count = static_cast<std::size_t>(modes.count());
  LineVelocities velocities{to_array("boltzmann/nodes", modes.nodes), to_array("boltzmann/weights", modes.weights),
                            make_uninitialized<Array2<double>>("boltzmann/polynomials", count, count), modes.count()};
  Kokkos::deep_copy(velocities.polynomial, HostArray2<const double>(modes.polynomials.data(), count, count));
  return velocities;
}

data::Mesh make_mesh(const Comm& comm, const LinearKineticParams& params) {
  check_ranks(params, comm.size());
  return {comm,
          data::Box::orthogonal({0.0, 0.0, 0.0}, {params.length, 1.0, 1.0}, {params.is_periodic(), true, true}),
          {params.cells}};
}

VelocityModes make_modes(const LinearKineticParams& params) {
  return params.collisions == LinearCollisions::isotropic ? legendre_modes(params.velocities)
                                                          : hermite_modes(params.velocities, params.temperature);
}

/// s / (e^s - 1)
double bernoulli(double s) { return std::fabs(s) < 1e-10 ? 1.0 - 0.5 * s : s / std::expm1(s); }

/// Ghost layers of g: what is upwind, and behind a wall one more, as its face counts as the next cell's.
int layers_of(const LinearKineticParams& params) { return params.is_periodic() ? 2 : 3; }

}  // namespace

/// Between walls: what the neighbours of the outermost ranks need of them are faces inside.
void check_ranks(const LinearKineticParams& params, int ranks) {
  const int least = params.is_periodic() ? 1 : 2;
  if (params.cells < std::int64_t{ranks} * least)
    throw Error::input(fmt::format("cells: {} cells cannot be shared by {} ranks\nexpected at least {} a rank{}",
                                   params.cells, ranks, least, params.is_periodic() ? "" : " between walls"));
}

KineticLine::KineticLine(const Comm& comm, const LinearKineticParams& params, double dt)
    : params_(params),
      modes_(make_modes(params)),
      velocities_(to_device(modes_)),
      dt_(dt),
      density_(make_mesh(comm, params), "density", 1, 1),
      flux_(density_.mesh(), "flux", 1, 1),
      deviation_(density_.mesh(), "deviation", params.velocities, layers_of(params)),
      num_faces_(num_cells() + (walls().high >= 0 ? 1 : 0)) {
  const auto faces = static_cast<std::size_t>(num_faces_), cells = static_cast<std::size_t>(num_cells()),
             count = static_cast<std::size_t>(params.velocities);
  set_medium(agree(comm, [&] { return make_line_medium(params, density_.mesh().first()[0], num_cells()); }));
  rate_ = Array2<double>("boltzmann/rates", faces, count);
  before_ = Array1<double>("boltzmann/density_before", cells);
  if (params.order == 2) {
    base_ = Array2<double>("boltzmann/rate_base", faces, count);
    density_base_ = Array1<double>("boltzmann/density_base", cells);
  }
  if (params.diffusion == DiffusionPart::implicitly) {
    solver_.emplace(comm, diffusion_rows(), params.is_periodic());
    line_.resize(cells);
  }
}

KineticLine::Walls KineticLine::walls() const {
  if (params_.is_periodic()) return {};
  const std::int64_t first = density_.mesh().first()[0];
  return {first == 0 ? 0 : -1, first + num_cells() == params_.cells ? num_cells() : -1};
}

/// No gradient drives particles through walls: both factors of E are 0 there.
void KineticLine::set_medium(const LineMedium& medium) {
  const auto count = static_cast<std::size_t>(num_cells());
  const double dx = params_.spacing(), temperature = params_.temperature;
  std::vector<double> above, below, force, cell_weight, face_weight;
  for (std::size_t n = 0; n <= count; ++n) {
    const double s = medium.difference(n) / temperature;
    const bool is_wall = static_cast<int>(n) == walls().low || static_cast<int>(n) == walls().high;
    above.push_back(is_wall ? 0.0 : bernoulli(-s) / dx);
    below.push_back(is_wall ? 0.0 : bernoulli(s) / dx);
    force.push_back(medium.difference(n) / dx);
    face_weight.push_back(std::exp(0.5 * (medium.potential[n] + medium.potential[n + 1]) / temperature));
    if (n < count) cell_weight.push_back(std::exp(medium.potential[n + 1] / temperature));
  }
  sigma_ = to_array("boltzmann/sigma", medium.rate);
  above_ = to_array("boltzmann/above", above);
  below_ = to_array("boltzmann/below", below);
  force_ = to_array("boltzmann/force", force);
  cell_weight_ = to_array("boltzmann/cell_weight", cell_weight);
  face_weight_ = to_array("boltzmann/face_weight", face_weight);
}

void KineticLine::start() {
  const auto cells = static_cast<std::size_t>(num_cells()), faces = static_cast<std::size_t>(num_faces_);
  const auto first = density_.mesh().first()[0];
  const double dx = params_.spacing();
  std::vector<double> middles, places;
  for (std::size_t n = 0; n < cells; ++n)
    middles.push_back(dx * (static_cast<double>(first + static_cast<std::int64_t>(n)) + 0.5));
  for (std::size_t n = 0; n < faces; ++n)
    places.push_back(dx * static_cast<double>(first + static_cast<std::int64_t>(n)));

  std::vector<double> density(cells, 0.0);
  const auto count = static_cast<std::size_t>(params_.velocities);
  std::vector<std::vector<double>> shares(count, std::vector<double>(faces, 0.0));  // f / M on faces
  agree(density_.mesh().comm(), [&] {
    if (params_.start.distribution.empty()) {
      density = evaluate_line(params_, "start.density", params_.start.density, middles);
      return;
    }
    for (std::size_t m = 0; m < count; ++m) {
      const auto values =
          evaluate_line(params_, "start.distribution", params_.start.distribution, middles, &modes_.nodes[m]);
      for (std::size_t n = 0; n < cells; ++n) density[n] += modes_.weights[m] * values[n];
      shares[m] = evaluate_line(params_, "start.distribution", params_.start.distribution, places, &modes_.nodes[m]);
    }
    // At a wall as many come as go.
    for (const int wall : {walls().low, walls().high})
      for (std::size_t m = 0; wall >= 0 && m < count / 2; ++m) {
        auto &there = shares[m][static_cast<std::size_t>(wall)],
             &back = shares[count - 1 - m][static_cast<std::size_t>(wall)];
        there = back = 0.5 * (there + back);
      }
  });
  std::vector<double> means(faces, 0.0);
  for (std::size_t m = 0; m < count; ++m)
    for (std::size_t n = 0; n < faces; ++n) means[n] += modes_.weights[m] * shares[m][n];

  Kokkos::deep_copy(owned_density(), HostArray1<const double>(density.data(), cells));
  const auto values = deviation_.values();
  const auto extent = static_cast<std::size_t>(values.extent(0)), ghosts = static_cast<std::size_t>(layers());
  std::vector<double> all(extent * count, 0.0);
  for (std::size_t m = 0; m < count; ++m)
    for (std::size_t n = 0; n < faces; ++n) all[m * extent + ghosts + n] = (shares[m][n] - means[n]) / params_.eps;
  Kokkos::deep_copy(Array1<double>(values.data(), all.size()), HostArray1<const double>(all.data(), all.size()));
  fill_ghosts();
}

LineRows KineticLine::diffusion_rows() const {
  const auto count = static_cast<std::size_t>(num_cells());
  const auto host = [](const Array1<double>& array) {
    return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), array);
  };
  const auto sigma = host(sigma_), above = host(above_), below = host(below_);
  const double a = implicit_time(params_, dt_), share = a / params_.spacing();
  LineRows rows;
  for (std::size_t n = 0; n < count; ++n) {
    const double low = share * gradient_share(a, params_.eps, sigma(n)) * modes_.mean_square,
                 high = share * gradient_share(a, params_.eps, sigma(n + 1)) * modes_.mean_square;
    rows.lower.push_back(-low * below(n));
    rows.diagonal.push_back(1.0 + low * above(n) + high * below(n + 1));
    rows.upper.push_back(-high * above(n + 1));
  }
  return rows;
}

std::vector<double> KineticLine::high_wall() const {
  if (params_.is_periodic()) return {};
  const Comm& comm = density_.mesh().comm();
  std::vector<double> values(static_cast<std::size_t>(params_.velocities));
  if (walls().high >= 0) {
    const auto all = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), deviation_.values());
    for (std::size_t m = 0; m < values.size(); ++m) values[m] = all(layers() + walls().high, 0, 0, m);
  }
  comm.broadcast_bytes(values.data(), values.size() * sizeof(double), comm.size() - 1);
  return values;
}

void KineticLine::set_high_wall(const std::vector<double>& values) {
  if (walls().high < 0) return;
  const auto device = deviation_.values();
  const auto all = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), device);
  for (std::size_t m = 0; m < values.size(); ++m) all(layers() + walls().high, 0, 0, m) = values[m];
  Kokkos::deep_copy(device, all);
}

}  // namespace tessera::sim::boltzmann::diffusive
