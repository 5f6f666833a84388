// The hydrogen atom: its wave function, and samples of its density that are exact.
#include <cmath>
#include <complex>

#include "density_samples.hpp"
#include "sim/density/hydrogen.hpp"
#include "sim/density/polynomial_zeros.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::density;

namespace {

constexpr double duration = 14000.0;

std::string state(int n, int l, int m, const std::string& coefficient = "") {
  return "[[stage.density.state]]\nn = " + std::to_string(n) + "\nl = " + std::to_string(l) +
         "\nm = " + std::to_string(m) + "\n" + coefficient;
}

/// A Bohr radius of 1, and a time that a whole period of states 1 and 2 fits into.
std::string superposition(const std::string& states) {
  return "kind = 'hydrogen'\nbohr_radius = 1\nduration = 16.755160819145562\n" + states;
}

}  // namespace

TEST_CASE("the wave function is that of the reference data", "[density]") {
  const auto source = density_of("kind = 'hydrogen'\n");
  const auto times = golden_density("hydrogen/t"), x = golden_density("hydrogen/x"),
             real = golden_density("hydrogen/psi_re"), imaginary = golden_density("hydrogen/psi_im"),
             density = golden_density("hydrogen/density");
  const std::size_t points = x.size() / 3;
  HydrogenParams params;
  params.states = {{3, 2, -1}, {2, 1, 0}};
  const Hydrogen atom(params);
  const data::RowArray<double> places("test/places", points, 3), wave("test/wave", points, 2);
  data::set_rows(places, 0, x);
  for (std::size_t k = 0; k < times.size(); ++k) {
    const auto values = log_density_at(*source, times[k] / duration, x);
    const Array1<double> time("test/time", points);
    Kokkos::deep_copy(time, times[k] / duration);
    atom.evaluate_wave(time, places, wave);
    const auto psi = data::host_copy(wave, 0, static_cast<std::int64_t>(points));
    for (std::size_t n = 0; n < points; ++n) {
      INFO("time " << times[k] << ", point " << n);
      const std::complex<double> wanted(real[k * points + n], imaginary[k * points + n]);
      CHECK(std::abs(std::complex<double>(psi[2 * n], psi[2 * n + 1]) - wanted) <= 1e-12 * std::abs(wanted));
      CHECK_THAT(std::exp(values[n]), WithinAbs(density[k * points + n], 1e-12 * density[k * points + n]));
    }
  }
}

TEST_CASE("samples of the atom have its moments at all times", "[density]") {
  const auto source = density_of("kind = 'hydrogen'\n");
  const auto times = golden_density("hydrogen/t"), mean = golden_density("hydrogen/mean"),
             second = golden_density("hydrogen/second_moment");
  constexpr int count = 100000;
  for (std::size_t k = 0; k < times.size(); ++k) {
    const auto all = draw_at(*source, times[k] / duration, count);
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b <= 3; ++b) {  // b = 3: the mean
        double sum = 0.0, squares = 0.0;
        for (std::size_t n = 0; n < count; ++n) {
          const double value = all[3 * n + a] * (b < 3 ? all[3 * n + b] : 1.0);
          sum += value / count;
          squares += value * value / count;
        }
        INFO("time " << times[k] << ", coordinates " << a << " and " << b);
        CHECK_THAT(sum, WithinAbs(b < 3 ? second[9 * k + 3 * a + b] : mean[3 * k + a],
                                  4.5 * std::sqrt((squares - sum * sum) / count)));
      }
  }
}

TEST_CASE("a pulsating atom is sampled at its own times", "[density]") {
  // Two states without angular momentum: the density depends on the radius alone, and beats.
  const auto source = density_of(superposition(state(1, 0, 0) + state(2, 0, 0, "imaginary = 0.5\n")));
  constexpr int bins = 40, parts = 50, count = 100000;
  constexpr double width = 0.3;
  std::vector<double> first;
  for (const double time : {0.0, 0.25, 0.5}) {
    std::vector<double> places, probabilities(bins), counts(bins + 1);
    for (int n = 0; n < bins * parts; ++n) {
      const double r = (n + 0.5) * width / parts;
      places.insert(places.end(), {0.0, 0.6 * r, -0.8 * r});
    }
    const auto density = log_density_at(*source, time, places);
    for (std::size_t n = 0; n < density.size(); ++n) {
      const double r = (static_cast<double>(n) + 0.5) * width / parts;
      probabilities[n / parts] += 4.0 * M_PI * r * r * std::exp(density[n]) * width / parts;
    }
    const auto all = draw_at(*source, time, count);
    for (std::size_t n = 0; n < count; ++n) {
      const double r =
          std::sqrt(all[3 * n] * all[3 * n] + all[3 * n + 1] * all[3 * n + 1] + all[3 * n + 2] * all[3 * n + 2]);
      counts[std::min<std::size_t>(bins, static_cast<std::size_t>(r / width))] += 1.0;
    }
    INFO("time " << time);
    CHECK(std::abs(chi_square_deviation(counts, probabilities)) < 4.5);
    if (first.empty()) first = probabilities;
    if (time == 0.5) CHECK(std::abs(chi_square_deviation(counts, first)) > 100.0);
  }
}

TEST_CASE("any superposition has the moments that its density has", "[density]") {
  const auto source =
      density_of(superposition(state(4, 2, 1, "real = 0.8\nimaginary = -0.3\n") + state(3, 1, 1, "imaginary = 1\n") +
                               state(3, 2, -2, "real = -0.7\n") + state(2, 0, 0) + state(1, 0, 0, "real = 0.4\n")));
  constexpr int radii = 300, cosines = 40, angles = 16, count = 100000;
  constexpr double furthest = 90.0, time = 0.37;
  // Midpoints; in the polar angle Gauss would be better, and is not needed: errors are 1e-3 of the moments.
  std::vector<double> places, volumes;
  for (int i = 0; i < radii; ++i)
    for (int j = 0; j < cosines; ++j)
      for (int k = 0; k < angles; ++k) {
        const double r = (i + 0.5) * furthest / radii, z = -1.0 + (j + 0.5) * 2.0 / cosines;
        const double s = std::sqrt(1.0 - z * z), phi = 2.0 * M_PI * (k + 0.5) / angles;
        places.insert(places.end(), {r * s * std::cos(phi), r * s * std::sin(phi), r * z});
        volumes.push_back(r * r * furthest / radii * 2.0 / cosines * 2.0 * M_PI / angles);
      }
  const auto density = log_density_at(*source, time, places);
  const auto all = draw_at(*source, time, count);
  const auto moment = [](const double* x, int which) {
    const double r = std::sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    const double values[] = {
        1.0, x[0], x[1], x[2], r, x[2] * x[2] / r, x[0] * x[1] / r, x[0] > 0.0 && x[2] > 0.0 ? 1.0 : 0.0};
    return values[which];
  };
  for (int which = 0; which < 8; ++which) {
    double expected = 0.0, sum = 0.0, squares = 0.0;
    for (std::size_t n = 0; n < volumes.size(); ++n)
      expected += volumes[n] * std::exp(density[n]) * moment(&places[3 * n], which);
    for (std::size_t n = 0; n < count; ++n) {
      const double value = moment(&all[3 * n], which);
      sum += value / count;
      squares += value * value / count;
    }
    INFO("moment " << which);
    const double error = std::sqrt(std::max(0.0, squares - sum * sum) / count);
    CHECK_THAT(sum, WithinAbs(expected, 4.5 * error + 2e-3 * std::sqrt(squares)));
  }
}

TEST_CASE("hats lie nowhere below densities, and not far above", "[density]") {
  const auto zeros = find_zeros([](int j, double x) { return laguerre(j, 3.0, x); }, 4, 0.0, 24.0);
  REQUIRE(zeros.size() == 4);
  for (const double zero : zeros) CHECK(std::abs(laguerre(4, 3.0, zero)) < 1e-11);
  std::vector<double> ends{0.0};
  ends.insert(ends.end(), zeros.begin(), zeros.end());
  ends.push_back(std::numeric_limits<double>::infinity());
  const auto log_density = [](double x) {
    const double value = laguerre(4, 3.0, x);
    return LogValue{4.0 * std::log(x) - x + 2.0 * std::log(std::abs(value)),
                    4.0 / x - 1.0 - 2.0 * laguerre(3, 4.0, x) / value};
  };
  const auto pieces = make_hat(log_density, ends);
  double mass = 0.0, exact = 0.0;
  for (const auto& piece : pieces) mass += piece.mass;
  for (int n = 0; n < 200000; ++n) {
    const double x = (n + 0.5) * 5e-4;
    const auto at = std::find_if(pieces.begin(), pieces.end(),
                                 [&](const HatPiece& piece) { return x <= piece.begin + piece.width; });
    const double value = log_density(x).value;
    REQUIRE(at->log_height(x) >= value);
    exact += std::exp(value) * 5e-4;
  }
  CHECK(mass > exact);
  CHECK(mass < 1.05 * exact);
}

TEST_CASE("atoms that cannot be", "[density][bad]") {
  const std::string head = "kind = 'hydrogen'\n";
  CHECK_THAT(complaint_about_density(head + state(2, 2, 0)), Contains("2 is not below n, 2"));
  CHECK_THAT(complaint_about_density(head + state(3, 1, -2)), Contains("-2 is not between -l and l, 1"));
  CHECK_THAT(complaint_about_density(head + state(3, 1, -1) + state(3, 1, -1)), Contains("given twice"));
  CHECK_THAT(complaint_about_density(head + state(3, 1, -1, "real = 0\n")), Contains("all coefficients"));
  CHECK_THAT(complaint_about_density(head + "[[stage.density.state]]\nn = 1\n"), Contains("'l'"));
}
