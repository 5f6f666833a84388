// Electron in a superposition of stationary states of the hydrogen atom: q_t = |psi(t)|^2, sampled exactly.
#pragma once

#include <memory>
#include <vector>

#include "deck/binder.hpp"
#include "sim/density/hydrogen_state.hpp"
#include "sim/density/log_concave.hpp"
#include "sim/sample_source.hpp"

namespace tessera::sim::density {

inline constexpr int max_hydrogen_states = 16;

struct StateParams {
  int n = 1, l = 0, m = 0;
  double real = 1.0, imaginary = 0.0;  ///< parts of its coefficient; all together are normalised
};
void bind(deck::Binder& binder, StateParams& params);

struct HydrogenParams {
  double bohr_radius = 12.566370614359172;  ///< 4 pi: e = eps0 = 1 as well
  double duration = 14000.0;                ///< atomic time while t goes from 0 to 1
  std::vector<StateParams> states;
};
/// The keys of a hydrogen atom, in a table that may have others.
void bind_hydrogen(deck::Binder& binder, HydrogenParams& params);

/// psi(t) = sum_i c_i phi_i e^(-i E_i duration t) in kernels.
struct HydrogenWave {
  int count = 0;
  double duration = 1.0;
  double norm = 1.0;  ///< sum of the squared amplitudes
  Array1<HydrogenState> states;

  /// Also what bounds |psi|^2, by the inequality of Cauchy and Schwarz: sum_i |c_i| times sum_i |c_i| |phi_i|^2.
  struct Value {
    double real, imaginary, bound;
  };
  KOKKOS_INLINE_FUNCTION Value operator()(double t, double r, double z, double s, double phi) const {
    Value value{0.0, 0.0, 0.0};
    double sum = 0.0;
    for (int i = 0; i < count; ++i) {
      const HydrogenState& state = states(i);
      const double modulus = state.value(r, z, s), angle = state.m * phi - state.energy * duration * t + state.phase;
      value.real += state.amplitude * modulus * kmath::cos(angle);
      value.imaginary += state.amplitude * modulus * kmath::sin(angle);
      value.bound += state.amplitude * modulus * modulus;
      sum += state.amplitude;
    }
    value.bound *= sum;
    return value;
  }
};

class Hydrogen final : public SampleSource {
 public:
  /// Throws Error (input) if a state occurs twice or all coefficients are zero.
  explicit Hydrogen(const HydrogenParams& params);

  int dimensions() const override { return 3; }
  void draw(std::uint32_t seed, std::int64_t first, const Array1<const double>& times,
            const data::RowArray<double>& positions) const override;
  bool has_log_density() const override { return true; }
  void log_density(const Array1<const double>& times, const data::RowArray<double>& positions,
                   const Array1<double>& result) const override;
  /// Local. Real and imaginary part of psi.
  void evaluate_wave(const Array1<const double>& times, const data::RowArray<double>& positions,
                     const data::RowArray<double>& result) const;

  /// For drawing: a state and its radius, then the cosine of its polar angle.
  struct Proposal {
    Array1<HatPiece> radii, cosines;  // of one state behind those of the other; cosines: `upto` is within a state
    Array1<int> radii_end, cosines_end;
    KOKKOS_INLINE_FUNCTION int state_of(int radius_piece) const {
      int state = 0;
      while (radius_piece >= radii_end(state)) ++state;
      return state;
    }
  };

 private:
  HydrogenWave wave_;
  Proposal proposal_;
};

}  // namespace tessera::sim::density
