// Vibrational density of states: how kinetic energy is spread over frequencies.
#pragma once

#include <memory>
#include <optional>

#include "sim/md/observables/observable.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

enum class Window { none, hann, gauss };

struct VdosParams : OriginParams {
  VdosParams() {
    every = 2;
    lags = 500;
  }
  Window window = Window::hann;
  std::optional<double> window_length;  ///< time; left out: all lags
};
void bind(deck::Binder& binder, VdosParams& params);

/// Cosine transform of the mass-weighted velocity autocorrelation C(t) = <sum m v(0) . v(t)>,
///   g_a(f) = 4 integral of w(t) C_a(t)/C(0) cos(2 pi f t) dt,
/// so that the integral of g over f is 1, the g_a of the types add up to it, and 3N g(f) counts modes of a harmonic
/// crystal (Dickey & Paskin, Phys. Rev. 188, 1407 (1969)). By the trapezoidal rule at the frequencies k/(2 t_last),
/// with which the integral is 1 to rounding. The window w falls from 1 at 0 to 0 at its length (hann: cos^2; gauss:
/// exp(-4.5 (t/length)^2), cut off) and widens lines to about 1/length. Table vdos.csv: frequency (cycles, not radians,
/// a time unit: THz where that is ps), vdos_total, vdos_<a>.... To be made before the engine restores itself.
std::unique_ptr<Observable> make_vdos(const VdosParams& params, Engine& engine);

}  // namespace tessera::sim::md
