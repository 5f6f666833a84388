// Forces between particles: as a plain sum over all pairs gives them, in any dimension, on any number of ranks.
#include <cmath>
#include <functional>

#include "pair_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// -u'(r)/r, and u(r), of the potentials of the cases below.
struct PlainPotential {
  std::function<double(double)> slope, energy;
  double cutoff;
};

PlainPotential lennard_jones(double cutoff) {
  const auto energy = [](double r) { return 4.0 * (std::pow(r, -12.0) - std::pow(r, -6.0)); };
  return {[](double r) { return 24.0 * (2.0 * std::pow(r, -14.0) - std::pow(r, -8.0)); },
          [=](double r) { return energy(r) - energy(cutoff); }, cutoff};
}

struct PlainSums {
  std::vector<double> force;
  double energy = 0.0;
};

/// Over all pairs and, along periodic directions, the images of the box and its neighbours.
PlainSums plain_sums(const std::vector<double>& x, const LangevinParams& params, const PlainPotential& potential) {
  const auto d = static_cast<std::size_t>(params.dimensions), count = x.size() / d;
  PlainSums sums{std::vector<double>(x.size(), 0.0), 0.0};
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j)
      for (int image = 0; image < (params.box ? static_cast<int>(std::pow(3, d)) : 1); ++image) {
        double delta[3] = {}, r2 = 0.0;
        int rest = image;
        for (std::size_t c = 0; c < d; ++c, rest /= 3) {
          delta[c] = x[i * d + c] - x[j * d + c];
          if (params.box) delta[c] += (rest % 3 - 1) * params.box->length[c];
          r2 += delta[c] * delta[c];
        }
        const double r = std::sqrt(r2);
        if (r == 0.0 || r >= potential.cutoff) continue;
        sums.energy += 0.5 * potential.energy(r);
        for (std::size_t c = 0; c < d; ++c) sums.force[i * d + c] += potential.slope(r) * delta[c];
      }
  return sums;
}

void compare_with_plain_sums(const std::string& keys, const PlainPotential& potential) {
  const auto params = langevin_params("particles = 90\ndt = 0.001\nscheme = \"euler_maruyama\"\n" + keys);
  const auto ensemble = started(comm(), params);
  for (int n = 0; n < 2; ++n) {
    const auto expected = plain_sums(by_id(*ensemble, "position"), params, potential);
    const auto force = by_id(*ensemble, "force");
    double scale = 1.0;  // on a lattice they cancel
    for (const double f : expected.force) scale = std::max(scale, std::abs(f));
    for (std::size_t k = 0; k < force.size(); ++k) {
      CAPTURE(k, n);
      REQUIRE_THAT(force[k], WithinAbs(expected.force[k], 1e-12 * scale));
    }
    CHECK_THAT(ensemble->moments().potential, WithinRel(expected.energy / 90.0, 1e-11));
    advance(*ensemble, 15);
  }
}

std::string in_box(double edge) {
  return "[stage.box]\nlength = [" + std::to_string(edge) +
         "]\n[stage.start]\nkind = \"uniform\"\nlow = [0.0]\nhigh = [" + std::to_string(edge) + "]\n";
}

}  // namespace

TEST_CASE("forces between particles are those of a plain sum", "[particles]") {
  const PlainPotential gaussian{[](double r) { return 2.0 / 0.16 * std::exp(-0.5 * r * r / 0.16); },
                                [](double r) { return 2.0 * (std::exp(-0.5 * r * r / 0.16) - std::exp(-0.5 * 9.0)); },
                                1.2};
  const PlainPotential quadratic{[](double r) { return 2.0 * 3.0 * (1.0 / r - 1.0 / 0.9) / 0.9; },
                                 [](double r) { return 3.0 * (1.0 - r / 0.9) * (1.0 - r / 0.9); }, 0.9};
  const PlainPotential yukawa{[](double r) { return 0.5 * std::exp(-r) * (1.0 + r) / (r * r * r); },
                              [](double r) { return 0.5 * (std::exp(-r) / r - std::exp(-1.3) / 1.3); }, 1.3};
  const double edges[] = {30.0, 8.0, 4.0};
  for (int d = 1; d <= 3; ++d) {
    INFO("dimensions: " << d);
    const std::string dimensions = "dimensions = " + std::to_string(d) + "\n";
    for (const std::string& place : {in_box(edges[d - 1]), std::string("[stage.start]\nvariance = [2.0]\n")}) {
      compare_with_plain_sums(
          dimensions + place + "[stage.pair]\nkind = \"gaussian\"\nenergy = 2.0\nlength = 0.4\ncutoff = 1.2\n",
          gaussian);
      compare_with_plain_sums(dimensions + place + "[stage.pair]\nkind = \"quadratic\"\nenergy = 3.0\nlength = 0.9\n",
                              quadratic);
      compare_with_plain_sums(dimensions + place +
                                  "[[stage.parameter]]\nname = \"a\"\nvalue = 0.5\n[stage.pair]\nkind = "
                                  "\"formula\"\nformula = \"a*exp(-r)/r\"\ncutoff = 1.3\nskin = 0.1\n",
                              yukawa);
    }
  }
}

TEST_CASE("particles that repel each other start from a lattice", "[particles]") {
  compare_with_plain_sums(
      "dimensions = 2\ntemperature = 0.4\n[stage.box]\nlength = [12.0, 11.0]\n[stage.start]\nkind = \"lattice\"\n"
      "[stage.pair]\nkind = \"lennard_jones\"\ncutoff = 2.2\n",
      lennard_jones(2.2));
}

TEST_CASE("all pairs within a long cutoff are the closed mean field", "[particles]") {
  const std::string keys = "particles = 60\ndimensions = 2\ndt = 0.05\n[stage.start]\nvariance = [0.5]\n";
  const auto closed = started(comm(), langevin_params(keys + "[stage.mean_field]\nstrength = 1.5\n"));
  const auto listed =
      started(comm(), langevin_params(keys + "[stage.pair]\nkind = \"formula\"\nformula = \"0.75*r^2\"\n"
                                             "cutoff = 40.0\nmean_field = true\n"));
  advance(*closed, 20);
  advance(*listed, 20);
  const auto expected = closed->moments(), now = listed->moments();
  for (std::size_t c = 0; c < 2; ++c) {
    CHECK_THAT(now.mean[c], WithinAbs(expected.mean[c], 1e-12));
    CHECK_THAT(now.variance[c], WithinRel(expected.variance[c], 1e-11));
  }
}

TEST_CASE("particles of tiles go the same way on any number of ranks", "[particles]") {
  // Up to the order of sums: 40 steps, in which lists are made anew, and neighbours change owners.
  const std::string gaussian = "kind = \"gaussian\"\nenergy = 2.0\nlength = 0.4\ncutoff = 1.2\nskin = 0.2\n",
                    formula = "kind = \"formula\"\nformula = \"exp(-2*r)*cos(t)\"\ncutoff = 1.0\nskin = 0.2\n";
  struct Case {
    int dimensions;
    std::string scheme, form;
  };
  for (const auto& [d, scheme, form] :
       {Case{1, "baoab", gaussian}, Case{2, "heun", gaussian}, Case{3, "oabao", gaussian},
        Case{2, "leimkuhler_matthews", gaussian}, Case{1, "aboba", formula}, Case{3, "heun", formula}}) {
    INFO(scheme << ", dimensions: " << d << ", " << form);
    const std::string place = d == 2 ? "[stage.start]\nvariance = [2.0]\n" : in_box(d == 1 ? 30.0 : 4.0);
    const auto params =
        langevin_params("particles = 61\ndt = 0.02\nscheme = \"" + scheme + "\"\ndimensions = " + std::to_string(d) +
                        "\n" + place + "[stage.pair]\n" + form);
    const auto shared = started(comm(), params), alone = started(comm().split(comm().rank()), params);
    advance(*shared, 40);
    advance(*alone, 40);
    const auto together = by_id(*shared, "position"), single = by_id(*alone, "position");
    for (std::size_t k = 0; k < single.size(); ++k) REQUIRE_THAT(together[k], WithinAbs(single[k], 1e-12));
    CHECK_THAT(shared->moments().potential, WithinRel(alone->moments().potential, 1e-11));
  }
}

TEST_CASE("a cloud that explodes is followed, and one that is lost is not", "[particles]") {
  const std::string keys = "particles = 200\ndimensions = 2\ndt = 0.05\nscheme = \"euler_maruyama\"\n[stage.pair]\n";
  const auto params = langevin_params(keys +
                                      "kind = \"quadratic\"\nenergy = 5.0\nlength = 2.0\n"
                                      "[stage.start]\nvariance = [0.01]\n");
  const auto ensemble = started(comm(), params);
  advance(*ensemble, 200);
  CHECK(ensemble->moments().variance[0] > 20.0);
  PlainPotential quadratic{[](double r) { return 5.0 * (1.0 / r - 0.5); },
                           [](double r) { return 5.0 * (1.0 - 0.5 * r) * (1.0 - 0.5 * r); }, 2.0};
  const auto expected = plain_sums(by_id(*ensemble, "position"), params, quadratic);
  const auto force = by_id(*ensemble, "force");
  for (std::size_t k = 0; k < force.size(); ++k) REQUIRE_THAT(force[k], WithinAbs(expected.force[k], 1e-11));

  const auto wild = langevin_params(keys + "kind = \"lennard_jones\"\n[stage.start]\nvariance = [0.0]\n");
  const auto all_in_one_place = started(comm(), wild);
  REQUIRE_THROWS_WITH(advance(*all_in_one_place, 2), Contains("not finite"));
}
