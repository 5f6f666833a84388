// Motion without noise, where it is known, and the order in which integrators come to it.
#include <cmath>

#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// x(1) of a damped oscillator with k = 4, m = 1, gamma = 0.6 from x = 1 at rest; overdamped, exp(-4/0.6).
double exact_end(bool is_overdamped) {
  const double k = 4.0, gamma = 0.6;
  if (is_overdamped) return std::exp(-k / gamma);
  const double w = std::sqrt(k - 0.25 * gamma * gamma);
  return std::exp(-0.5 * gamma) * (std::cos(w) + 0.5 * gamma / w * std::sin(w));
}

/// After a time of 1.
double end_of_motion(const std::string& scheme, int steps, const std::string& potential) {
  const std::string dt = steps == 256 ? "0.00390625" : "0.001953125";
  const auto params = langevin_params("particles = 1\ntemperature = 0\nfriction = 0.6\nscheme = \"" + scheme +
                                      "\"\ndt = " + dt + "\n" + potential + "[stage.start]\nmean = [1.0]\n");
  const auto ensemble = started(comm(), params);
  advance(*ensemble, steps);
  return numbers(*ensemble, "position", 0)[0];
}

const std::string well = "[stage.potential]\nkind = \"harmonic\"\nstiffness = [4.0]\n";
const std::string same_well = "[stage.potential]\nkind = \"formula\"\nformula = \"2*x^2\"\n";

}  // namespace

TEST_CASE("without noise integrators converge in their order", "[particles]") {
  const std::vector<std::pair<std::string, double>> schemes{
      {"baoab", 2.0}, {"aboba", 2.0}, {"obabo", 2.0},          {"oabao", 2.0},
      {"bbk", 2.0},   {"heun", 2.0},  {"euler_maruyama", 1.0}, {"leimkuhler_matthews", 1.0}};
  for (const auto& [scheme, order] : schemes) {
    INFO(scheme);
    const bool is_overdamped = order == 1.0 || scheme == "heun";
    const double coarse = std::abs(end_of_motion(scheme, 256, well) - exact_end(is_overdamped));
    const double fine = std::abs(end_of_motion(scheme, 512, well) - exact_end(is_overdamped));
    CHECK_THAT(std::log2(coarse / fine), WithinAbs(order, 0.06));
    // A formula is evaluated between passes instead of within one: the same arithmetic but for the order of factors.
    CHECK_THAT(end_of_motion(scheme, 256, same_well), WithinRel(end_of_motion(scheme, 256, well), 1e-12));
  }
}

TEST_CASE("without friction the energy is kept", "[particles]") {
  const auto params = langevin_params(
      "particles = 20\ndimensions = 2\nfriction = 0\ndt = 0.01\n[stage.potential]\nkind = \"double_well\"\n"
      "[stage.start]\nvariance = [0.5]\n");
  const auto ensemble = started(comm(), params);
  const auto energy = [&] {
    const auto now = ensemble->moments();
    return now.potential + now.temperature;  // m v^2/2 for two coordinates
  };
  const double before = energy();
  advance(*ensemble, 1000);
  CHECK_THAT(energy(), WithinRel(before, 4e-3));  // h^2 times the largest slope of the forces, about 40
}

TEST_CASE("particles come to rest where flow and well balance", "[particles]") {
  for (const char* scheme : {"baoab", "bbk", "euler_maruyama", "heun"}) {
    INFO(scheme);
    const auto now = moments_of_run(std::string("particles = 10\ntemperature = 0\nfriction = 2.0\nmass = 1.5\n") +
                                    "dt = 0.05\nsteps = 2000\nscheme = \"" + scheme +
                                    "\"\nflow = [\"0.7\"]\n[stage.potential]\nkind = \"harmonic\"\nstiffness = [3.0]\n"
                                    "[stage.start]\nvariance = [1.0]\n");
    CHECK_THAT(now.mean[0], WithinAbs(0.7, 1e-12));  // m gamma u/k
    CHECK(now.variance[0] < 1e-20);
  }
}

TEST_CASE("a periodic box changes where particles are, not how far they have come", "[particles]") {
  const std::string keys =
      "particles = 50\ndimensions = 2\nsteps = 200\ndt = 0.05\nflow = [\"1\", \"cos(t)\"]\n"
      "[stage.start]\nvariance = [1.0]\n";
  for (const char* scheme : {"scheme = \"baoab\"\n", "scheme = \"heun\"\n"}) {
    const auto open = moments_of_run(scheme + keys);
    const auto params = langevin_params(scheme + keys + "[stage.box]\nlow = [-0.5, 0.0]\nlength = [1.0, 0.0]\n");
    const auto ensemble = started(comm(), params);
    const auto begin = ensemble->moments();
    advance(*ensemble, 200);
    const auto boxed = ensemble->moments();
    for (const double x : numbers(*ensemble, "position", 0)) REQUIRE((x >= -0.5 && x <= 0.5));
    // The start was wrapped, too: what is left is how far the mean has come.
    const auto free_start = started(comm(), langevin_params(scheme + keys))->moments();
    CHECK_THAT(boxed.mean[0] - begin.mean[0], WithinAbs(open.mean[0] - free_start.mean[0], 1e-12));
    CHECK_THAT(boxed.mean[1], WithinAbs(open.mean[1], 1e-12));
    CHECK_THAT(boxed.variance[1], WithinAbs(open.variance[1], 1e-11));
  }
}

TEST_CASE("a particle that runs away is named", "[particles]") {
  const auto params = langevin_params(
      "particles = 30\ntemperature = 0\nscheme = \"euler_maruyama\"\ndt = 0.1\n"
      "[stage.potential]\nkind = \"double_well\"\n[stage.start]\nmean = [50.0]\n");
  const auto ensemble = started(comm(), params);
  std::int64_t lost = 0;
  for (int n = 0; n < 10 && lost == 0; ++n) lost = ensemble->step();
  CHECK(lost == 1);
}
