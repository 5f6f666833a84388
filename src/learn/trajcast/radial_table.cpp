#include "learn/trajcast/radial_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "diff/equivariant/host_loop.hpp"

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
void RadialTable<Real>::interpolate(const std::vector<double>& lengths, const std::vector<int>& order,
                                    Real* rows) const {
  diff::host_for("trajcast/radial_table", static_cast<std::int64_t>(order.size()), [&](std::int64_t n) {
    const auto row = order[static_cast<std::size_t>(n)];
    const auto [first, f] = near(lengths[static_cast<std::size_t>(row)]);
    const Real *k0 = rows_.data() + first * width_, *k1 = k0 + width_, *k2 = k1 + width_, *k3 = k2 + width_,
               *k4 = k3 + width_, *k5 = k4 + width_;
    Real* out = rows + row * width_;
    for (std::int64_t u = 0; u < width_; ++u)
      out[u] = (f[0] * k0[u] + f[1] * k1[u] + f[2] * k2[u]) + (f[3] * k3[u] + f[4] * k4[u] + f[5] * k5[u]);
  });
}

template <class Real>
void RadialTable<Real>::interpolate_reverse(const std::vector<double>& lengths, const std::vector<int>& order,
                                            const Real* cotangent, Real* knot_cotangent) const {
  std::vector<Near> all;
  all.reserve(order.size());
  for (const int row : order) all.push_back(near(lengths[static_cast<std::size_t>(row)]));
  // So many columns at a time that the knots of neighbouring lengths stay near.
  constexpr std::int64_t side = 64;
  diff::host_for("trajcast/radial_table_reverse", (width_ + side - 1) / side, [&](std::int64_t block) {
    const std::int64_t begin = block * side, count = std::min(side, width_ - begin);
    for (std::size_t n = 0; n < order.size(); ++n) {
      const Real* row = cotangent + order[n] * width_ + begin;
      for (int k = 0; k < num_near; ++k) {
        const Real factor = all[n].factors[static_cast<std::size_t>(k)];
        Real* knot = knot_cotangent + (all[n].first + k) * width_ + begin;
        for (std::int64_t u = 0; u < count; ++u) knot[u] += factor * row[u];
      }
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
