#include "synthetic_trajectory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tessera::test {

using learn::comparison::CsvColumns;

std::string SyntheticTrajectory::series() const {
  std::string text = fmt::format(
      "step,time [{}],temperature [epsilon/k_B],potential_energy [epsilon],kinetic_energy [epsilon],total_energy "
      "[epsilon],temperature_A [epsilon/k_B]\n",
      time);
  for (int n = 0; n < rows; ++n) {
    const double t = 0.5 * n, now = temperature + heating * t + (n % 2 == 0 ? 0.1 : -0.1);
    const double kinetic = 0.5 * 297.0 * now, potential = energy == 0.0 ? 0.0 : 100.0 * (energy + drift * t) - kinetic;
    text += fmt::format("{},{},{},{},{},{},{}\n", n, t, now, potential, kinetic, potential + kinetic, of_type);
  }
  return text;
}

std::string SyntheticTrajectory::rdf() const {
  std::string text = fmt::format("r [sigma],g_total,g_A_A,g_A_{0},g_{0}_{0}\n", other_type);
  for (int n = 0; n < 31; ++n) {
    const double r = 0.1 * n + 0.05;
    text += fmt::format("{},1,1,{},1\n", r, r > 1.0 && r < 2.0 ? peak : 0.0);
  }
  return text;
}

std::string SyntheticTrajectory::vdos() const {
  std::string text = fmt::format("frequency [1/{0}],vdos_total [{0}],vdos_A [{0}],vdos_{1} [{0}]\n", time, other_type);
  for (int n = 0; n < frequencies; ++n) {
    const double f = 0.1 * n;
    const auto triangle = [&](double middle) { return std::max(0.0, 1.0 - std::abs(f - middle)); };
    text += fmt::format("{},{},{},{}\n", f, 0.5 * (triangle(line) + triangle(2.0)), 0.5 * triangle(line),
                        0.5 * triangle(2.0));
  }
  return text;
}

std::string SyntheticTrajectory::msd() const {
  std::string text =
      fmt::format("time [{0}],msd_total [sigma^2],msd_A [sigma^2],msd_{1} [sigma^2]\n", time, other_type);
  for (int n = 0; n < 50; ++n) {
    const double t = 0.2 * n, own = 6.0 * diffusion * t + 0.3;
    text += fmt::format("{},{},{},{}\n", t, 1.5 * own, own, 2.0 * own);
  }
  return text;
}

learn::comparison::Trajectory SyntheticTrajectory::make(const std::string& who) const {
  return {who,
          CsvColumns(series(), who + "/series.csv"),
          100,
          {CsvColumns(rdf(), who + "/rdf.csv"), CsvColumns(vdos(), who + "/vdos.csv"),
           CsvColumns(msd(), who + "/msd.csv")}};
}

}  // namespace tessera::test
