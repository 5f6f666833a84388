// Equilibrium of particles that repel each other: laws known exactly, and by another way of sampling.
#include <cmath>
#include <random>

#include "pair_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const double wca_cutoff = std::pow(2.0, 1.0 / 6.0);

double wca(double r) { return r < wca_cutoff ? 4.0 * (std::pow(r, -12.0) - std::pow(r, -6.0)) + 1.0 : 0.0; }

/// Energy of a particle on a line at k_B T = 1 where only neighbours meet: distances have the density exp(-u - p r),
/// with the pressure p that makes their mean 1/density (H. Takahashi, Proc. Phys.-Math. Soc. Japan 24, 60 (1942)).
double energy_on_a_line(double density) {
  const auto averages = [](double pressure, double& length, double& energy) {
    double total = 0.0;
    length = energy = 0.0;
    for (double r = 0.6; r < 40.0; r += 1e-3) {
      const double weight = std::exp(-wca(r) - pressure * r);
      total += weight;
      length += weight * r;
      energy += weight * wca(r);
    }
    length /= total;
    energy /= total;
  };
  double low = 0.1, high = 50.0, length = 0.0, energy = 0.0;
  for (int n = 0; n < 40; ++n) {
    const double pressure = 0.5 * (low + high);
    averages(pressure, length, energy);
    (length > 1.0 / density ? low : high) = pressure;
  }
  return energy;
}

/// Mean over `samples` looks, `steps` apart, after as long a time as half of them.
double mean_energy(const std::string& keys, int steps, int samples) {
  const auto ensemble = started(comm(), langevin_params(keys));
  advance(*ensemble, steps * samples / 2);
  double sum = 0.0;
  for (int n = 0; n < samples; ++n) {
    advance(*ensemble, steps);
    sum += ensemble->moments().potential / samples;
  }
  return sum;
}

/// Metropolis' walk of 100 disks in a square, at k_B T = 1.
double disk_energy_by_metropolis(double edge, int sweeps) {
  constexpr std::size_t count = 100;
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<double> x(2 * count);
  for (std::size_t n = 0; n < count; ++n) {
    x[2 * n] = edge * (static_cast<double>(n % 10) + 0.5) / 10.0;
    x[2 * n + 1] = edge * (static_cast<double>(n / 10) + 0.5) / 10.0;
  }
  const auto energy_of = [&](std::size_t i, double a, double b) {
    double sum = 0.0;
    for (std::size_t j = 0; j < count; ++j) {
      if (j == i) continue;
      double dx = a - x[2 * j], dy = b - x[2 * j + 1];
      dx -= edge * std::round(dx / edge);
      dy -= edge * std::round(dy / edge);
      const double r2 = dx * dx + dy * dy;
      if (r2 < wca_cutoff * wca_cutoff) sum += wca(std::sqrt(r2));
    }
    return sum;
  };
  double sum = 0.0;
  for (int sweep = 0; sweep < sweeps; ++sweep)
    for (std::size_t i = 0; i < count; ++i) {
      const double old = energy_of(i, x[2 * i], x[2 * i + 1]);
      const double a = x[2 * i] + 0.5 * (uniform(engine) - 0.5), b = x[2 * i + 1] + 0.5 * (uniform(engine) - 0.5);
      const double now = energy_of(i, a, b);
      const bool is_taken = uniform(engine) < std::exp(old - now);
      if (is_taken) {
        x[2 * i] = a;
        x[2 * i + 1] = b;
      }
      if (2 * sweep >= sweeps) sum += 0.5 * (is_taken ? now : old) / (0.5 * sweeps * count);
    }
  return sum;
}

/// u/k_B T, of particles that may overlap.
double soft(double r) { return 2.0 * std::exp(-r * r / (2.0 * 0.4 * 0.4)); }

/// Pair correlation in three dimensions to the first order in the density (J.-P. Hansen and I. R. McDonald, Theory of
/// Simple Liquids, section 4.6): exp(-u) (1 + density c(r)), c the convolution of f = exp(-u) - 1 with itself; in
/// bipolar coordinates c(r) = 2 pi/r times the integral of s f(s) over s, and of t f(t) over t from |r - s| to r + s.
double dilute_correlation(double r, double density) {
  constexpr double step = 0.002, farthest = 3.0;
  static const std::vector<double> inner = [] {
    std::vector<double> sums{0.0};
    for (double t = 0.5 * step; t < farthest; t += step)
      sums.push_back(sums.back() + step * t * (std::exp(-soft(t)) - 1.0));
    return sums;
  }();
  const auto inner_to = [](double t) { return inner[std::min(inner.size() - 1, static_cast<std::size_t>(t / step))]; };
  double c = 0.0;
  for (double s = 0.5 * step; s < farthest; s += step)
    c += step * s * (std::exp(-soft(s)) - 1.0) * (inner_to(r + s) - inner_to(std::fabs(r - s)));
  return std::exp(-soft(r)) * (1.0 + density * 2.0 * 3.141592653589793 / r * c);
}

/// Pairs by distance, in bins of that width, along periodic directions of one length.
std::vector<double> pair_counts(const std::vector<double>& x, double edge, double width, std::size_t bins) {
  std::vector<double> counts(bins, 0.0);
  for (std::size_t i = 0; i < x.size(); i += 3)
    for (std::size_t j = 0; j < i; j += 3) {
      double r2 = 0.0;
      for (std::size_t c = 0; c < 3; ++c) {
        const double d = std::fabs(x[i + c] - x[j + c]), nearest = std::min(d, edge - d);
        r2 += nearest * nearest;
      }
      const auto bin = static_cast<std::size_t>(std::sqrt(r2) / width);
      if (bin < bins) counts[bin] += 1.0;
    }
  return counts;
}

}  // namespace

TEST_CASE("a dilute gas of soft particles has the pair correlation of theory", "[particles]") {
  // From places all as likely, for long enough that what leaves the core is spread out (0.2 % of all pairs).
  constexpr std::size_t count = 1000, runs = 8, bins = 20;
  constexpr double edge = 21.5, width = 0.1;
  const double density = count / (edge * edge * edge);
  std::vector<double> found(bins, 0.0);
  for (std::uint32_t seed = 1; seed <= runs; ++seed) {
    const auto gas = started(comm(),
                             langevin_params("particles = 1000\ndimensions = 3\ndt = 0.015\n"
                                             "scheme = \"leimkuhler_matthews\"\n[stage.box]\nlength = [21.5]\n"
                                             "[stage.start]\nkind = \"uniform\"\nlow = [0.0]\nhigh = [21.5]\n"
                                             "[stage.pair]\nkind = \"gaussian\"\nenergy = 2.0\nlength = 0.4\n"),
                             seed);
    advance(*gas, 200);
    const auto counts = pair_counts(by_id(*gas, "position"), edge, width, bins);
    for (std::size_t n = 0; n < bins; ++n) found[n] += counts[n];
  }
  // Counts of independent gases, so thin that they are as those of Poisson's law: a variance as large as the mean.
  double chi2 = 0.0, unlike = 0.0;
  for (std::size_t n = 1; n < bins; ++n) {  // hardly any pair comes to the first one
    double volume = 0.0, wanted = 0.0;
    constexpr int points = 20;
    for (int k = 0; k < points; ++k) {
      const double r = width * (static_cast<double>(n) + (k + 0.5) / points);
      const double shell = 4.0 * 3.141592653589793 * r * r * width / points;
      volume += shell;
      wanted += shell * dilute_correlation(r, density);
    }
    const double pairs = runs * 0.5 * static_cast<double>(count - 1) * density;
    CHECK(std::fabs(found[n] - pairs * wanted) < 5.0 * std::sqrt(pairs * wanted) + 3.0);
    chi2 += std::pow(found[n] - pairs * wanted, 2) / (pairs * wanted);
    unlike += std::pow(found[n] - pairs * volume, 2) / (pairs * volume);
  }
  constexpr double most = bins - 1 + 5.0 * 6.164414002968976;  // the root of 2 (bins - 1)
  CHECK(chi2 < most);
  CHECK(unlike > 3.0 * most);  // as if they did not feel each other
}

TEST_CASE("rods on a line have Takahashi's energy", "[particles]") {
  const double now = mean_energy(
      "particles = 1400\ndt = 0.01\n[stage.box]\nlength = [2000.0]\n[stage.start]\n"
      "kind = \"lattice\"\n[stage.pair]\nkind = \"wca\"\n",
      50, 40);
  CHECK_THAT(now, WithinRel(energy_on_a_line(0.7), 0.04));
}

TEST_CASE("disks in Brownian motion, and with inertia, have the energy of a Metropolis walk", "[particles]") {
  const double expected = disk_energy_by_metropolis(std::sqrt(200.0), 3000);
  const std::string keys =
      "particles = 400\ndimensions = 2\n[stage.box]\nlength = [28.284271247461902]\n[stage.start]\n"
      "kind = \"lattice\"\n[stage.pair]\nkind = \"wca\"\n";
  CHECK_THAT(mean_energy("scheme = \"leimkuhler_matthews\"\ndt = 0.0005\n" + keys, 25, 120), WithinRel(expected, 0.04));
  CHECK_THAT(mean_energy("scheme = \"baoab\"\ndt = 0.005\n" + keys, 10, 120), WithinRel(expected, 0.04));
}

TEST_CASE("many soft particles that overlap are as if they did not feel each other", "[particles]") {
  // Each acts with strength 1/N: in the limit the density is even, and the energy half of 2 pi s^2/area a particle.
  const auto now = moments_of_run(
      "particles = 5000\ndimensions = 2\nsteps = 20\ndt = 0.05\nscheme = \"heun\"\n[stage.box]\nlength = [10.0]\n"
      "[stage.start]\nkind = \"uniform\"\nlow = [0.0]\nhigh = [10.0]\n[stage.pair]\nkind = \"gaussian\"\nlength = 0.2\n"
      "mean_field = true\n");
  const double expected = 0.5 * 2.0 * 3.141592653589793 * 0.04 / 100.0;
  CHECK_THAT(now.potential, WithinRel(expected, 0.02));
}
