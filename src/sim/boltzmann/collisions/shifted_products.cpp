#include "sim/boltzmann/collisions/shifted_products.hpp"

#include <cmath>

#include "sim/boltzmann/collisions/wave_loops.hpp"

namespace tessera::sim::boltzmann {

ShiftedProducts::ShiftedProducts(const Spectrum& spectrum, double share_f, double share_h, bool is_same,
                                 const std::vector<double>& radii, const std::vector<std::array<double, 3>>& directions)
    : spectrum_(spectrum), is_same_(is_same), num_directions_(directions.size()) {
  const auto d = static_cast<std::size_t>(spectrum.grid().dimensions);
  const auto n = static_cast<std::size_t>(spectrum.points());
  for (std::size_t which = 0; which < (is_same ? 1U : 2U); ++which) {
    const double share = which == 0 ? share_f : -share_h;
    auto& table = table_[which];
    table.reserve(radii.size() * directions.size() * 2 * d * n);
    for (const double r : radii)
      for (const auto& direction : directions)
        for (const bool is_sine : {false, true})
          for (std::size_t k = 0; k < d; ++k)
            for (std::size_t place = 0; place < n; ++place) {
              const double angle =
                  share * r * spectrum.wave_number() * direction[k] * spectrum.frequency(static_cast<int>(place));
              table.push_back(is_sine ? std::sin(angle) : std::cos(angle));
            }
  }
}

ShiftedProducts::Phases ShiftedProducts::phases(std::size_t which, std::size_t radius, std::size_t direction) const {
  const auto length =
      static_cast<std::size_t>(spectrum_.grid().dimensions) * static_cast<std::size_t>(spectrum_.points());
  const double* cosine = table_[which].data() + (radius * num_directions_ + direction) * 2 * length;
  return {cosine, cosine + length};
}

template <bool adds>
void ShiftedProducts::work(std::size_t radius, std::size_t direction, double weight, const Modes& f, const Modes& h,
                           Scratch& scratch) const {
  const int n = spectrum_.points();
  const bool is_solid = spectrum_.grid().dimensions == 3;
  const std::int64_t plane = spectrum_.plane(), columns = spectrum_.num_columns();
  const int rows = static_cast<int>(plane / n), inner = is_solid ? 2 * n : n;
  const Phases pf = phases(0, radius, direction), ph = is_same_ ? pf : phases(1, radius, direction);
  // In the plane the row along the last direction has but the first one's phase.
  const auto row_phase = [&](const Phases& phases, int x, int y) {
    const Phase first{phases.cosine[x], phases.sine[x]};
    return is_solid ? first * Phase{phases.cosine[n + y], phases.sine[n + y]} : first;
  };
  const auto fill = [&](int x, double* out) {
    for (int y = 0; y < rows; ++y) {
      const std::ptrdiff_t at = x * plane + static_cast<std::ptrdiff_t>(y) * n;
      double* row = out + static_cast<std::ptrdiff_t>(2) * y * n;
      if (is_same_)
        shift_row(n, row_phase(pf, x, y), pf.cosine + inner, pf.sine + inner, f.re + at, f.im + at, row);
      else
        shift_two_rows(n, {row_phase(pf, x, y), pf.cosine + inner, pf.sine + inner}, f.re + at, f.im + at,
                       {row_phase(ph, x, y), ph.cosine + inner, ph.sine + inner}, h.re + at, h.im + at, row);
    }
  };
  double* sums = scratch.product.data();
  const auto use = [&](std::int64_t first, const double* waves) {
    for (int x = 0; x < n; ++x) {
      const double* block = waves + 2 * columns * x;
      double* to = sums + x * plane + first;
      if (is_same_)
        difference_of_squares<adds>(columns, weight, block, to);
      else
        product_of_parts<adds>(columns, weight, block, to);
    }
  };
  spectrum_.for_waves(scratch, fill, use);
}

template void ShiftedProducts::work<false>(std::size_t, std::size_t, double, const Modes&, const Modes&,
                                           Scratch&) const;
template void ShiftedProducts::work<true>(std::size_t, std::size_t, double, const Modes&, const Modes&, Scratch&) const;

}  // namespace tessera::sim::boltzmann
