// Averages over overlapping stretches of a run: what particles carry now against what they carried at earlier times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/kokkos.hpp"
#include "base/sum.hpp"
#include "data/io/state.hpp"
#include "deck/binder.hpp"
#include "sim/md/engine.hpp"

namespace tessera::sim::md {

struct OriginParams {
  std::int64_t every = 10;
  std::int64_t lags = 100;
  std::int64_t origins = 10;
};
void bind(deck::Binder& binder, OriginParams& params);

/// Sums over particles of products of three components now and at a number of origins, by lag and by type. A new
/// origin is kept every lags/origins samples and lives for `lags` of them. The origins travel with the particles, in a
/// saved column of 3 * num_slots() components.
class TimeOrigins {
 public:
  /// distance: |now - then|^2 and its square, two values; dot: now . then; waves: sin(q d)/(q d) of the distance d, a
  /// value for each wavenumber q.
  enum class Product { distance, dot, waves };

  /// Adds the column to the engine's particles. Local.
  TimeOrigins(Engine& engine, const std::string& column, const std::string& unit, const OriginParams& params,
              Product product, std::vector<double> wavenumbers = {});

  /// Collective. `now` has three components for each owned row of the engine's particles.
  void sample(const Engine& engine, const Array2<double>& now);

  int num_slots() const { return static_cast<int>(slots_); }
  std::int64_t num_lags() const { return lags_; }
  /// Origins that have contributed to this lag (counted in samples).
  std::int64_t num_origins(std::int64_t lag) const { return num_origins_[static_cast<std::size_t>(lag)]; }

  /// Sum over the particles of one type, averaged over origins; num_origins(lag) must not be 0.
  double sum_of_type(std::int64_t lag, int type, int value = 0) const;
  /// Likewise over all types.
  double sum(std::int64_t lag, int value = 0) const;

  /// What the last sample found for one origin.
  struct Latest {
    int slot;
    std::int64_t lag;
    std::vector<double> sums;  ///< (type, value)
  };
  const std::vector<Latest>& latest() const { return latest_; }

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  /// The sample at which the origin in a slot was taken; negative if there is none yet.
  std::int64_t birth(std::int64_t slot) const;
  const ExactSum& at(std::int64_t lag, int type, int value) const;
  void add_sums(const Engine& engine, const Array2<double>& now, int slot, std::vector<ExactSum>& sums) const;

  std::string column_;
  Product product_;
  std::vector<double> wavenumbers_;
  int num_types_, num_values_;
  std::int64_t lags_, spacing_, slots_;
  std::int64_t num_samples_ = 0;
  std::vector<ExactSum> sums_;             // (lag, type, value)
  std::vector<std::int64_t> num_origins_;  // by lag
  std::vector<Latest> latest_;
};

/// Positions of the owned rows as if the box had never been left. Local.
Array2<double> unwrapped_positions(const data::System& system);

/// Names of the types, for the heads of tables.
std::vector<std::string> type_names(const Engine& engine);

}  // namespace tessera::sim::md
