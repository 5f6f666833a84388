#include "math/riccati_failure.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "math/linear.hpp"
#include "math/reachability.hpp"

namespace tessera::math {

namespace {

using Complex = std::complex<double>;

struct Words {
  const char* equation;
  const char* unreachable;
  const char* unseen;
};

Words words_of(RiccatiUse use) {
  if (use == RiccatiUse::filter)
    return {"filter", "not detectable: no measurement sees", "not excited by any disturbance"};
  return {"regulator", "not stabilisable: no input reaches", "not seen by the cost"};
}

/// "1.2, 0.9+0.1i (modulus 0.906) and 3 more"
std::string listed(const std::vector<Complex>& values) {
  constexpr std::size_t most = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), most); ++i) text += (i == 0 ? "" : ", ") + text_of(values[i]);
  if (values.size() > most) text += fmt::format(" and {} more", values.size() - most);
  return text;
}

std::string beginning(TimeDomain domain, RiccatiUse use) {
  return fmt::format("the {} Riccati equation of the {} has no stabilising solution: ", name_of(domain),
                     words_of(use).equation);
}

}  // namespace

WithoutCrossTerm without_cross_term(const RiccatiProblem& problem) {
  const double tolerance = 100.0 * problem.r.rows() * std::numeric_limits<double>::epsilon();
  const Matrix feedback = times_transposed(symmetric_pseudo_inverse(problem.r, tolerance), problem.s);
  return {problem.a - problem.b * feedback, symmetric_part(problem.q - problem.s * feedback)};
}

void name_hopeless_modes(TimeDomain domain, const RiccatiProblem& problem) {
  const Words words = words_of(problem.use);
  const auto fail = [&](const std::vector<Complex>& modes, const char* kind, const char* what, const char* object) {
    const bool one = modes.size() == 1;
    throw Error::input(fmt::format("{}the {} mode{} {} {} {}{}", beginning(domain, problem.use), kind, one ? "" : "s",
                                   listed(modes), one ? "is" : "are", what, object));
  };
  const auto unreachable = unreachable_modes(domain, problem.a, problem.b, Modes::unstable);
  if (!unreachable.empty()) fail(unreachable, "unstable", words.unreachable, unreachable.size() == 1 ? " it" : " them");
  const auto plain = without_cross_term(problem);
  const auto unseen = unreachable_modes(domain, transposed(plain.a), plain.q, Modes::on_border);
  if (!unseen.empty()) fail(unseen, "marginal", words.unseen, "");
}

void fail_without_mode(TimeDomain domain, const RiccatiProblem& problem, const std::vector<Complex>& pencil_values,
                       const std::string& reason) {
  const double scale = scale_of(pencil_values);
  std::vector<Complex> border;
  for (const Complex value : pencil_values)
    if (value.imag() >= 0.0 && std::abs(stability_margin(domain, value, scale)) <= near_border) border.push_back(value);
  std::string text = beginning(domain, problem.use) + reason;
  if (!border.empty())
    text += fmt::format("; eigenvalues of the {}: {}",
                        domain == TimeDomain::discrete ? "symplectic pencil on the unit circle"
                                                       : "Hamiltonian pencil on the imaginary axis",
                        listed(border));
  throw Error::numeric(text);
}

}  // namespace tessera::math
