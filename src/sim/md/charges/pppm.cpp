#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "base/region.hpp"
#include "math/host_span.hpp"
#include "sim/md/charges/constant_part.hpp"
#include "sim/md/charges/influence.hpp"
#include "sim/md/charges/spread.hpp"

namespace tessera::sim::md {

namespace {

using math::Complex;

void check_mesh(const PppmParams& params) {
  constexpr int lowest = 3, highest = 7;
  if (params.order < lowest || params.order > highest)
    throw Error::input(fmt::format("order {} of the mesh for Coulomb forces; expected one from {} to {}", params.order,
                                   lowest, highest));
  for (int d = 0; d < 3; ++d)
    if (params.points[d] < params.order)
      throw Error::input(
          fmt::format("a mesh of {} x {} x {} points for Coulomb forces at order {}; expected at least "
                      "as many along each direction",
                      params.points[0], params.points[1], params.points[2], params.order));
  if (!(params.drift >= 0.0))
    throw Error::input(fmt::format("particles that drift by {:.6g} between list builds", params.drift));
}

/// z slowest, as slabs are cut.
math::FftShape shape_of(const data::Int3& points) { return {points[2], points[1], points[0]}; }

/// Of modes that lie (y, z, x), `row` of them for each of nz numbers along z, from number `first` along y on.
std::vector<double> influence_of(const InfluenceFunction& function, std::size_t modes, int row, int nz, int first) {
  const auto values = make_uninitialized<Array1<double>>("mesh influence", modes);
  Kokkos::parallel_for(
      "md/mesh_influence", Range(0, modes), KOKKOS_LAMBDA(std::int64_t place) {
        const auto line = static_cast<int>(place / row);
        values(place) = function.at(static_cast<int>(place % row), first + line / nz, line % nz).influence;
      });
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), values);
  return {host.data(), host.data() + host.extent(0)};
}

class Pppm final : public LongRange {
 public:
  Pppm(const Comm& comm, const data::Box& box, const Units& units, const ChargeSums& charges, const PppmParams& params)
      : comm_(comm),
        box_(box),
        coulomb_(units.coulomb),
        charges_(charges),
        params_(params),
        fft_(comm, shape_of(params.points), math::FftOrder::transposed, params.effort),
        modes_(static_cast<std::size_t>(fft_.num_modes())),
        work_(modes_.size()),
        charge_slab_(static_cast<std::size_t>(fft_.num_values())) {
    for (auto& slab : field_slabs_) slab.resize(charge_slab_.size());
    set_influence();
  }

  void set_box(const data::Box& box) override {
    box_ = box;
    part_.reset();
    is_summed_ = false;
    set_influence();
  }
  std::int64_t num_waves() const override {
    return std::int64_t{1} * params_.points[0] * params_.points[1] * params_.points[2];
  }

  void rebuilt(data::Particles& particles, const data::Neighbourhood& /*near*/) override {
    // Where particles were when lists were built: then a restarted run shares the mesh out as the first one did.
    plan(particles, particles.has_column("built_position") ? "built_position" : "position");
  }

  void add_interior(const data::Particles& /*particles*/, const data::Neighbourhood& /*near*/) const override {}
  void add_boundary(const data::Particles& particles, const data::Neighbourhood& /*near*/) const override {
    const Region region("md/add_pppm_forces");
    sum_charges(particles);
    find_field();
    const Region last("md/gather_mesh_forces");
    add_mesh_forces(*part_, particles.get<double>("position"), particles.get<double>("charge"), particles.num_owned(),
                    field_, coulomb_ / box_.volume(), particles.get<double>("force"));
  }

  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override;
  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override;

 private:
  /// Of this rank's modes, which lie (y, z, x): calls visit(place, n0, n1, n2, times) for numbers along x, y and z,
  /// where `times` of the whole spectrum have this absolute value.
  template <class Visit>
  void for_each_mode(const Visit& visit) const {
    const int nx = params_.points[0], nz = params_.points[2];
    std::size_t place = 0;
    const auto first = static_cast<int>(fft_.modes().first), count = static_cast<int>(fft_.modes().count);
    for (int y = first; y < first + count; ++y)
      for (int z = 0; z < nz; ++z)
        for (int x = 0; x <= nx / 2; ++x, ++place) visit(place, x, y, z, x == 0 || 2 * x == nx ? 1.0 : 2.0);
  }

  void set_influence();
  void plan(const data::Particles& particles, const char* column) const;
  void sum_charges(const data::Particles& particles) const;
  void find_field() const;

  Comm comm_;
  data::Box box_;
  double coulomb_;
  ChargeSums charges_;
  PppmParams params_;
  mutable math::DistributedRealFft fft_;
  mutable std::vector<Complex> modes_;  // of the charges
  mutable std::vector<Complex> work_;
  mutable std::vector<double> charge_slab_;
  mutable std::array<std::vector<double>, 3> field_slabs_;
  std::vector<double> influence_;             // by mode
  std::array<std::vector<double>, 3> slope_;  // 2 pi n by number along a direction, 0 at the edge of the mesh
  mutable std::optional<MeshPart> part_;
  mutable std::optional<BrickExchange> exchange_;
  mutable Array1<double> charge_values_, field_;  // of the part
  mutable HostArray1<double> host_charges_, host_field_;
  mutable bool is_summed_ = false;
};

void Pppm::set_influence() {
  const InfluenceFunction function(box_, params_.points, params_.order, params_.alpha, InfluenceFunction::most_aliases);
  influence_ = influence_of(function, modes_.size(), params_.points[0] / 2 + 1, params_.points[2],
                            static_cast<int>(fft_.modes().first));
  for (int d = 0; d < 3; ++d) {
    auto& slope = slope_[static_cast<std::size_t>(d)];
    const int points = params_.points[d];
    slope.clear();
    for (int n = 0; n < points; ++n)
      slope.push_back(2 * n == points ? 0.0 : 2.0 * std::numbers::pi * (2 * n > points ? n - points : n));
  }
}

void Pppm::plan(const data::Particles& particles, const char* column) const {
  part_ = find_part(box_, params_.points, params_.order, params_.drift, particles.get<double>(column),
                    particles.num_owned());
  const int unchanged = exchange_ && exchange_->bricks()[static_cast<std::size_t>(comm_.rank())] == part_->brick();
  if (comm_.all_reduce(unchanged, Op::min) == 1) return;
  exchange_.emplace(comm_, std::array<int, 3>{params_.points[0], params_.points[1], params_.points[2]}, fft_.values(),
                    part_->brick(), part_->pitch());
  charge_values_ = Array1<double>("mesh charges", part_->num_charge_values());
  field_ = Array1<double>("mesh field", part_->num_field_values());
  host_charges_ = Kokkos::create_mirror_view(charge_values_);
  host_field_ = Kokkos::create_mirror_view(field_);
}

void Pppm::sum_charges(const data::Particles& particles) const {
  const Region region("md/spread_charges");
  const auto position = particles.get<double>("position"), charge = particles.get<double>("charge");
  const int rows = particles.num_owned();
  if (!part_) plan(particles, "position");
  int num_outside = spread_charges(*part_, position, charge, rows, charge_values_);
  if (comm_.size() > 1 && comm_.all_reduce(num_outside, Op::max) > 0) {
    // Lists are so old that somebody has moved further than expected.
    plan(particles, "position");
    spread_charges(*part_, position, charge, rows, charge_values_);
  }
  Kokkos::deep_copy(host_charges_, charge_values_);
  exchange_->to_slab(host_charges_.data(), charge_slab_);
  fft_.forward(charge_slab_, modes_);
  is_summed_ = true;
}

void Pppm::find_field() const {
  const Region region("md/find_mesh_field");
  const auto row = static_cast<std::size_t>(params_.points[0] / 2 + 1);
  const auto first = static_cast<std::size_t>(fft_.modes().first), count = static_cast<std::size_t>(fft_.modes().count);
  const auto nz = static_cast<std::size_t>(params_.points[2]);
  for (std::size_t d = 0; d < 3; ++d) {
    // -i 2 pi n_d times the potential: minus its slope along the fractional coordinate.
    for (std::size_t y = 0; y < count; ++y)
      for (std::size_t z = 0; z < nz; ++z) {
        const std::size_t begin = (y * nz + z) * row;
        const double across = d == 1 ? slope_[1][first + y] : slope_[2][z];
        for (std::size_t x = 0; x < row; ++x) {
          const double factor = influence_[begin + x] * (d == 0 ? slope_[0][x] : across);
          const Complex rho = modes_[begin + x];
          work_[begin + x] = {factor * rho.imag(), -factor * rho.real()};
        }
      }
    fft_.backward(work_, field_slabs_[d]);
  }
  exchange_->to_bricks({field_slabs_[0], field_slabs_[1], field_slabs_[2]}, host_field_.data(), MeshPart::field_stride);
  Kokkos::deep_copy(field_, host_field_);
}

ForceSums Pppm::sums(const data::Particles& particles, const data::Neighbourhood& /*near*/) const {
  if (!is_summed_) sum_charges(particles);
  double reciprocal[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c) reciprocal[d][c] = box_.inverse[c][d];
  ForceSums result;
  constexpr int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
  const double half = 0.5 * coulomb_ / box_.volume(), decay = 0.25 / (params_.alpha * params_.alpha);
  for_each_mode([&](std::size_t place, int x, int y, int z, double times) {
    if (influence_[place] == 0.0) return;
    const double energy = half * times * influence_[place] * std::norm(modes_[place]);
    result.energy.add(energy);
    const double n[3] = {slope_[0][static_cast<std::size_t>(x)], slope_[1][static_cast<std::size_t>(y)],
                         slope_[2][static_cast<std::size_t>(z)]};
    double k[3];
    for (int c = 0; c < 3; ++c) k[c] = n[0] * reciprocal[0][c] + n[1] * reciprocal[1][c] + n[2] * reciprocal[2][c];
    const double factor = 2.0 * (1.0 / (k[0] * k[0] + k[1] * k[1] + k[2] * k[2]) + decay);
    for (int m = 0; m < 6; ++m)
      result.virial[m].add(energy * ((m < 3 ? 1.0 : 0.0) - factor * k[first[m]] * k[second[m]]));
  });
  if (comm_.is_root()) add_constant_part(charges_, params_.alpha, box_.volume(), coulomb_, result);
  return result;
}

StepCost Pppm::cost(const data::Particles& particles, const data::Neighbourhood& /*near*/) const {
  const double rows = particles.num_owned(), order = params_.order;
  const double row = std::ceil(order / simd::width) * simd::width;
  const auto values = static_cast<double>(fft_.num_values()), modes = static_cast<double>(fft_.num_modes());
  StepCost cost;
  // Weights twice: 15 for the place and 2.5 order^2 for the splines of each direction. Then a multiplication with
  // addition for every point of the stencil (whole vectors), for the charges and for each component of the field.
  cost.flops = rows * (2.0 * 3.0 * (15.0 + 2.5 * order * order) + order * order * row * 2.0 * 4.0);
  // Four transforms of real values, 2.5 N log2 N each; the slope of the potential, 3 a mode and component.
  cost.flops += 4.0 * 2.5 * values * std::log2(static_cast<double>(num_waves())) + 3.0 * 3.0 * modes;
  // Positions and charges twice, forces read and written; stencils stay in cache.
  cost.bytes = rows * 8.0 * (2.0 * 4.0 + 6.0);
  // The mesh: brick and slab of the charges, bricks and slabs of the field, transforms in an array of their own that
  // they pass through three times, both ways.
  cost.bytes += 8.0 * values * (2.0 + 3.0 * 2.0 + 4.0 * (2.0 + 6.0)) + 16.0 * modes * 3.0 * 2.5;
  return cost;
}

}  // namespace

std::unique_ptr<LongRange> make_pppm(const Comm& comm, const data::Box& box, const Units& units,
                                     const ChargeSums& charges, const PppmParams& params) {
  check_charges(box, charges, params.alpha, params.allow_background);
  check_mesh(params);
  return std::make_unique<Pppm>(comm, box, units, charges, params);
}

}  // namespace tessera::sim::md
