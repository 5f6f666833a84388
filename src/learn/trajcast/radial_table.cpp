#include "learn/trajcast/radial_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "diff/equivariant/host_loop.hpp"
#include "diff/equivariant/lanes.hpp"

namespace tessera::learn::trajcast {

namespace {

constexpr int num_near = 6;

/// Lagrange's polynomials through 0, 1 ... 5, at x.
std::array<double, num_near> lagrange(double x) {
  std::array<double, num_near> values{};
  for (int k = 0; k < num_near; ++k) {
    double product = 1.0;
    for (int n = 0; n < num_near; ++n)
      if (n != k) product *= (x - n) / (k - n);
    values[static_cast<std::size_t>(k)] = product;
  }
  return values;
}

/// Columns of all rows of a run: its knots stay in registers.
template <class Vector, class Places, class Real>
void mix_knots(const Places& all, std::size_t run, const Real* knots, std::int64_t width, Real* rows) {
  using Lane = diff::Lanes<Vector>;
  const Vector k0 = Lane::load(knots), k1 = Lane::load(knots + width), k2 = Lane::load(knots + 2 * width),
               k3 = Lane::load(knots + 3 * width), k4 = Lane::load(knots + 4 * width),
               k5 = Lane::load(knots + 5 * width);
  for (std::size_t n = all.begins[run]; n < all.begins[run + 1]; ++n) {
    const auto& f = all.factors[n];
    Lane::store(rows + all.rows[n] * width, (Vector(f[0]) * k0 + Vector(f[1]) * k1 + Vector(f[2]) * k2) +
                                                (Vector(f[3]) * k3 + Vector(f[4]) * k4 + Vector(f[5]) * k5));
  }
}

/// The reverse: sums for the knots stay in registers.
template <class Vector, class Places, class Real>
void return_to_knots(const Places& all, std::size_t run, const Real* cotangent, std::int64_t width, Real* knots) {
  using Lane = diff::Lanes<Vector>;
  Vector sums[num_near];
  for (int k = 0; k < num_near; ++k) sums[k] = Lane::load(knots + k * width);
  for (std::size_t n = all.begins[run]; n < all.begins[run + 1]; ++n) {
    const Vector row = Lane::load(cotangent + all.rows[n] * width);
    for (int k = 0; k < num_near; ++k) sums[k] += Vector(all.factors[n][static_cast<std::size_t>(k)]) * row;
  }
  for (int k = 0; k < num_near; ++k) Lane::store(knots + k * width, sums[k]);
}

}  // namespace

template <class Real>
RadialTable<Real>::RadialTable(double shortest, double longest, int num_knots, std::int64_t width,
                               const Function& function)
    : first_(shortest), step_((longest - shortest) / (num_knots - 1)), num_knots_(num_knots), width_(width) {
  if (num_knots < num_near || !(longest > shortest)) throw Error::internal("a radial table of too few knots");
  rows_.resize(static_cast<std::size_t>(num_knots * width));
  function(knots(), rows_.data());
}

template <class Real>
std::vector<double> RadialTable<Real>::knots() const {
  std::vector<double> lengths;
  for (int n = 0; n < num_knots_; ++n) lengths.push_back(first_ + n * step_);
  return lengths;
}

template <class Real>
typename RadialTable<Real>::Near RadialTable<Real>::near(double length) const {
  const double place = (length - first_) / step_;
  Near near;
  near.first = std::clamp(static_cast<int>(std::floor(place)) - num_near / 2 + 1, 0, num_knots_ - num_near);
  const auto factors = lagrange(place - near.first);
  std::copy(factors.begin(), factors.end(), near.factors.begin());
  return near;
}

template <class Real>
typename RadialTable<Real>::Places RadialTable<Real>::places(const std::vector<double>& lengths,
                                                             const std::vector<int>& order) const {
  Places all;
  all.rows = order;
  all.factors.reserve(order.size());
  for (std::size_t n = 0; n < order.size(); ++n) {
    const auto [first, factors] = near(lengths[static_cast<std::size_t>(order[n])]);
    all.factors.push_back(factors);
    if (!all.first_knot.empty() && all.first_knot.back() == first) continue;
    all.first_knot.push_back(first);
    all.begins.push_back(n);
  }
  all.begins.push_back(order.size());
  return all;
}

template <class Real>
void RadialTable<Real>::interpolate(const std::vector<double>& lengths, const std::vector<int>& order,
                                    Real* rows) const {
  const Places all = places(lengths, order);
  diff::host_for("trajcast/radial_table", static_cast<std::int64_t>(all.first_knot.size()), [&](std::int64_t n) {
    const auto run = static_cast<std::size_t>(n);
    const Real* knots = rows_.data() + all.first_knot[run] * width_;
    constexpr std::int64_t lanes = diff::pack_width<Real>;
    std::int64_t u = 0;
    for (; u + lanes <= width_; u += lanes) mix_knots<diff::Pack<Real>>(all, run, knots + u, width_, rows + u);
    if constexpr (lanes > 1)
      for (; u < width_; ++u) mix_knots<Real>(all, run, knots + u, width_, rows + u);
  });
}

template <class Real>
void RadialTable<Real>::interpolate_reverse(const std::vector<double>& lengths, const std::vector<int>& order,
                                            const Real* cotangent, Real* knot_cotangent) const {
  const Places all = places(lengths, order);
  // So many columns at a time that the knots of neighbouring lengths stay near.
  constexpr std::int64_t side = 64;
  diff::host_for("trajcast/radial_table_reverse", (width_ + side - 1) / side, [&](std::int64_t block) {
    const std::int64_t begin = block * side, end = std::min(begin + side, width_);
    constexpr std::int64_t lanes = diff::pack_width<Real>;
    for (std::size_t run = 0; run < all.first_knot.size(); ++run) {
      Real* knots = knot_cotangent + all.first_knot[run] * width_;
      std::int64_t u = begin;
      for (; u + lanes <= end; u += lanes)
        return_to_knots<diff::Pack<Real>>(all, run, cotangent + u, width_, knots + u);
      if constexpr (lanes > 1)
        for (; u < end; ++u) return_to_knots<Real>(all, run, cotangent + u, width_, knots + u);
    }
  });
}

template <class Real>
double RadialTable<Real>::largest_error(const Function& function) const {
  std::vector<double> lengths;
  for (int n = 0; n + 1 < num_knots_; ++n) lengths.push_back(first_ + (n + 0.5) * step_);
  std::vector<int> order(lengths.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<Real> exact(lengths.size() * static_cast<std::size_t>(width_)), ours(exact.size());
  function(lengths, exact.data());
  interpolate(lengths, order, ours.data());
  double error = 0.0, size = 0.0;
  for (std::size_t n = 0; n < exact.size(); ++n) {
    error = std::max(error, std::fabs(static_cast<double>(ours[n]) - static_cast<double>(exact[n])));
    size = std::max(size, std::fabs(static_cast<double>(exact[n])));
  }
  return size > 0.0 ? error / size : 0.0;
}

template class RadialTable<double>;
template class RadialTable<float>;

}  // namespace tessera::learn::trajcast
