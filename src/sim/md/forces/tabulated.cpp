#include "sim/md/forces/tabulated.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "sim/md/forces/cubic_table.hpp"
#include "sim/md/forces/formula_params.hpp"
#include "sim/md/forces/radial_spline.hpp"
#include "sim/pair_kernel.hpp"

namespace tessera::sim::md {

namespace {

struct TabulatedCoefficients {
  double inverse_width = 0.0, first = 0.0, row = 0.0;  ///< of intervals and the first of them; its place in the table
  double cutoff = 0.0;
};

/// Evaluator that looks cubic pieces over s = r^2 up. A row of the table: a0, a1, a2 of -2 du/ds = a0 + t (a1 + t a2),
/// and the energy at t = 0.
struct Tabulated {
  using Coefficients = TabulatedCoefficients;
  enum { scale, offset, row, half_width, num_parameters };
  static constexpr int num_force_parameters = 3;
  static constexpr int force_flops = 10;

  Array1<double> table;
  Array1<int> num_closer;  // (1) looks before the first interval, so far
  double last = 0.0;       // interval

  static void fill(const Coefficients& pair, Truncation, double (&p)[num_parameters]) {
    p[scale] = pair.inverse_width;
    p[offset] = pair.first * pair.inverse_width;
    p[row] = pair.row;
    p[half_width] = pair.inverse_width > 0.0 ? 0.5 / pair.inverse_width : 0.0;
  }

  /// -u'(r)/r = -2 du/ds
  KOKKOS_FORCEINLINE_FUNCTION simd::Pack force_over_r(const simd::Pack* p, const simd::Pack& r2) const {
    simd::Pack a[4], t;
    look_up(p, from_first(simd::Pack(r2 * p[scale] - p[offset])), a, t);
    return a[0] + t * (a[1] + t * a[2]);
  }

  KOKKOS_FORCEINLINE_FUNCTION simd::Pack energy(const simd::Pack* p, const simd::Pack& r2) const {
    const simd::Pack place = r2 * p[scale] - p[offset], inside = from_first(place);
    // At no distance at all there is the particle itself, in a lane that does not count.
    if ((simd::less_bits(place, simd::Pack(0.0)) & simd::less_bits(simd::Pack(0.0), r2)) != 0)
      Kokkos::atomic_fetch_add(&num_closer(0), 1);
    simd::Pack a[4], t;
    look_up(p, inside, a, t);
    return a[3] - p[half_width] * (t * (a[0] + t * (0.5 * a[1] + t * a[2] * (1.0 / 3.0))) + (place - inside) * a[0]);
  }

 private:
  /// Not before the first interval, and a number where there is none.
  KOKKOS_FORCEINLINE_FUNCTION static simd::Pack from_first(const simd::Pack& place) {
    return simd::zero_unless(place > 0.0, place);
  }

  KOKKOS_FORCEINLINE_FUNCTION void look_up(const simd::Pack* p, const simd::Pack& place, simd::Pack (&a)[4],
                                           simd::Pack& t) const {
    CubicPlace found;
    find_place(place, last, found);
    t = found.p;
    int first_row[simd::width];
    to_integers(p[row], first_row);
    for (int n = 0; n < simd::width; ++n) found.interval[n] = 4 * (found.interval[n] + first_row[n]);
    load_four(table.data(), found.interval, a);
  }
};

/// A word of which pairs were looked up closer than tables begin goes to problem().
template <bool MultiType>
class TabulatedForce final : public ForceTerm {
 public:
  TabulatedForce(const PairTableOf<TabulatedCoefficients>& pairs, const Tabulated& evaluator)
      : num_closer_(evaluator.num_closer), pairs_(pairs, evaluator) {}

  double cutoff() const override { return pairs_.cutoff(); }
  void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const override {
    pairs_.add_interior(particles, near);
  }
  void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const override {
    pairs_.add_boundary(particles, near);
  }
  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override {
    return pairs_.cost(particles, near);
  }
  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override {
    Kokkos::deep_copy(num_closer_, 0);
    const ForceSums sums = pairs_.sums(particles, near);
    int closer = 0;
    Kokkos::deep_copy(closer, Kokkos::subview(num_closer_, 0));
    // Pairs that do not count may be as close as they like, and look alike.
    is_too_close_ = closer > 0 && !near.has_exclusions();
    return sums;
  }
  bool has_heat_flux() const override { return true; }
  ExactSums<3> heat_flux(const data::Particles& particles, const data::Neighbourhood& near,
                         const Array2<double>& velocity) const override {
    return pairs_.heat_flux(particles, near, velocity);
  }
  std::optional<Error> problem() const override {
    if (!is_too_close_) return {};
    return Error::numeric(
        "two particles are closer than the first distance of their table in [stage.table]: tables must begin nearer, "
        "or "
        "the particles lie on top of each other");
  }

 private:
  Array1<int> num_closer_;
  mutable bool is_too_close_ = false;  // by the energies that were asked for last
  ClusterPairForce<Tabulated, MultiType> pairs_;
};

double cutoff_of(const TabulatedPair& pair) {
  const double first = pair.table.r.front(), last = pair.table.r.back();
  const double cutoff = pair.cutoff.value_or(last);
  // As far as numbers in a file are rounded.
  if (cutoff > last * (1.0 + 1e-6) || cutoff <= first)
    throw Error::input(
        fmt::format("{} reaches from {} to {}: the cutoff {} does not lie within it", pair.name, first, last, cutoff));
  return std::min(cutoff, last);
}

}  // namespace

std::unique_ptr<ForceTerm> make_tabulated(int num_types, const std::vector<TabulatedPair>& pairs, Truncation truncation,
                                          double smoothing, std::int64_t intervals) {
  const auto n = static_cast<std::size_t>(num_types), rows = static_cast<std::size_t>(intervals);
  if (4 * rows * pairs.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw Error::input(fmt::format("[stage.table]: {} tables of {} intervals are more than can be looked up",
                                   pairs.size(), intervals));
  PairTableOf<TabulatedCoefficients> coefficients;
  coefficients.num_types = num_types;
  coefficients.pairs.assign(n * n, TabulatedCoefficients{});
  Tabulated evaluator;
  evaluator.table =
      make_uninitialized<Array1<double>>("tabulated pairs", std::max<std::size_t>(4 * rows * pairs.size(), 4));
  evaluator.num_closer = Array1<int>("pairs closer than tables", 1);
  evaluator.last = static_cast<double>(intervals - 1);
  const auto host = Kokkos::create_mirror_view(evaluator.table);
  std::size_t row = 0;
  for (const auto& pair : pairs) {
    auto& one = coefficients.pairs[pair.types[0] * n + pair.types[1]];
    if (one.cutoff > 0.0) throw Error::input(fmt::format("{} is the second table of its pair of types", pair.name));
    const double cutoff = cutoff_of(pair);
    const auto spline = fit_squared_spline(RadialFunction(pair.table, cutoff, truncation, smoothing),
                                           pair.table.r.front(), cutoff, rows);
    log::info("{}: splines over r^2 in {} intervals follow its forces to within {:.2g} (at r = {:.4g})", pair.name,
              intervals, spline.error, spline.error_at);
    one = {1.0 / spline.width, spline.first, static_cast<double>(row), cutoff};
    coefficients.pairs[pair.types[1] * n + pair.types[0]] = one;
    for (std::size_t k = 0; k < rows; ++k, ++row) {
      const double* c = spline.coefficients.data() + 4 * k;
      for (std::size_t m = 1; m < 4; ++m) host(4 * row + m - 1) = -2.0 * static_cast<double>(m) * c[m] / spline.width;
      host(4 * row + 3) = c[0];
    }
  }
  Kokkos::deep_copy(evaluator.table, host);
  if (num_types > 1) return std::make_unique<TabulatedForce<true>>(coefficients, evaluator);
  return std::make_unique<TabulatedForce<false>>(coefficients, evaluator);
}

std::unique_ptr<ForceTerm> read_tabulated(const TabulatedParams& params, const Comm& comm,
                                          const std::vector<data::Species>& species, const std::string& units) {
  std::vector<TabulatedPair> pairs;
  for (const auto& one : params.between) {
    TabulatedPair pair;
    const auto types = find_types(species, one.types, "table");
    pair.types[0] = types[0];
    pair.types[1] = types[1];
    pair.name = fmt::format("{}: section \"{}\"", one.file, one.keyword);
    pair.table = data::read_radial_table(comm, one.file, one.keyword);
    pair.cutoff = one.cutoff ? one.cutoff : params.cutoff;
    if (!pair.table.units.empty() && pair.table.units != units)
      throw Error::input(fmt::format("{}: the tables of this file are in {} units, but the deck has units = \"{}\"",
                                     one.file, pair.table.units, units));
    pairs.push_back(std::move(pair));
  }
  return make_tabulated(static_cast<int>(species.size()), pairs, params.truncation, params.smoothing.value_or(0.0),
                        params.intervals);
}

}  // namespace tessera::sim::md
