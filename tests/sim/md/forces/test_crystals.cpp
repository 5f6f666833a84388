// Lattice constants, cohesive energies and elastic constants of perfect crystals.
#include <cmath>

#include "catch.hpp"
#include "many_body_samples.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::MdParams;

namespace {

constexpr double gpa = 160.21765;  // of eV/A^3, the reference's constant

struct Crystal {
  MdParams params;
  bool is_diamond;

  Sample sample(double edge) const { return crystal(2, edge, is_diamond, 0.0); }

  /// Edge without pressure, by the secant of the trace of the virial; and the energy of one particle there.
  std::pair<double, double> relax(double low, double high) const {
    const auto trace = [&](double edge) {
      const auto totals = start_engine(sample(edge), params, comm()).totals();
      return totals.virial[0] + totals.virial[1] + totals.virial[2];
    };
    double a = low, b = high, fa = trace(a), fb = trace(b);
    for (int n = 0; n < 12 && std::abs(b - a) > 1e-9; ++n) {
      const double next = b - fb * (b - a) / (fb - fa);
      a = b;
      fa = fb;
      b = next;
      fb = trace(b);
    }
    const auto engine = start_engine(sample(b), params, comm());
    return {b, engine.totals().potential / static_cast<double>(engine.num_global())};
  }

  /// -dP_row/dstrain(a, b), all particles moving with the cell, in GPa.
  double stiffness(double edge, int a, int b, int row) const {
    const auto pressure = [&](double strain) {
      auto deformed = sample(edge);
      double cell[3][3];
      for (int d = 0; d < 3; ++d)
        for (int c = 0; c < 3; ++c)
          cell[d][c] = deformed.box.cell[d][c] + (c == a ? strain * deformed.box.cell[d][b] : 0.0);
      for (std::size_t n = 0; n < deformed.size(); ++n)
        deformed.x[3 * n + static_cast<std::size_t>(a)] += strain * deformed.x[3 * n + static_cast<std::size_t>(b)];
      deformed.box = data::Box::triclinic(deformed.box.origin, cell);
      return start_engine(deformed, params, comm()).totals().virial[row] / deformed.box.volume();
    };
    const double h = 1e-4;
    return -(pressure(-2 * h) - 8 * pressure(-h) + 8 * pressure(h) - pressure(2 * h)) / (12 * h) * gpa;
  }
};

}  // namespace

TEST_CASE("Copper: lattice constant, cohesive energy, elastic constants", "[md]") {
  const Crystal u3{copper(), false}, mishin{eam(write_mishin_copper(), {"Cu"}), false};
  const auto [edge, energy] = u3.relax(3.60, 3.63);
  CHECK_THAT(edge, WithinAbs(3.61500, 1e-5));
  CHECK_THAT(energy, WithinAbs(-3.54000, 1e-5));
  CHECK_THAT(u3.stiffness(edge, 0, 0, 0), WithinAbs(167.3, 0.1));
  CHECK_THAT(u3.stiffness(edge, 0, 0, 1), WithinAbs(124.2, 0.1));
  CHECK_THAT(u3.stiffness(edge, 0, 1, 3), WithinAbs(76.4, 0.1));
  const auto [edge2, energy2] = mishin.relax(3.60, 3.63);
  CHECK_THAT(edge2, WithinAbs(3.614925, 1e-6));
  CHECK_THAT(energy2, WithinAbs(-3.540218, 1e-6));
  CHECK_THAT(mishin.stiffness(edge2, 0, 0, 0), WithinAbs(169.9, 0.1));
  CHECK_THAT(mishin.stiffness(edge2, 0, 0, 1), WithinAbs(122.6, 0.1));
  CHECK_THAT(mishin.stiffness(edge2, 0, 1, 3), WithinAbs(76.2, 0.1));
}

TEST_CASE("Silicon by Stillinger and Weber: lattice constant, cohesive energy, elastic constants", "[md]") {
  const Crystal sw{silicon(), true};
  const auto [edge, energy] = sw.relax(5.40, 5.45);
  CHECK_THAT(edge, WithinAbs(5.430950, 1e-6));
  CHECK_THAT(energy, WithinAbs(-4.336600, 1e-6));
  CHECK_THAT(sw.stiffness(edge, 0, 0, 0), WithinAbs(151.4, 0.1));
  CHECK_THAT(sw.stiffness(edge, 0, 0, 1), WithinAbs(76.4, 0.1));
  CHECK_THAT(sw.stiffness(edge, 0, 1, 3), WithinAbs(109.8, 0.1));  // without relaxation within the cell
}

TEST_CASE("Silicon and diamond by Tersoff: lattice constant and cohesive energy", "[md]") {
  // Tersoff, Phys. Rev. B 37, 6991 (1988) and 38, 9902 (1988), fits of both to 4.63 eV and 5.43 A; Phys. Rev. B 39,
  // 5566 (1989): carbon 7.37 eV, 3.566 A.
  const Crystal one{tersoff(data_path("md/Si.tersoff"), {"Si"}), true};
  const auto [edge, energy] = one.relax(5.41, 5.45);
  CHECK_THAT(edge, WithinAbs(5.431, 0.002));
  CHECK_THAT(energy, WithinAbs(-4.63, 0.005));
  const Crystal two{tersoff(data_path("md/SiC.tersoff"), {"Si"}), true};
  const auto [edge2, energy2] = two.relax(5.41, 5.45);
  CHECK_THAT(edge2, WithinAbs(5.432, 0.002));
  CHECK_THAT(energy2, WithinAbs(-4.63, 0.005));
  const Crystal carbon{tersoff(data_path("md/SiC.tersoff"), {"C"}), true};
  const auto [edge3, energy3] = carbon.relax(3.55, 3.58);
  CHECK_THAT(edge3, WithinAbs(3.566, 0.002));
  CHECK_THAT(energy3, WithinAbs(-7.37, 0.005));
}
