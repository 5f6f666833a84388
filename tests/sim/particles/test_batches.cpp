// Random batches that stand for all pairs: what they are on average, and how fast their error falls.
#include <cmath>

#include "pair_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string batches_of(int size) { return "sum = \"batches\"\nbatch = " + std::to_string(size) + "\n"; }

/// Forces of u = exp(-r^2/2) between all particles.
std::vector<double> gaussian_forces(const std::vector<double>& x, std::size_t d, double factor) {
  std::vector<double> force(x.size(), 0.0);
  for (std::size_t i = 0; i < x.size(); i += d)
    for (std::size_t j = 0; j < x.size(); j += d) {
      double r2 = 0.0;
      for (std::size_t c = 0; c < d; ++c) r2 += (x[i + c] - x[j + c]) * (x[i + c] - x[j + c]);
      for (std::size_t c = 0; c < d; ++c) force[i + c] += factor * std::exp(-0.5 * r2) * (x[i + c] - x[j + c]);
    }
  return force;
}

/// Root of the mean square of the distance that batches lead away from the closed mean field, with the same noise.
double distance_from_mean_field(const std::string& dt, int steps, int batch) {
  const std::string keys =
      "particles = 3000\nscheme = \"euler_maruyama\"\ndt = " + dt + "\n[stage.start]\nvariance = [1.0]\n";
  const auto exact = started(comm(), langevin_params(keys + "[stage.mean_field]\nstrength = 1.0\n"));
  const auto random = started(comm(), langevin_params(keys +
                                                      "[stage.pair]\nkind = \"formula\"\nformula = \"r^2/2\"\n"
                                                      "mean_field = true\n" +
                                                      batches_of(batch)));
  advance(*exact, steps);
  advance(*random, steps);
  const auto x = by_id(*exact, "position"), y = by_id(*random, "position");
  double sum = 0.0;
  for (std::size_t n = 0; n < x.size(); ++n) sum += (x[n] - y[n]) * (x[n] - y[n]);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

}  // namespace

TEST_CASE("one batch of all particles is the sum over all pairs", "[particles]") {
  const std::string keys =
      "particles = 23\ndimensions = 5\n[stage.start]\nvariance = [0.7]\n[stage.pair]\nkind = \"gaussian\"\n";
  for (const bool is_mean : {false, true}) {
    const auto params = langevin_params(keys + (is_mean ? "mean_field = true\n" : "") + batches_of(23));
    const auto ensemble = started(comm(), params);
    advance(*ensemble, 3);
    const auto expected = gaussian_forces(by_id(*ensemble, "position"), 5, is_mean ? 1.0 / 23.0 : 1.0);
    const auto force = by_id(*ensemble, "force");
    for (std::size_t k = 0; k < force.size(); ++k) REQUIRE_THAT(force[k], WithinAbs(expected[k], 1e-13));
  }
}

TEST_CASE("batches are right on average, also where one has more particles", "[particles]") {
  const std::string keys =
      "particles = 11\ndimensions = 2\n[stage.start]\nvariance = [0.5]\n[stage.pair]\nkind = \"gaussian\"\n";
  for (const int size : {2, 3}) {
    const auto params = langevin_params(keys + batches_of(size));
    const auto ensemble = started(comm(), params);
    const auto& particles = ensemble->particles();
    const auto position = particles.get<double>("position");
    const Array2<double> force("force", static_cast<std::size_t>(particles.num_owned()), 2);
    const sim::particles::BatchedPairs pairs(comm(), params, 5);
    constexpr int draws = 4000;
    double energy = 0.0;
    std::vector<double> squares(22, 0.0);
    for (int n = 0; n < draws; ++n) {
      pairs.add_force(position, force, particles.num_owned(), 11, {n, 0}, 0.0);
      energy += pairs.energy(position, particles.num_owned(), 11, {n, 1}, 0.0) / draws;
    }
    const auto x = by_id(*ensemble, "position");
    const auto expected = gaussian_forces(x, 2, 1.0);
    const auto sums = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), force);
    // One force of a batch is at most exp(-1/2) and counts up to ten times; standard errors are below 3/sqrt(draws).
    for (int row = 0; row < particles.num_owned(); ++row)
      for (int c = 0; c < 2; ++c)
        CHECK_THAT(sums(row, c) / draws, WithinAbs(expected[static_cast<std::size_t>(2 * row + c)], 0.2));
    double all = 0.0;
    for (std::size_t i = 0; i < 22; i += 2)
      for (std::size_t j = 0; j < i; j += 2)
        all += std::exp(-0.5 * (std::pow(x[i] - x[j], 2) + std::pow(x[i + 1] - x[j + 1], 2)));
    CHECK_THAT(energy, WithinRel(all, 0.02));
  }
}

TEST_CASE("the error of batches falls with the root of the step and of their size", "[particles]") {
  // Jin, Li and Liu, theorem 3.1: sqrt(dt/(p - 1)).
  const double coarse = distance_from_mean_field("0.1", 10, 2), fine = distance_from_mean_field("0.025", 40, 2),
               large = distance_from_mean_field("0.1", 10, 5);
  CHECK(coarse > 0.01);
  CHECK_THAT(coarse / fine, WithinAbs(2.0, 0.2));
  CHECK_THAT(coarse / large, WithinAbs(2.0, 0.2));
}

TEST_CASE("steps with batches ask for no memory", "[particles]") {
  const auto ensemble = started(comm(), langevin_params("particles = 5000\ndimensions = 3\nscheme = \"heun\"\n"
                                                        "[stage.start]\nvariance = [1.0]\n[stage.pair]\n"
                                                        "kind = \"gaussian\"\n" +
                                                        batches_of(3)));
  advance(*ensemble, 1);
  static int num_allocations = 0;
  num_allocations = 0;
  namespace tools = Kokkos::Tools::Experimental;
  tools::set_allocate_data_callback(
      [](Kokkos_Profiling_SpaceHandle, const char*, const void*, std::uint64_t) { ++num_allocations; });
  const Array1<double> seen("seen", 1);
  CHECK(num_allocations == 1);
  advance(*ensemble, 3);
  CHECK(num_allocations == 1);
  tools::set_allocate_data_callback(nullptr);
}
