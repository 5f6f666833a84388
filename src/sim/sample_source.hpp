// A path of densities of which samples can be had at any time: what learners of its dynamics see, without any
// simulation in between.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.hpp"
#include "base/kokkos.hpp"
#include "data/table.hpp"
#include "deck/binder.hpp"

namespace tessera::sim {

/// Densities q_t on R^d for times in [begin(), end()], the same on all ranks. Nothing here communicates. Calls for the
/// same source from several threads at once are not allowed: it keeps work arrays.
class SampleSource {
 public:
  /// Learners number what they draw from 0 on and stay below this; stages that draw samples to be kept take numbers
  /// above it. With the same seed both are then independent.
  static constexpr std::int64_t first_kept_number = std::int64_t{1} << 48;

  virtual ~SampleSource() = default;
  virtual int dimensions() const = 0;
  virtual double begin() const { return 0.0; }
  virtual double end() const { return 1.0; }
  /// Integral of q_t.
  virtual double mass(double t) const {
    (void)t;
    return 1.0;
  }

  /// Row n of `positions` becomes a sample of q_t/mass(t), t = times(n), drawn for (seed, first + n): samples of
  /// different numbers are independent, those of the same number and time equal, whatever rank asks. As many rows as
  /// times.
  virtual void draw(std::uint32_t seed, std::int64_t first, const Array1<const double>& times,
                    const data::RowArray<double>& positions) const = 0;

  /// True where log_density() is known.
  virtual bool has_log_density() const { return false; }
  /// log of q_t/mass(t), for rows of times and positions. Throws Error (internal) unless has_log_density().
  virtual void log_density(const Array1<const double>& times, const data::RowArray<double>& positions,
                           const Array1<double>& result) const;
};

/// What a deck says about one.
class SampleSourceParams {
 public:
  virtual ~SampleSourceParams() = default;
  virtual void bind(deck::Binder& binder) = 0;
  /// Throws Error (input) for what cannot be.
  virtual std::shared_ptr<const SampleSource> make() const = 0;
};
/// So that a stage says binder.table("density", *params, doc).
inline void bind(deck::Binder& binder, SampleSourceParams& params) { params.bind(binder); }

/// Of a stage's table [stage.density]: what other modules bind without knowing the densities.
using MakeSampleSourceParams = std::function<std::unique_ptr<SampleSourceParams>()>;

}  // namespace tessera::sim
