#include "charged.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.hpp"
#include "brute_force.hpp"
#include "catch.hpp"
#include "golden.hpp"

namespace tessera::test {

using data::Box;
using sim::md::ChargeSums;

namespace {

constexpr int first_axis[] = {0, 1, 2, 0, 0, 1}, second_axis[] = {0, 1, 2, 1, 2, 2};

data::System charged_system(const Charged& charged, const Comm& comm) {
  auto system = make_system(charged.sample, comm);
  auto& particles = system.particles;
  particles.add<double>("charge", 1, data::Column::saved, "charge");
  particles.add<double>("force", 3, data::Column::output, "force");
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  const auto charge = Kokkos::create_mirror_view(particles.get<double>("charge"));
  for (int i = 0; i < particles.num_owned(); ++i) charge(i, 0) = charged.charge[static_cast<std::size_t>(id(i, 0) - 1)];
  Kokkos::deep_copy(particles.get<double>("charge"), charge);
  migrate(data::Tiling(comm, system.box), particles);
  return system;
}

}  // namespace

Coulomb& Coulomb::operator+=(const Coulomb& other) {
  for (std::size_t n = 0; n < force.size(); ++n) force[n] += other.force[n];
  energy += other.energy;
  for (int n = 0; n < 6; ++n) virial[n] += other.virial[n];
  return *this;
}

Charged rock_salt(int cells) {
  Charged result;
  const int edge = 2 * cells;
  const double length = edge;
  result.sample.box = Box::orthogonal({0, 0, 0}, {length, length, length});
  for (int x = 0; x < edge; ++x)
    for (int y = 0; y < edge; ++y)
      for (int z = 0; z < edge; ++z) {
        for (const int c : {x, y, z}) result.sample.x.push_back(0.3 + c);
        result.charge.push_back((x + y + z) % 2 == 0 ? 1.0 : -1.0);
      }
  return result;
}

Charged caesium_chloride() {
  Charged result;
  const double edge = 2.0 / std::sqrt(3.0);
  result.sample.box = Box::orthogonal({0, 0, 0}, {edge, edge, edge});
  for (const double c : {0.1, 0.6})
    for (int d = 0; d < 3; ++d) result.sample.x.push_back(c * edge);
  result.charge = {1.0, -1.0};
  return result;
}

Charged ions(const Box& box, int count, double distance, std::uint64_t seed) {
  Charged result;
  result.sample = random_sample(box, count, distance, seed);
  const Random random(9, RandomPurpose::test);
  double mean = 0.0;
  for (int n = 0; n < count; ++n) {
    result.charge.push_back(2.0 * random.uniform(seed, static_cast<std::uint64_t>(n), 0).first - 1.0 +
                            (n % 2 == 0 ? 1.0 : -1.0));
    mean += result.charge.back() / count;
  }
  for (auto& q : result.charge) q -= mean;
  return result;
}

Box skewed(double edge) {
  const double vectors[3][3] = {{edge, 0, 0}, {-0.4 * edge, 0.9 * edge, 0}, {0.3 * edge, 0.35 * edge, 1.1 * edge}};
  return Box::triclinic({-1, 2, 0.5}, vectors);
}

Charged water(const std::string& model) {
  Charged result;
  const auto read = [&](const std::string& name) { return read_golden("water.h5", model + "/" + name).values; };
  result.sample.box = orthogonal_box(read("box"));
  result.sample.x = read("x");
  result.charge = read("q");
  for (const double m : read("mol")) result.molecule.push_back(static_cast<int>(m));
  return result;
}

Charged replicated(const Charged& one, const data::Int3& times) {
  Charged result;
  double cell[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c) cell[d][c] = times[d] * one.sample.box.cell[d][c];
  result.sample.box = Box::triclinic(one.sample.box.origin, cell);
  const int molecules = one.molecule.empty() ? 0 : *std::max_element(one.molecule.begin(), one.molecule.end()) + 1;
  int image = 0;
  for (int i = 0; i < times[0]; ++i)
    for (int j = 0; j < times[1]; ++j)
      for (int k = 0; k < times[2]; ++k, ++image) {
        const auto shift = one.sample.box.shift({i, j, k});
        for (std::size_t n = 0; n < one.charge.size(); ++n) {
          for (int c = 0; c < 3; ++c)
            result.sample.x.push_back(one.sample.x[3 * n + static_cast<std::size_t>(c)] + shift[c]);
          result.charge.push_back(one.charge[n]);
          if (molecules > 0) result.molecule.push_back(one.molecule[n] + image * molecules);
        }
      }
  return result;
}

Charged strained(const Charged& one, int a, int b, double strain) {
  Charged result = one;
  double cell[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c)
      cell[d][c] = one.sample.box.cell[d][c] + (c == a ? strain * one.sample.box.cell[d][b] : 0.0);
  auto origin = one.sample.box.origin;
  origin[a] += strain * one.sample.box.origin[b];
  result.sample.box = Box::triclinic(origin, cell);
  for (std::size_t n = 0; n < one.charge.size(); ++n)
    result.sample.x[3 * n + static_cast<std::size_t>(a)] += strain * one.sample.x[3 * n + static_cast<std::size_t>(b)];
  return result;
}

ChargeSums sums_of(const Charged& charged) {
  ChargeSums sums;
  for (const double q : charged.charge) {
    sums.sum += q;
    sums.sum_of_squares += q * q;
  }
  sums.count = static_cast<std::int64_t>(charged.charge.size());
  return sums;
}

Coulomb pair_part(const Charged& charged, double alpha, double range, double coulomb) {
  Coulomb result;
  result.force.resize(charged.sample.x.size());
  const auto add = [&](std::size_t i, std::size_t j, const data::Vec3& dx, double r) {
    const double gauss = 2.0 * alpha / std::sqrt(std::numbers::pi) * std::exp(-alpha * alpha * r * r);
    // Images of a molecule's other atoms are further than half the box and act.
    const bool is_bonded = !charged.molecule.empty() && charged.molecule[i] == charged.molecule[j] && i != j && r < 2.5;
    const double screened = is_bonded ? -std::erf(alpha * r) : std::erfc(alpha * r);
    const double qq = coulomb * charged.charge[i] * charged.charge[j];
    const double slope = qq * (screened / r + gauss) / (r * r);
    result.energy += 0.5 * qq * screened / r;
    for (std::size_t c = 0; c < 3; ++c) result.force[3 * i + c] += slope * dx[static_cast<int>(c)];
    for (int n = 0; n < 6; ++n) result.virial[n] += 0.5 * slope * dx[first_axis[n]] * dx[second_axis[n]];
  };
  for_all_images(charged.sample, range, add);
  return result;
}

MakeTerm ewald(const Box& box, const sim::md::EwaldParams& params, const Units& units) {
  return [=](const Comm&, const ChargeSums& charges) { return sim::md::make_ewald(box, units, charges, params); };
}

MakeTerm pppm(const Box& box, const sim::md::PppmParams& params, const Units& units) {
  return [=](const Comm& comm, const ChargeSums& charges) {
    auto estimated = params;
    estimated.effort = math::FftEffort::estimate;
    return sim::md::make_pppm(comm, box, units, charges, estimated);
  };
}

Evaluation::Evaluation(const Charged& charged, const MakeTerm& make, const Comm& comm)
    : system_(charged_system(charged, comm)),
      term_(make(comm, sim::md::charge_sums(system_.particles))),
      count_(charged.charge.size()) {
  term_->rebuilt(system_.particles, near_);
}

void Evaluation::forces() {
  const auto& particles = system_.particles;
  Kokkos::deep_copy(particles.get<double>("force"), 0.0);
  term_->add_interior(particles, near_);
  term_->add_boundary(particles, near_);
}

Coulomb Evaluation::now() {
  forces();
  const auto& particles = system_.particles;
  const auto force = particles.get<double>("force");
  auto sums = term_->sums(particles, near_);
  all_reduce(particles.comm(), &sums.energy, 1);
  all_reduce(particles.comm(), sums.virial, 6);
  Coulomb result;
  result.energy = sums.energy.value();
  for (int n = 0; n < 6; ++n) result.virial[n] = sums.virial[n].value();
  result.force.assign(3 * count_, 0.0);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), force);
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  for (int i = 0; i < particles.num_owned(); ++i)
    for (int c = 0; c < 3; ++c) result.force[static_cast<std::size_t>(3 * (id(i, 0) - 1) + c)] = host(i, c);
  particles.comm().all_reduce(result.force.data(), static_cast<int>(result.force.size()), Op::sum);
  return result;
}

void Evaluation::move(const std::function<data::Vec3(std::size_t)>& shift) {
  const auto& particles = system_.particles;
  const auto position = particles.get<double>("position");
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), position);
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  for (int i = 0; i < particles.num_owned(); ++i) {
    const auto by = shift(static_cast<std::size_t>(id(i, 0) - 1));
    for (int c = 0; c < 3; ++c) host(i, c) += by[c];
  }
  Kokkos::deep_copy(position, host);
}

Coulomb evaluate(const Charged& charged, const MakeTerm& make, const Comm& comm) {
  return Evaluation(charged, make, comm).now();
}

Coulomb exact(const Charged& charged, double alpha, const Units& units, const Comm& comm) {
  sim::md::EwaldParams params;
  params.alpha = alpha;
  constexpr double digits = 6.0;  // erfc(6) = 2e-17
  params.k_cutoff = 2.0 * digits * alpha;
  auto result = pair_part(charged, alpha, digits / alpha, units.coulomb);
  result += evaluate(charged, ewald(charged.sample.box, params, units), comm);
  return result;
}

void compare(const Coulomb& a, const Coulomb& b, double tolerance) {
  CHECK(max_difference(a.force, b.force) < tolerance * rms(b.force));
  CHECK_THAT(a.energy, WithinAbs(b.energy, tolerance * std::abs(b.energy)));
  for (int n = 0; n < 6; ++n) CHECK_THAT(a.virial[n], WithinAbs(b.virial[n], tolerance * std::abs(b.energy)));
}

double rms_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) sum += (a[n] - b[n]) * (a[n] - b[n]);
  return std::sqrt(3.0 * sum / static_cast<double>(a.size()));
}

}  // namespace tessera::test
