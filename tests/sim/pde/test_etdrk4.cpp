// Coefficients of ETDRK4 against their power series in long double, and where they go for small and large arguments.
#include "sim/pde/etdrk4.hpp"

#include <cmath>
#include <complex>
#include <initializer_list>

#include "catch.hpp"

using namespace tessera;
using sim::Fidelity;
using sim::pde::Complex;
using sim::pde::etdrk4;
using sim::pde::Etdrk4;

namespace {

using Long = std::complex<long double>;

/// phi_n(z) = sum of z^k/(k + n)!. For |z| < 8 it loses three digits of long double's nineteen.
Long phi(int n, Long z) {
  Long term = 1.0L, sum = 0.0L;
  for (int k = 1; k <= n; ++k) term /= static_cast<long double>(k);
  for (int k = 0; k < 120; ++k) {
    sum += term;
    term *= z / static_cast<long double>(k + n + 1);
  }
  return sum;
}

/// q = h phi_1(z/2)/2; f1 = h (phi_1 - 3 phi_2 + 4 phi_3), f2 = h (phi_2 - 2 phi_3), f3 = h (4 phi_3 - phi_2).
Etdrk4 from_series(Complex z, double h) {
  const Long t(z.real(), z.imag());
  const Long phi_1 = phi(1, t), phi_2 = phi(2, t), phi_3 = phi(3, t);
  const auto rounded = [&](Long value) {
    value *= static_cast<long double>(h);
    return Complex(static_cast<double>(value.real()), static_cast<double>(value.imag()));
  };
  return {std::exp(z),
          std::exp(0.5 * z),
          rounded(0.5L * phi(1, 0.5L * t)),
          rounded(phi_1 - 3.0L * phi_2 + 4.0L * phi_3),
          rounded(phi_2 - 2.0L * phi_3),
          rounded(4.0L * phi_3 - phi_2)};
}

/// Of all six, over h or 1.
double difference(const Etdrk4& a, const Etdrk4& b, double h) {
  double result = std::max(std::abs(a.e - b.e), std::abs(a.e2 - b.e2));
  for (const auto& part : {a.q - b.q, a.f1 - b.f1, a.f2 - b.f2, a.f3 - b.f3})
    result = std::max(result, std::abs(part) / h);
  return result;
}

}  // namespace

TEST_CASE("coefficients are their power series", "[pde]") {
  const double h = 0.01;
  for (const double modulus : {1e-12, 1e-6, 1e-3, 0.1, 0.5, 1.0, 2.0, 3.999, 4.0, 5.0, 8.0})
    for (const Complex direction : {Complex(-1.0, 0.0), Complex(0.0, 1.0), Complex(0.0, -1.0)}) {
      const Complex z = modulus * direction;
      CAPTURE(z.real(), z.imag());
      // Where |z| is 1, the contour comes within 0.05 of 0, and differences of the order of 0.05^3 are taken.
      const double tolerance = modulus == 1.0 ? 3e-13 : 3e-14;
      CHECK(difference(etdrk4(z / h, h, Fidelity::corrected), from_series(z, h), h) < tolerance);
    }
  // Growing modes: relative to what they grow to.
  for (const double z : {1e-3, 0.5, 2.0})
    CHECK(difference(etdrk4(z / h, h, Fidelity::corrected), from_series(z, h), h) < 3e-14 * std::exp(z));
}

TEST_CASE("without a linear part they are those of the classical Runge-Kutta method", "[pde]") {
  for (const auto fidelity : {Fidelity::corrected, Fidelity::reference}) {
    const double h = 0.25;
    const auto c = etdrk4(0.0, h, fidelity);
    CHECK(c.e == Complex(1.0));
    CHECK(c.e2 == Complex(1.0));
    CHECK(std::abs(c.q - h / 2.0) < 1e-15);
    for (const auto& f : {c.f1, c.f2, c.f3}) CHECK(std::abs(f - h / 6.0) < 1e-14);
  }
}

TEST_CASE("of modes that die at once, what is left tends to the balance with the force", "[pde]") {
  // q and f3 to -1/lambda, f1 to -1/(h lambda^2), f2 to 1/(h lambda^2), with corrections of order 1/(h lambda).
  const double h = 0.01;
  for (const double z : {-1e3, -1e5, -1e9, -1e15}) {
    CAPTURE(z);
    const auto c = etdrk4(z / h, h, Fidelity::corrected);
    CHECK(c.e == Complex(0.0));
    const double scale = h / -z;
    CHECK_THAT(c.q.real() / scale, WithinAbs(1.0, 1e-12));
    CHECK_THAT(c.f1.real() / (scale / z), WithinAbs(1.0, 5.0 / -z + 1e-12));
    CHECK_THAT(c.f2.real() / (scale / -z), WithinAbs(1.0, 3.0 / -z + 1e-12));
    CHECK_THAT(c.f3.real() / scale, WithinAbs(1.0, 4.0 / -z + 1e-12));
  }
}

TEST_CASE("a step of y' = lambda y + 1 is exact whatever lambda", "[pde]") {
  // All stages see the same force: q, f1 + 4 f2 + f3 are integrals of the exponential.
  const double h = 0.02;
  for (const Complex lambda : {Complex(-3.0), Complex(0.7), Complex(0.0, 40.0), Complex(-1.0, 200.0), Complex(-4e4)}) {
    CAPTURE(lambda.real(), lambda.imag());
    const auto c = etdrk4(lambda, h, Fidelity::corrected);
    const Complex found = c.f1 + 4.0 * c.f2 + c.f3, exact = (std::exp(h * lambda) - 1.0) / lambda;
    CHECK(std::abs(found - exact) < 1e-13 * h);
  }
}

TEST_CASE("the reference's contour is wrong for waves, by as much as was published", "[pde]") {
  // Korteweg and de Vries at the library's defaults, by wavenumber: relative errors of q, f1, f2, f3.
  struct Error {
    int mode;
    double q, f1, f2, f3;
  };
  const double h = 1e-5;
  for (const auto& e : {Error{16, 0.0026, 0.012, 0.0055, 0.0007}, Error{32, 0.02, 0.09, 0.04, 0.005},
                        Error{64, 0.17, 0.70, 0.34, 0.04}}) {
    CAPTURE(e.mode);
    const double k = 2.0 * M_PI * e.mode / 10.0;
    const Complex lambda(0.0, k * k * k);
    const auto right = etdrk4(lambda, h, Fidelity::corrected), wrong = etdrk4(lambda, h, Fidelity::reference);
    const auto off = [](Complex a, Complex b) { return std::abs(a - b) / std::abs(b); };
    CHECK_THAT(off(wrong.q, right.q), WithinRel(e.q, 0.15));
    CHECK_THAT(off(wrong.f1, right.f1), WithinRel(e.f1, 0.15));
    CHECK_THAT(off(wrong.f2, right.f2), WithinRel(e.f2, 0.15));
    CHECK_THAT(off(wrong.f3, right.f3), WithinRel(e.f3, 0.15));
  }
}
