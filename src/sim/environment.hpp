// What a controller acts on: dynamical systems in discrete time with actions, observations and rewards, many at once.
//
// The unit is a batch: like systems, one a row, rows split over the ranks. One system that is large enough to be spread
// over the ranks itself is a batch of one row that every rank has a part of ("split"): its state is local, its actions,
// observations and rewards are the same on all ranks. Controllers work on rows and need not know which of the two it
// is.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/random.hpp"
#include "data/field.hpp"
#include "data/io/state.hpp"
#include "data/row_exchange.hpp"
#include "data/table.hpp"
#include "sim/linear_model.hpp"

namespace tessera::sim {

/// reference: as controlgym 1.0.0 does it, its defects included, so that published results can be compared.
/// corrected: what the equations say.
enum class Fidelity { corrected, reference };

/// When a step observes.
enum class Observe {
  before,  ///< the state that the action was applied to: the observation lags by a step
  after,   ///< the state that came of it
};

struct EnvironmentInfo {
  std::string id;              ///< "burgers", "he1"
  std::int64_t num_steps = 0;  ///< of an episode
  double sample_time = 0.0;    ///< between actions
  std::int64_t num_states = 0, num_actions = 0, num_observations = 0;
  std::int64_t num_disturbances = 0;  ///< that step() can be given
  double action_limit = std::numeric_limits<double>::infinity();
  double reward_limit = std::numeric_limits<double>::infinity();
  bool clips_actions = false;  ///< to the limit
  Observe observe = Observe::before;
};

/// Rows [first, first + count) of a batch of `global`.
struct RowRange {
  std::int64_t first = 0, count = 0, global = 0;
  /// Local. Of this rank, in whole blocks of `block` rows: nearly as many of them everywhere.
  static RowRange of(const Comm& comm, std::int64_t global, std::int64_t block = 1);
};

/// What the random numbers of a batch are keyed by: row r is episode first + r. Rows in groups of `per_start` begin in
/// the same state, that of episode (first + r) / per_start: the same start under several kinds of actions.
struct Episodes {
  std::int64_t first = 0;
  std::int64_t per_start = 1;
};

/// How an episode stands. Rows that have ended are left alone by step().
enum class Ending : std::int64_t {
  none = 0,
  time_limit = 1,     ///< num_steps steps were done
  out_of_bounds = 2,  ///< the reward exceeds its limit, or the state is not finite any more
};
/// Of a row that still runs, as ending() holds it.
inline constexpr auto no_ending = static_cast<std::int64_t>(Ending::none);

class Environment {
 public:
  using Rows = data::RowArray<double>;
  using Flags = Kokkos::View<std::int64_t*, MemSpace>;

  virtual ~Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  const Comm& comm() const { return comm_; }
  const EnvironmentInfo& info() const { return info_; }
  const RowRange& rows() const { return rows_; }
  bool is_split() const { return is_split_; }
  /// The numbers of a row's state that this rank has in state(), in this order: all of them unless split.
  const std::vector<data::RowSpan>& state_spans() const { return state_spans_; }
  /// Local. Of number n of the state here, its number in the whole.
  std::int64_t state_number(std::int64_t n) const;

  /// (row, number); what is current stays in place: Views may be kept.
  const Rows& state() const { return state_; }
  const Rows& observation() const { return observation_; }
  /// Of the last step: (row).
  const Array1<double>& reward() const { return reward_; }
  /// (row), as Ending.
  const Flags& ending() const { return ending_; }
  /// Steps of this episode, the same in all rows.
  std::int64_t num_steps_done() const { return step_; }
  double time() const { return static_cast<double>(step_) * info_.sample_time; }
  const Episodes& episodes() const { return episodes_; }
  /// Collective. Rows anywhere that have not ended.
  std::int64_t num_running() const;

  /// Collective. Begins these episodes in states that are drawn (or, without random parameters, given by the deck), and
  /// observes them.
  void reset(const Episodes& episodes);
  /// Collective. As above, but exactly in these states: (row, number), the shape of state(). Throws Error (internal)
  /// for another shape.
  void reset(const Episodes& episodes, const Rows& states);

  /// Collective. One sample: actions (row, num_actions); disturbances (row, num_disturbances), or empty to have them
  /// drawn. A row whose state stops being finite keeps its last state and ends out of bounds. Throws Error (internal)
  /// for other shapes. Clips the actions itself, in a copy.
  void step(const Rows& actions, const Rows& disturbances = {});

  /// Local. The actions that step() would apply: clipped to the limit where the environment clips. Both may be the
  /// same array.
  void clip(const Rows& actions, const Rows& clipped) const;

  /// Local. The linear system that it is; nothing if it is not linear, or too large for dense matrices.
  virtual std::optional<DenseModel> dense_model() const { return {}; }
  /// Local. The same where Fourier modes do not mix; of the whole state, on every rank.
  virtual std::optional<SpectralModel> spectral_model() const { return {}; }
  /// Local. The same by its modes, of a system that is too large for dense matrices. Throws Error (input) saying why,
  /// where this very system has none that serve.
  virtual std::optional<ModalModel> modal_model() const { return {}; }

  /// Collective. What a snapshot shows, as it is now; nothing if there is no mesh. As many in every call.
  virtual std::vector<const data::Field*> fields() { return {}; }

  /// Collective. Everything that steps to come depend on.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 protected:
  /// Rows of a batch, shared out in blocks of `block` (RowRange::of), or (split) a part of one row's state.
  Environment(const Comm& comm, EnvironmentInfo info, std::uint32_t seed, RowRange rows, std::int64_t block);
  Environment(const Comm& comm, EnvironmentInfo info, std::uint32_t seed, std::vector<data::RowSpan> state_spans);

  /// Fills state() for the current episodes.
  virtual void draw_states() = 0;
  /// Fills observation() from state(), with the noise of `draw` (0 after a reset, then one more than the step).
  virtual void observe(std::int64_t draw) = 0;
  /// Fills reward() for all rows that run, from the state before the step.
  virtual void judge(const Rows& actions, const Rows& disturbances) = 0;
  /// Advances state() of all rows that run; rows whose next state is not finite are left and marked in ending().
  virtual void advance(const Rows& actions, const Rows& disturbances) = 0;
  /// Disturbances of this step, where none are given: (row, num_disturbances).
  virtual Rows draw_disturbances() { return {}; }

  std::uint64_t episode(std::int64_t row) const {
    return static_cast<std::uint64_t>(episodes_.first + rows_.first + row);
  }
  std::uint64_t start_of(std::int64_t row) const {
    return episode(row) / static_cast<std::uint64_t>(episodes_.per_start);
  }
  std::uint32_t seed() const { return seed_; }

  EnvironmentInfo info_;

 private:
  void allocate();
  void begin(const Episodes& episodes);
  data::Table empty_table() const;
  data::Table rows_to_table() const;
  void restore_rows(data::StateReader& reader);
  data::RowExchange to_even_shares() const;
  data::Table empty_numbers() const;
  void save_single(data::StateWriter& writer) const;
  void restore_single(data::StateReader& reader);
  void check_count(std::int64_t found, std::int64_t expected, const char* what) const;
  /// ending(), as rows of one number.
  data::RowArray<std::int64_t> ending_rows() const {
    return data::RowArray<std::int64_t>(ending_.data(), ending_.extent(0), 1);
  }

  Comm comm_;
  std::uint32_t seed_;
  RowRange rows_;
  bool is_split_ = false;
  std::int64_t block_ = 1, step_ = 0;
  std::vector<data::RowSpan> state_spans_;
  Episodes episodes_;
  Rows state_, observation_, clipped_;
  Array1<double> reward_;
  Flags ending_;
};

}  // namespace tessera::sim
