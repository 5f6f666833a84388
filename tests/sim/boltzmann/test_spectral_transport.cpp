// Viscosity, heat conduction and exchange between species, as collision operators have them.
#include "catch.hpp"
#include "math/linear.hpp"
#include "sim/boltzmann/collisions/mixture.hpp"
#include "sim/boltzmann/exact/bkw.hpp"
#include "sim/boltzmann/exact/maxwell_mixture.hpp"
#include "spectral_samples.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann;

namespace {

/// Linearised about the Maxwellian of density and temperature 1: matrix of functions phi_k M.
class Linearised {
 public:
  Linearised(const CollisionKernel& kernel, int points, double half_width, const SpectralParams& params)
      : grid_(cube(points, half_width, 0.5)),
        maxwellian_(zeros(grid_)),
        collisions_(make_collision_operator(comm(), kernel, 1.0, grid_, params)) {
    sample_maxwellian(grid_, 1.0, {1.0, {0.0, 0.0, 0.0}, 1.0}, maxwellian_);
  }
  /// int phi L(M psi), from quadratic operators: (Q(M + h) - Q(M - h)) / 2, h = a M psi.
  template <class Phi, class Psi>
  double element(const Phi& phi, const Psi& psi) {
    constexpr double a = 0.01;
    Values sum = zeros(grid_), f = sum, rate = sum, frequency = sum;
    for (const double sign : {1.0, -1.0}) {
      each([&](std::size_t n, const double(&v)[3]) { f[n] = maxwellian_[n] * (1.0 + sign * a * psi(v)); });
      collisions_->evaluate(f, rate, frequency);
      for (std::size_t n = 0; n < sum.size(); ++n) sum[n] += 0.5 * sign / a * rate[n];
    }
    double result = 0.0;
    each([&](std::size_t n, const double(&v)[3]) { result += phi(v) * sum[n] * grid_.cell_volume(); });
    return result;
  }

 private:
  template <class Function>
  void each(const Function& function) const {
    double v[3];
    for (int n = 0; n < grid_.size(); ++n) {
      grid_.velocity(n, v);
      function(static_cast<std::size_t>(n), v);
    }
  }
  VelocityGrid grid_;
  Values maxwellian_;
  std::unique_ptr<CollisionOperator> collisions_;
};

double square(const double (&v)[3]) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; }
double shear(const double (&v)[3]) { return v[0] * v[1]; }
double heat(const double (&v)[3]) { return v[0] * (square(v) - 5.0); }

SpectralParams usual(SpectralMethod method, int directions) { return finely(4.5, 12, directions, method, true); }

}  // namespace

TEST_CASE("stress and heat flux decay at the rates of Maxwell molecules and of hard spheres", "[boltzmann][physics]") {
  // Heat flux is made far out, where waves that the grid does not resolve weigh most: 24 points are off by 2e-2.
  const double first = stored("transport/viscosity_first_sonine").back();
  Linearised maxwell({unit_strength, 0.0}, 32, 9.8, finely(4.6, 14, 14, SpectralMethod::classic, true));
  CHECK_THAT(maxwell.element(shear, shear), WithinRel(-0.5, 1e-4));
  CHECK_THAT(maxwell.element(heat, heat) / 10.0, WithinRel(-1.0 / 3.0, 2e-3));
  Linearised spheres({unit_strength, 1.0}, 32, 9.8, finely(4.6, 14, 50, SpectralMethod::carleman, true));
  CHECK_THAT(spheres.element(heat, heat) / 10.0, WithinRel(-2.0 / 3.0 / first, 1e-3));
}

TEST_CASE("stress decays as the first approximation of the viscosity says", "[boltzmann][golden]") {
  const Values gamma = stored("transport/gamma"), viscosity = stored("transport/viscosity_first_sonine");
  for (std::size_t n = 0; n < gamma.size(); ++n) {
    CAPTURE(gamma[n]);
    Linearised linear({unit_strength, gamma[n]}, 24, 8.4, usual(SpectralMethod::classic, 14));
    CHECK_THAT(linear.element(shear, shear), WithinRel(-1.0 / viscosity[n], 5e-4));
  }
  Linearised carleman({unit_strength, 1.0}, 24, 8.4, usual(SpectralMethod::carleman, 50));
  CHECK_THAT(carleman.element(shear, shear), WithinRel(-1.0 / viscosity.back(), 1e-3));
}

TEST_CASE("the viscosity of hard spheres beyond the first approximation", "[boltzmann][golden]") {
  // Sonine polynomials of order 5/2.
  const auto second = [](const double(&v)[3]) { return shear(v) * (3.5 - 0.5 * square(v)); };
  Linearised linear({unit_strength, 1.0}, 24, 8.4, usual(SpectralMethod::carleman, 50));
  const double off = linear.element(shear, second);
  const math::Matrix a{{linear.element(shear, shear), off}, {off, linear.element(second, second)}};
  const math::Matrix b{{-1.0}, {0.0}};
  const double viscosity = math::solve(a, b, "sonine")(0, 0);
  // The second approximation of hard spheres is 1.01485 times the first.
  CHECK_THAT(viscosity, WithinRel(1.014851 * stored("transport/viscosity_first_sonine").back(), 1e-3));
  CHECK_THAT(viscosity, WithinRel(stored("transport/viscosity").back(), 3e-3));
}

TEST_CASE("scattering that prefers angles: viscosity and exact relaxation", "[boltzmann][physics]") {
  for (const double alpha : {1.5, 0.7}) {
    CAPTURE(alpha);
    const CollisionKernel kernel{unit_strength, 0.5, alpha};
    const double viscosity = stored("transport/viscosity_first_sonine")[3];  // of gamma 0.5, alpha 1
    const double factor = kernel.viscosity_transfer() / CollisionKernel{unit_strength, 0.5}.viscosity_transfer();
    // Weights that vary between directions ask for many of them.
    Linearised linear(kernel, 20, 8.4, finely(4.2, 10, 128, SpectralMethod::classic, true));
    CHECK_THAT(linear.element(shear, shear), WithinRel(-factor / viscosity, 2e-3));

    const CollisionKernel maxwell{unit_strength, 0.0, alpha};
    const Bkw exact(3, maxwell);
    const VelocityGrid grid = cube(24, 6.3);
    Values f = zeros(grid), rate = f;
    exact.sample(grid, 6.5 / 6.0 / exact.rate(), f);
    exact.sample_slope(grid, 6.5 / 6.0 / exact.rate(), rate);
    CHECK(largest_difference(collide(maxwell, 1.0, grid, finely(3.5, 12, 72), f).rate, rate) < 2e-3 * largest(rate));
  }
}

TEST_CASE("moments of mixtures of Maxwell molecules are those of the tables", "[boltzmann][golden]") {
  for (const std::string name : {"mr1", "mr4", "mr100", "mr1836", "mr10000"}) {
    CAPTURE(name);
    const auto table = [&](const std::string& key) { return stored("maxwell_mixture/" + name + "/" + key); };
    const CollisionKernel kernel{table("C12")[0], 0.0};
    const double n[2] = {table("n1")[0], table("n2")[0]}, m[2] = {table("m1")[0], table("m2")[0]};
    const MaxwellPair pair({n[0], n[1]}, {m[0], m[1]}, kernel);
    const Values t = table("t"), temperature[2] = {table("T1"), table("T2")}, velocity[2] = {table("u1"), table("u2")};
    MaxwellPair::State start{};
    for (std::size_t i = 0; i < 2; ++i) {
      start.temperature[i] = temperature[i][0];
      for (std::size_t d = 0; d < 3; ++d) start.velocity[i][d] = velocity[i][d];
    }
    double worst = 0.0;
    for (std::size_t k = 0; k < t.size(); ++k) {
      const auto state = pair.at(t[k], start);
      for (std::size_t i = 0; i < 2; ++i) {
        worst = std::max(worst, std::abs(state.temperature[i] - temperature[i][k]));
        for (std::size_t d = 0; d < 3; ++d)
          worst = std::max(worst, std::abs(state.velocity[i][d] - velocity[i][3 * k + d]));
      }
    }
    CHECK(worst < 1e-10);
    // The slope belongs to it.
    const double h = 1e-4 / pair.velocity_rate();
    const auto before = pair.at(0.3 - h, start), after = pair.at(0.3 + h, start),
               slope = pair.slope(pair.at(0.3, start));
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(std::abs((after.temperature[i] - before.temperature[i]) / (2.0 * h) - slope.temperature[i]) < 1e-7);
      CHECK(std::abs((after.velocity[i][0] - before.velocity[i][0]) / (2.0 * h) - slope.velocity[i][0]) < 1e-7);
    }
  }
}

TEST_CASE("second moments of mixtures of Maxwell molecules follow the tables", "[boltzmann][golden]") {
  for (const std::string name : {"mr1", "mr4", "mr100"}) {
    CAPTURE(name);
    const auto table = [&](const std::string& key) { return stored("maxwell_mixture/" + name + "/" + key); };
    sim::GasParams params;
    params.species = {{.name = "a", .mass = table("m1")[0]}, {.name = "b", .mass = table("m2")[0]}};
    params.pairs = {
        {{"a", "a"}, table("C11")[0], 0.0}, {{"a", "b"}, table("C12")[0], 0.0}, {{"b", "b"}, table("C22")[0], 0.0}};
    const sim::Gas gas(params);
    const MaxwellPair pair({table("n1")[0], table("n2")[0]}, {table("m1")[0], table("m2")[0]}, gas.kernel(0, 1));
    const Values t = table("t"), u[2] = {table("u1"), table("u2")}, cc[2] = {table("cc1"), table("cc2")};
    constexpr std::size_t row[6] = {0, 1, 2, 0, 0, 1}, column[6] = {0, 1, 2, 1, 2, 2};
    MaxwellPair::State start{};
    std::vector<SecondMoments> species(2);
    for (std::size_t i = 0; i < 2; ++i) {
      species[i].density = table(i == 0 ? "n1" : "n2")[0];
      for (std::size_t d = 0; d < 3; ++d) start.velocity[i][d] = u[i][d];
      for (std::size_t k = 0; k < 6; ++k)
        species[i].square[k] = cc[i][3 * row[k] + column[k]] + u[i][row[k]] * u[i][column[k]];
    }
    // Runge and Kutta's steps of the squares, velocities known.
    const auto slopes = [&](double when, std::vector<SecondMoments> at, const std::vector<std::array<double, 6>>* k,
                            double h) {
      const auto state = pair.at(when, start);
      for (std::size_t i = 0; i < 2; ++i) {
        at[i].velocity = state.velocity[i];
        if (k != nullptr)
          for (std::size_t c = 0; c < 6; ++c) at[i].square[c] += h * (*k)[i][c];
      }
      return second_moment_slopes(gas, at);
    };
    double worst = 0.0;
    const std::size_t last = std::min<std::size_t>(t.size(), 60);
    for (std::size_t n = 1; n < last; ++n) {
      const int steps = 1 + static_cast<int>((t[n] - t[n - 1]) / 0.005);
      const double h = (t[n] - t[n - 1]) / steps;
      for (int s = 0; s < steps; ++s) {
        const double now = t[n - 1] + s * h;
        const auto k1 = slopes(now, species, nullptr, 0.0), k2 = slopes(now + 0.5 * h, species, &k1, 0.5 * h);
        const auto k3 = slopes(now + 0.5 * h, species, &k2, 0.5 * h), k4 = slopes(now + h, species, &k3, h);
        for (std::size_t i = 0; i < 2; ++i)
          for (std::size_t c = 0; c < 6; ++c)
            species[i].square[c] += h / 6.0 * (k1[i][c] + 2.0 * k2[i][c] + 2.0 * k3[i][c] + k4[i][c]);
      }
      const auto state = pair.at(t[n], start);
      for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t k = 0; k < 6; ++k) {
          const double drift = state.velocity[i][row[k]] * state.velocity[i][column[k]];
          worst = std::max(worst, std::abs(species[i].square[k] - drift - cc[i][9 * n + 3 * row[k] + column[k]]));
        }
    }
    CHECK(worst < 1e-8);
  }
}

TEST_CASE("species of Maxwell molecules exchange momentum, energy and stress as they must", "[boltzmann][physics]") {
  for (const auto& [ratio, alpha] : {std::pair{1.0, 1.0}, {2.0, 1.0}, {2.0, 1.4}, {4.0, 1.0}}) {
    CAPTURE(ratio, alpha);
    sim::GasParams params;
    params.species = {{.name = "a", .mass = 1.0}, {.name = "b", .mass = ratio}};
    params.pairs = {{{"a", "a"}, 0.05, 0.0, alpha}, {{"a", "b"}, 0.08, 0.0, alpha}, {{"b", "b"}, 0.03, 0.0, alpha}};
    const sim::Gas gas(params);
    const VelocityGrid grid = cube(ratio > 3.0 ? 32 : 20, 7.6, 0.5);
    const auto size = static_cast<std::size_t>(grid.size());
    const Moments at[2] = {{1.0, {0.3, 0.0, 0.1}, 1.0}, {0.6, {-0.2, 0.2, 0.0}, 1.5}};
    Values f(2 * size), rate(f), frequency(f);
    for (std::size_t i = 0; i < 2; ++i)
      sample_maxwellian(grid, gas.species(static_cast<int>(i)).mass, at[i], {f.data() + i * size, size});
    MixtureOperator mixture(comm(), gas, grid, finely(3.8, 10, 26));
    mixture.evaluate(f, rate, frequency);
    std::vector<SecondMoments> species(2);
    constexpr std::size_t row[6] = {0, 1, 2, 0, 0, 1}, column[6] = {0, 1, 2, 1, 2, 2};
    MaxwellPair::State state{};
    for (std::size_t i = 0; i < 2; ++i) {
      species[i].density = at[i].density;
      for (std::size_t d = 0; d < 3; ++d) species[i].velocity[d] = state.velocity[i][d] = at[i].velocity[d];
      state.temperature[i] = at[i].temperature;
      for (std::size_t k = 0; k < 6; ++k)
        species[i].square[k] = (k < 3 ? at[i].temperature / gas.species(static_cast<int>(i)).mass : 0.0) +
                               at[i].velocity[row[k]] * at[i].velocity[column[k]];
    }
    const auto slopes = second_moment_slopes(gas, species);
    const auto slope = MaxwellPair({1.0, 0.6}, {1.0, ratio}, gas.kernel(0, 1)).slope(state);
    double v[3];
    for (std::size_t i = 0; i < 2; ++i) {
      double momentum[3] = {}, squares[6] = {};
      for (std::size_t n = 0; n < size; ++n) {
        grid.velocity(static_cast<int>(n), v);
        const double q = rate[i * size + n] * grid.cell_volume() / at[i].density;
        for (std::size_t d = 0; d < 3; ++d) momentum[d] += v[d] * q;
        for (std::size_t k = 0; k < 6; ++k) squares[k] += v[row[k]] * v[column[k]] * q;
      }
      for (std::size_t d = 0; d < 3; ++d) CHECK(std::abs(momentum[d] - slope.velocity[i][d]) < 1e-3);
      for (std::size_t k = 0; k < 6; ++k) CHECK(std::abs(squares[k] - slopes[i][k]) < 3e-3);
    }
  }
}
