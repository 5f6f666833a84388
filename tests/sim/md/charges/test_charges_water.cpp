// Coulomb forces of water against those of independent programs.
#include <cmath>

#include "brute_force.hpp"
#include "catch.hpp"
#include "charged.hpp"
#include "golden.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Forces of oxygen atoms' Lennard-Jones, truncated at 9.
std::vector<double> lennard_jones(const std::string& model, double epsilon, double sigma) {
  Sample sample;
  sample.box = orthogonal_box(read_golden("water.h5", model + "/box").values);
  const auto type = read_golden("water.h5", model + "/type").values;
  const auto x = read_golden("water.h5", model + "/x").values;
  std::vector<std::size_t> oxygen;
  for (std::size_t n = 0; n < type.size(); ++n)
    if (type[n] == 1.0) {
      oxygen.push_back(n);
      sample.x.insert(sample.x.end(), x.begin() + static_cast<std::ptrdiff_t>(3 * n),
                      x.begin() + static_cast<std::ptrdiff_t>(3 * n + 3));
    }
  auto table = lj(9.0);
  table.pairs[0].epsilon = epsilon;
  table.pairs[0].sigma = sigma;
  const auto forces = brute_force(sample, table).force;
  std::vector<double> all(x.size(), 0.0);
  for (std::size_t n = 0; n < oxygen.size(); ++n)
    for (std::size_t c = 0; c < 3; ++c) all[3 * oxygen[n] + c] = forces[3 * n + c];
  return all;
}

struct Water {
  Charged charged;
  std::vector<double> force;  // Coulomb's
  double energy;
};

Water read_water(const std::string& model, double epsilon, double sigma) {
  Water result{water(model), read_golden("water.h5", model + "/f_exact").values,
               read_golden("water.h5", model + "/energies").values[0]};
  const auto rest = lennard_jones(model, epsilon, sigma);
  for (std::size_t n = 0; n < rest.size(); ++n) result.force[n] -= rest[n];
  return result;
}

}  // namespace

TEST_CASE("Ewald and mesh give the stored forces of water", "[md][charges]") {
  const auto units = make_units("real", Constants::lammps2021);
  for (const auto& [model, epsilon, sigma] : {std::tuple{"spce", 0.1553, 3.166}, {"tip3p", 0.1521, 3.1507}}) {
    CAPTURE(model);
    const auto stored = read_water(model, epsilon, sigma);
    const auto& box = stored.charged.sample.box;
    const auto found = exact(stored.charged, 0.5, units, comm());
    CHECK(max_difference(found.force, stored.force) < 1e-8 * rms(stored.force));
    CHECK_THAT(found.energy, WithinRel(stored.energy, 1e-8));
    for (const double accuracy : {1e-4, 1e-5, 1e-6})
      for (const int order : {5, 7}) {
        CAPTURE(accuracy, order);
        const double cutoff = 9.0;
        const auto params = sim::md::choose_pppm(accuracy, cutoff, order, sums_of(stored.charged), box);
        auto mesh = pair_part(stored.charged, params.alpha, cutoff, units.coulomb);
        mesh += evaluate(stored.charged, pppm(box, params, units), comm());
        const double error = rms_difference(mesh.force, stored.force) / units.coulomb;
        CHECK(error < 3.0 * accuracy);
        CHECK(error > accuracy / 10.0);
        CHECK_THAT(mesh.energy, WithinRel(stored.energy, 10.0 * accuracy));
      }
  }
}

TEST_CASE("Ewald sums give the terms of NIST's SPC/E configuration 1", "[md][charges]") {
  // At alpha L = 5.6 with k^2 < 27 (2 pi/L)^2 and pairs up to 10, and converged at alpha L = 8.5.
  const auto reference = read_golden("nist_spce_1.h5", "reference");
  Charged charged;
  charged.sample.x = read_golden("nist_spce_1.h5", "x").values;
  charged.sample.box = data::Box::orthogonal({-10, -10, -10}, {20, 20, 20});
  const auto oxygen = read_golden("nist_spce_1.h5", "is_oxygen").values;
  for (std::size_t n = 0; n < oxygen.size(); ++n) {
    charged.charge.push_back(oxygen[n] == 1.0 ? -0.8476 : 0.4238);
    charged.molecule.push_back(static_cast<int>(n / 3));
  }
  // k_e e^2/k_B in A K, CODATA 2010 as NIST's.
  Units units = plain_units();
  units.coulomb = 167100.9558738398;  // made exact below
  const auto sums = sums_of(charged);
  const double alpha = 5.6 / 20.0, root_pi = std::sqrt(3.14159265358979323846);
  units.coulomb = -reference(0, 2) * root_pi / (alpha * sums.sum_of_squares);
  CHECK_THAT(units.coulomb, WithinRel(167101.0, 1e-4));

  const double unit = 2.0 * 3.14159265358979323846 / 20.0;
  const auto waves = evaluate(charged, ewald(charged.sample.box, {alpha, unit * std::sqrt(26.5)}, units), comm());
  CHECK_THAT(waves.energy, WithinRel(reference(0, 1) + reference(0, 2), 1e-9));
  CHECK_THAT(waves.energy - reference(0, 2), WithinRel(reference(0, 1), 1e-7));

  const auto all = exact(charged, 8.5 / 20.0, units, comm());
  CHECK_THAT(all.energy, WithinRel(reference(1, 0) + reference(1, 1) + reference(1, 2) + reference(1, 3), 1e-6));
}
