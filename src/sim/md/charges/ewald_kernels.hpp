// Internal to the Ewald sum: its passes over a chunk of particles.
//
// exp(i k . r) of all waves comes from the three of a particle's fractional coordinates by multiplication: their powers
// lie in a table of one chunk, which stays in cache. Cost per particle and entry (two waves): four multiplications with
// addition for the structure factors, eight for the forces.
#pragma once

#include "base/simd.hpp"
#include "base/sum.hpp"
#include "sim/md/charges/wave_rows.hpp"

namespace tessera::sim::md {

/// Powers exp(2 pi i n s_d) of the particles of a chunk, n = 0 to largest[d].
struct PhaseTable {
  static constexpr int chunk = 128;         ///< particles, whole vectors
  static constexpr int stride = chunk + 8;  ///< not a power of two, for which caches have few places

  Array1<double> values;
  int first[3] = {0, 0, 0};  ///< row of n = 0 along a direction; cosines and sines take a row each

  KOKKOS_FORCEINLINE_FUNCTION double* cosine(int d, int n) const { return &values((first[d] + 2 * n) * stride); }
  KOKKOS_FORCEINLINE_FUNCTION double* sine(int d, int n) const { return &values((first[d] + 2 * n + 1) * stride); }
};

/// Fills the table; lanes behind the last particle repeat its phases.
struct FillPhases {
  PhaseTable table;
  data::Box box;
  Array2<double> position;
  int first, last;  // rows
  int largest[3];

  KOKKOS_FUNCTION void operator()(int lane) const {
    const int row = first + lane < last ? first + lane : last - 1;
    const data::Vec3 s = box.to_fractional({position(row, 0), position(row, 1), position(row, 2)});
    for (int d = 0; d < 3; ++d) {
      const double angle = 6.283185307179586477 * (s[d] - kmath::floor(s[d] + 0.5));
      const double c1 = kmath::cos(angle), s1 = kmath::sin(angle);
      double c = 1.0, sn = 0.0;
      for (int n = 0; n <= largest[d]; ++n) {
        table.cosine(d, n)[lane] = c;
        table.sine(d, n)[lane] = sn;
        const double next = c * c1 - sn * s1;
        sn = c * s1 + sn * c1;
        c = next;
      }
    }
  }
};

/// exp(2 pi i (n0 s_0 + n1 s_1)) of a vector of particles.
struct RowPhase {
  simd::Pack re, im;
  KOKKOS_FORCEINLINE_FUNCTION RowPhase(const PhaseTable& table, const WaveRow& row, int lane) {
    const int n1 = row.n[1] < 0 ? -row.n[1] : row.n[1];
    const double sign = row.n[1] < 0 ? -1.0 : 1.0;
    const simd::Pack cx = simd::load(table.cosine(0, row.n[0]) + lane), sx = simd::load(table.sine(0, row.n[0]) + lane);
    const simd::Pack cy = simd::load(table.cosine(1, n1) + lane), sy = sign * simd::load(table.sine(1, n1) + lane);
    re = cx * cy - sx * sy;
    im = cx * sy + sx * cy;
  }
};

/// One row of waves: adds the chunk's sums of q e_xy times cosine and sine of n2 to sums (entry, 4): re cos, im sin,
/// re sin, im cos. S of +n2 is (0 - 1, 2 + 3), of -n2 (0 + 1, 3 - 2).
struct SumRow {
  PhaseTable table;
  Array1<WaveRow> rows;
  Array1<double> charge;  // of the chunk; zero behind its last particle
  Array1<ExactSum> sums;

  KOKKOS_FUNCTION void operator()(int r) const {
    constexpr int packs = PhaseTable::chunk / simd::width;
    const WaveRow row = rows(r);
    simd::Pack re[packs], im[packs];
    for (int p = 0; p < packs; ++p) {
      const int lane = p * simd::width;
      const RowPhase phase(table, row, lane);
      const simd::Pack q = simd::load(&charge(lane));
      re[p] = q * phase.re;
      im[p] = q * phase.im;
    }
    for (int n = 0; n < row.length; ++n) {
      const double *c = table.cosine(2, n), *s = table.sine(2, n);
      simd::Pack a = 0.0, b = 0.0, d = 0.0, e = 0.0;
      for (int p = 0; p < packs; ++p) {
        const simd::Pack cz = simd::load(c + p * simd::width), sz = simd::load(s + p * simd::width);
        a += re[p] * cz;
        b += im[p] * sz;
        d += re[p] * sz;
        e += im[p] * cz;
      }
      ExactSum* to = &sums(4 * (row.first + n));
      to[0].add(simd::sum(a));
      to[1].add(simd::sum(b));
      to[2].add(simd::sum(d));
      to[3].add(simd::sum(e));
    }
  }
};

/// Forces on one vector of particles. With G(k) = 2 weight S*(k), the force is q sum k Im(G e^(i k r)); coefficients
/// (entry, 8) are re and im of P = G(+n2) + G(-n2) and M = G(+n2) - G(-n2), then n2 times each.
struct ForceOfRows {
  PhaseTable table;
  Array1<WaveRow> rows;
  Array1<double> charge;
  Array1<double> coefficients;
  Array2<double> force;
  data::Box box;
  double coulomb;
  int num_rows;
  int first, last;

  KOKKOS_FUNCTION void operator()(int p) const {
    const int lane = p * simd::width;
    simd::Pack f[3] = {0.0, 0.0, 0.0};  // along the reciprocal vectors
    for (int r = 0; r < num_rows; ++r) {
      const WaveRow row = rows(r);
      const RowPhase phase(table, row, lane);
      const double *c = table.cosine(2, 0) + lane, *s = table.sine(2, 0) + lane;
      const double* g = &coefficients(8 * row.first);
      simd::Pack hr = 0.0, hi = 0.0, kr = 0.0, ki = 0.0;
      for (int n = 0; n < row.length; ++n) {
        const simd::Pack cz = simd::load(c), sz = simd::load(s);
        hr += g[0] * cz - g[3] * sz;
        hi += g[1] * cz + g[2] * sz;
        kr += g[6] * cz - g[5] * sz;
        ki += g[7] * cz + g[4] * sz;
        c += 2 * PhaseTable::stride;
        s += 2 * PhaseTable::stride;
        g += 8;
      }
      const simd::Pack across = phase.re * hi + phase.im * hr;
      f[0] += static_cast<double>(row.n[0]) * across;
      f[1] += static_cast<double>(row.n[1]) * across;
      f[2] += phase.re * ki + phase.im * kr;
    }
    alignas(64) double along[3][simd::width];
    for (int d = 0; d < 3; ++d) simd::store(along[d], f[d]);
    for (int n = 0; n < simd::width && first + lane + n < last; ++n) {
      const double factor = 6.283185307179586477 * coulomb * charge(lane + n);
      for (int x = 0; x < 3; ++x) {
        double sum = 0.0;
        for (int d = 0; d < 3; ++d) sum += along[d][n] * box.inverse[x][d];
        force(first + lane + n, x) += factor * sum;
      }
    }
  }
};

}  // namespace tessera::sim::md
