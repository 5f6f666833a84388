// Towards targets, implicitly or explicitly: one pass over the values.
#pragma once

#include "sim/boltzmann/cell_block.hpp"
#include "sim/boltzmann/relaxation/targets.hpp"

namespace tessera::sim::boltzmann {

/// Of the implicit stage f = f* + step rate (target - f): f = f* + share (target - f*), share = step rate / (1 + step
/// rate).
void fill_shares(const Array1<double>& rate, int cells, double step, const Array1<double>& shares);

/// f += share (target - f). Reads and writes each value once.
void relax(const CellBlock& f, const Target& target, const Array1<double>& shares);

/// The same; and base = factors.base * base + factors.before * f before + factors.after * f after.
struct BaseFactors {
  double base, before, after;
};
void relax(const CellBlock& f, const Target& target, const Array1<double>& shares, const CellBlock& base,
           const BaseFactors& factors);

/// out += step rate (target - f); `out` is another block than f.
void add_relaxation(const CellBlock& f, const Target& target, const Array1<double>& rate, double step,
                    const CellBlock& out);

}  // namespace tessera::sim::boltzmann
