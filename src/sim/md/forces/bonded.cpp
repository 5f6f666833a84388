#include "sim/md/forces/bonded.hpp"

#include <algorithm>
#include <cmath>

#include "sim/md/forces/angles.hpp"
#include "sim/md/forces/bonded_term.hpp"
#include "sim/md/forces/bonds.hpp"
#include "sim/md/forces/dihedrals.hpp"
#include "sim/md/forces/impropers.hpp"
#include "sim/md/topology/coefficients.hpp"

namespace tessera::sim::md {

namespace {

constexpr double degree = 3.14159265358979323846 / 180.0;

/// Turns the values of a style into a form's parameters.
using Fill = void (*)(const std::string& style, const std::vector<double>& values, double* p);

void fill_plain(const std::string&, const std::vector<double>& values, double* p) {
  std::copy(values.begin(), values.end(), p);
}

void fill_fene(const std::string&, const std::vector<double>& values, double* p) {
  const double r02 = values[1] * values[1], sigma2 = values[3] * values[3];
  p[FeneRadial::k] = values[0];
  p[FeneRadial::inverse_r02] = 1.0 / r02;
  p[FeneRadial::half_k_r02] = 0.5 * values[0] * r02;
  p[FeneRadial::sigma2] = sigma2;
  p[FeneRadial::epsilon] = values[2];
  p[FeneRadial::core2] = std::cbrt(2.0) * sigma2;
}

void fill_angle(const std::string&, const std::vector<double>& values, double* p) {
  std::copy(values.begin(), values.end(), p);
  p[HarmonicAngle::theta0] = values[1] * degree;
}

void fill_improper(const std::string&, const std::vector<double>& values, double* p) {
  p[HarmonicImproper::k] = values[0];
  p[HarmonicImproper::chi0] = values[1] * degree;
}

/// k [1 + cos(n phi - phase)]
void fill_cosine(double k, double n, double phase, double* p) {
  p[0] = n;
  p[1] = k;
  const auto place = 2 * static_cast<std::size_t>(n);
  if (n == 0.0) {
    p[1] += k * std::cos(phase);
    return;
  }
  p[place] = k * std::cos(phase);
  p[place + 1] = k * std::sin(phase);
}

void fill_torsion(const std::string& style, const std::vector<double>& values, double* p) {
  if (style == "opls") {
    p[0] = 4.0;
    for (std::size_t n = 1; n <= 4; ++n) {
      p[1] += 0.5 * values[n - 1];
      p[2 * n] = n % 2 == 1 ? 0.5 * values[n - 1] : -0.5 * values[n - 1];
    }
    return;
  }
  if (style == "charmm") return fill_cosine(values[0], values[1], values[2] * degree, p);
  fill_cosine(values[0], values[2], 0.0, p);  // k, d, n
  if (values[1] < 0.0) {
    const double constant = values[0];
    for (int n = 1; n < FourierTorsion::num_parameters; ++n) p[n] = n == 1 ? constant : -p[n];
    if (values[2] == 0.0) p[1] = 0.0;
  }
}

template <class Form>
void add_form(ForceField& field, const TopologyKind& kind, const std::vector<TypeCoefficients>& types,
              const std::vector<std::string>& styles, Fill fill) {
  std::vector<TypeUse> use;
  std::vector<double> parameters(types.size() * Form::num_parameters, 0.0);
  for (std::size_t t = 0; t < types.size(); ++t) {
    const bool is_mine = std::find(styles.begin(), styles.end(), types[t].style) != styles.end();
    use.push_back(types[t].style.empty() ? TypeUse::missing : is_mine ? TypeUse::mine : TypeUse::other);
    if (is_mine) fill(types[t].style, types[t].values, parameters.data() + t * Form::num_parameters);
  }
  if (std::find(use.begin(), use.end(), TypeUse::mine) == use.end()) return;
  field.add(std::make_unique<BondedTerm<Form>>(kind, std::move(use), parameters));
}

}  // namespace

void add_bonded_forces(ForceField& field, const MoleculeParams& deck, const data::System& system) {
  for (const auto& kind : topology_kinds) {
    if (!system.particles.has_column(kind.name)) continue;
    const std::string name(kind.name);
    const auto types = coefficients_of(name, deck, system);
    if (types.empty())
      throw Error::input(
          fmt::format("the system has {0}, but neither deck nor file gives coefficients for them; add "
                      "[[stage.{1}]] for each of their types",
                      name, name.substr(0, name.size() - 1)));
    if (name == "bonds") {
      add_form<Bond<HarmonicRadial>>(field, kind, types, {"harmonic"}, fill_plain);
      add_form<Bond<MorseRadial>>(field, kind, types, {"morse"}, fill_plain);
      add_form<Bond<FeneRadial>>(field, kind, types, {"fene"}, fill_fene);
    } else if (name == "angles") {
      add_form<HarmonicAngle>(field, kind, types, {"harmonic", "charmm"}, fill_angle);
    } else if (name == "dihedrals") {
      add_form<FourierTorsion>(field, kind, types, {"opls", "harmonic", "charmm"}, fill_torsion);
    } else {
      add_form<HarmonicImproper>(field, kind, types, {"harmonic"}, fill_improper);
      add_form<FourierTorsion>(field, kind, types, {"cvff"}, fill_torsion);
    }
  }
}

}  // namespace tessera::sim::md
