// Pair potentials beside Lennard-Jones: against plain sums over pairs of all images.
#include <cmath>
#include <functional>

#include "catch.hpp"
#include "samples.hpp"
#include "sim/pair_force.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Truncation;
using Radial = std::function<double(double)>;

namespace {

double slope_of(const Radial& u, double r) {
  const double h = 3e-4;
  return (8.0 * (u(r + h) - u(r - h)) - (u(r + 2 * h) - u(r - 2 * h))) / (12.0 * h);
}

/// u with what happens at the cutoff.
Radial truncated(const Radial& u, double cutoff, Truncation truncation, double smoothing) {
  const double end = u(cutoff), slope = slope_of(u, cutoff);
  return [=](double r) {
    if (truncation == Truncation::none) return u(r);
    if (truncation == Truncation::energy) return u(r) - end;
    if (truncation == Truncation::force) return u(r) - end - (r - cutoff) * slope;
    return (u(r) - end) * std::exp(-smoothing * smoothing / ((r - cutoff) * (r - cutoff)));
  };
}

struct PlainSum {
  double energy = 0.0;
  double virial[6] = {};
  std::vector<double> force;

  void operator+=(const PlainSum& other) {
    energy += other.energy;
    for (int k = 0; k < 6; ++k) virial[k] += other.virial[k];
    for (std::size_t n = 0; n < force.size(); ++n) force[n] += other.force[n];
  }
};

/// `potential`(i, j) gives u and its cutoff.
template <class Potential>
PlainSum plain_sum(const Sample& sample, const Potential& potential) {
  PlainSum result;
  result.force.assign(sample.x.size(), 0.0);
  const int reach = 2;
  for (std::size_t i = 0; i < sample.size(); ++i)
    for (std::size_t j = 0; j < sample.size(); ++j) {
      const auto& [u, cutoff] = potential(i, j);
      for (int a = -reach; a <= reach; ++a)
        for (int b = -reach; b <= reach; ++b)
          for (int c = -reach; c <= reach; ++c) {
            if (i == j && a == 0 && b == 0 && c == 0) continue;
            const auto shift = sample.box.shift({a, b, c});
            double d[3], r2 = 0.0;
            for (std::size_t k = 0; k < 3; ++k) {
              d[k] = sample.x[3 * i + k] - sample.x[3 * j + k] + shift[k];
              r2 += d[k] * d[k];
            }
            const double r = std::sqrt(r2);
            if (r >= cutoff) continue;
            const double f = -slope_of(u, r) / r;
            result.energy += 0.5 * u(r);
            for (std::size_t k = 0; k < 3; ++k) result.force[3 * i + k] += f * d[k];
            const double parts[6] = {d[0] * d[0], d[1] * d[1], d[2] * d[2], d[0] * d[1], d[0] * d[2], d[1] * d[2]};
            for (int k = 0; k < 6; ++k) result.virial[k] += 0.5 * f * parts[k];
          }
    }
  return result;
}

constexpr int sample_size = 120;

/// What a fourth-order difference of u leaves.
constexpr double tolerance = 2e-8;

void check(const sim::md::Engine& engine, const PlainSum& expected) {
  const auto totals = engine.totals();
  CHECK_THAT(totals.potential, WithinRel(expected.energy, 1e-10));
  const double scale = rms(expected.force);
  CHECK(max_difference(gather(engine, "force"), expected.force) < tolerance * scale);
  for (int k = 0; k < 6; ++k)
    CHECK_THAT(totals.virial[k], WithinAbs(expected.virial[k], tolerance * scale * static_cast<double>(sample_size)));
}

/// Two kinds in turn, in a skewed box whose sides are shorter than two cutoffs.
Sample mixture() {
  const double cell[3][3] = {{5.5, 0, 0}, {0.6, 5.2, 0}, {-0.4, 0.8, 5.8}};
  auto sample = random_sample(data::Box::triclinic({0.2, -1.0, 3.0}, cell), sample_size, 0.8, 3);
  for (int n = 0; n < sample_size; ++n) {
    sample.type.push_back(n % 2);
    sample.charge.push_back(n % 2 == 0 ? 1.2 : -0.7);
  }
  return sample;
}

template <class Coefficients>
sim::PairTableOf<Coefficients> mixed_table(const Coefficients& aa, const Coefficients& ab, Truncation truncation) {
  sim::PairTableOf<Coefficients> table;
  table.num_types = 2;
  table.pairs = {aa, ab, ab, Coefficients{}};  // B and B do not interact
  table.truncation = truncation;
  return table;
}

template <class Coefficients>
void check_mixture(std::unique_ptr<sim::ForceTerm> (*make)(const sim::PairTableOf<Coefficients>&), Coefficients aa,
                   Coefficients ab, const std::function<double(const Coefficients&, double)>& u) {
  const auto sample = mixture();
  for (const auto truncation : {Truncation::none, Truncation::energy, Truncation::force, Truncation::smooth}) {
    CAPTURE(static_cast<int>(truncation));
    aa.smoothing = ab.smoothing = 0.4;
    sim::md::ForceField field;
    field.add(make(mixed_table(aa, ab, truncation)));
    const auto engine = make_engine(sample, std::move(field), comm());
    const auto of_pair = [&](const Coefficients& pair) {
      return std::pair<Radial, double>{
          truncated([&u, pair](double r) { return u(pair, r); }, pair.cutoff, truncation, pair.smoothing), pair.cutoff};
    };
    const auto one = of_pair(aa), other = of_pair(ab);
    const std::pair<Radial, double> none{[](double) { return 0.0; }, 0.0};
    check(engine, plain_sum(sample, [&](std::size_t i, std::size_t j) -> const std::pair<Radial, double>& {
            if (i % 2 == 1 && j % 2 == 1) return none;
            return i % 2 == j % 2 ? one : other;
          }));
  }
}

double lennard_jones(const sim::PairCoefficients& pair, double r) {
  const double s6 = std::pow(pair.sigma / r, 6);
  return 4.0 * pair.epsilon * (s6 * s6 - s6);
}

}  // namespace

TEST_CASE("Buckingham's, Morse's and Yukawa's potentials are those of plain sums", "[md]") {
  check_mixture<sim::BuckinghamCoefficients>(
      &sim::make_buckingham, {900.0, 3.1, 2.0, 0.0, 2.4}, {700.0, 2.7, 5.0, 1.5, 2.1},
      [](const auto& p, double r) { return p.a * std::exp(-p.b * r) - p.c / std::pow(r, 6) - p.d / std::pow(r, 8); });
  check_mixture<sim::MorseCoefficients>(&sim::make_morse, {1.3, 2.0, 1.1, 2.4}, {0.8, 1.5, 1.3, 2.2},
                                        [](const auto& p, double r) {
                                          const double gap = 1.0 - std::exp(-p.alpha * (r - p.length));
                                          return p.depth * (gap * gap - 1.0);
                                        });
  check_mixture<sim::YukawaCoefficients>(
      &sim::make_yukawa, {5.0, 1.2, 2.4}, {-3.0, 0.7, 2.2},
      [](const auto& p, double r) { return p.strength * std::exp(-p.kappa * r) / r; });
}

TEST_CASE("charges act by themselves and beside other potentials", "[md]") {
  const auto sample = mixture();
  struct Case {
    double alpha;
    Truncation truncation;
  };
  for (const auto& [alpha, truncation] :
       {Case{0.0, Truncation::none}, Case{1.1, Truncation::none}, Case{0.9, Truncation::energy},
        Case{0.6, Truncation::force}, Case{0.0, Truncation::smooth}, Case{0.5, Truncation::smooth}}) {
    CAPTURE(alpha, static_cast<int>(truncation));
    sim::CoulombParams charges{
        .cutoff = 2.6, .alpha = alpha, .strength = 1.7, .truncation = truncation, .smoothing = 0.5};
    const double a = alpha, rc = charges.cutoff;
    const Radial screened = [a](double r) { return std::erfc(a * r) / r; };
    Radial u = truncated(screened, rc, truncation == Truncation::smooth ? Truncation::force : truncation, 0.0);
    if (truncation == Truncation::smooth) {
      const Radial plain = u;
      u = [plain, rc](double r) { return plain(r) * std::exp(-0.25 / ((r - rc) * (r - rc))); };
    }
    const double strength = charges.strength;
    const auto coulomb = [&](std::size_t i, std::size_t j) {
      const double product = strength * sample.charge[i] * sample.charge[j];
      return Radial([&u, product](double r) { return product * u(r); });
    };
    sim::md::ForceField alone;
    alone.add(sim::make_coulomb(2, charges));
    check(make_engine(sample, std::move(alone), comm()), plain_sum(sample, [&](std::size_t i, std::size_t j) {
            return std::pair<Radial, double>{coulomb(i, j), rc};
          }));

    sim::PairTable table;
    table.num_types = 2;
    const sim::PairCoefficients aa{1.0, 1.0, 2.2};
    table.pairs = {aa, {0.0, 1.0, 2.2}, {0.0, 1.0, 2.2}, {0.0, 1.0, 2.2}};  // the second type has charges alone
    sim::md::ForceField both;
    both.add(sim::make_charged_lennard_jones(table, charges));
    auto expected = plain_sum(sample, [&](std::size_t i, std::size_t j) {
      return std::pair<Radial, double>{coulomb(i, j), rc};
    });
    expected += plain_sum(sample, [&](std::size_t i, std::size_t j) {
      const double cutoff = i % 2 == 0 && j % 2 == 0 ? aa.cutoff : 0.0;
      return std::pair<Radial, double>{[aa](double r) { return lennard_jones(aa, r); }, cutoff};
    });
    check(make_engine(sample, std::move(both), comm()), expected);
  }
}

TEST_CASE("each charge of a damped sum has half of what its pairs' energy lacks at no distance", "[md]") {
  auto sample = mixture();
  const sim::CoulombParams charges{.cutoff = 2.6, .alpha = 0.6, .strength = 1.7, .truncation = Truncation::force};
  auto with_self = charges;
  with_self.self_energy = true;
  const auto energy = [&](const sim::CoulombParams& params) {
    sim::md::ForceField field;
    field.add(sim::make_coulomb(2, params));
    return make_engine(sample, std::move(field), comm()).totals().potential;
  };
  double squares = 0.0;
  for (const double q : sample.charge) squares += q * q;
  const Radial screened = [](double r) { return std::erfc(0.6 * r) / r; };
  const double end = screened(2.6), slope = slope_of(screened, 2.6);
  const double limit = -2.0 * 0.6 / std::sqrt(std::acos(-1.0)) - end + 2.6 * slope;
  CHECK_THAT(energy(with_self) - energy(charges), WithinRel(0.5 * 1.7 * squares * limit, 1e-9));
}
