// Families of environments: what stages and learners that act on any of them know of each.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "sim/environment_stage.hpp"

namespace tessera::sim {

/// What a deck says about one environment of a family.
class EnvironmentParams {
 public:
  virtual ~EnvironmentParams() = default;
  virtual void bind(deck::Binder& binder) = 0;
  /// Collective. A batch of so many rows in all.
  virtual std::unique_ptr<Environment> make(const Comm& comm, std::uint32_t seed, std::int64_t rows) const = 0;
  /// Local. What it will be like.
  virtual EnvironmentInfo info() const = 0;
  virtual double bytes_per_rank(std::int64_t rows, int ranks) const = 0;
  /// What the ranks that send most send in a mean step.
  virtual Communication communication(std::int64_t rows, int ranks) const = 0;
  virtual void set_steps(std::int64_t steps) = 0;
};

/// Local. Throws Error (input) if a rank needs more than it may take.
void require_memory(const EnvironmentInfo& info, std::int64_t rows, double bytes_per_rank, std::int64_t available);

class EnvironmentFamily {
 public:
  virtual ~EnvironmentFamily() = default;
  virtual std::string name() const = 0;  ///< of its stages, and of its table in others
  virtual std::string summary() const = 0;
  virtual std::unique_ptr<EnvironmentParams> make_params() const = 0;
};

/// A family whose parameters say all there is to it. Beside Params, in its namespace: bind(binder, params),
/// make_environment(comm, params, seed, rows), info_of(params), held_bytes(params, rows, ranks),
/// predict_communication(params, rows, ranks) and a member `steps`.
template <class Params>
class FamilyOf final : public EnvironmentFamily {
 public:
  FamilyOf(std::string name, std::string summary) : name_(std::move(name)), summary_(std::move(summary)) {}
  std::string name() const override { return name_; }
  std::string summary() const override { return summary_; }
  std::unique_ptr<EnvironmentParams> make_params() const override { return std::make_unique<Holder>(); }

 private:
  struct Holder final : EnvironmentParams {
    void bind(deck::Binder& binder) override { bind_params(binder, params); }
    std::unique_ptr<Environment> make(const Comm& comm, std::uint32_t seed, std::int64_t rows) const override {
      const auto available = memory_available(comm);
      agree(comm, [&] { require_memory(info(), rows, bytes_per_rank(rows, comm.size()), available); });
      return make_environment(comm, params, seed, rows);
    }
    EnvironmentInfo info() const override { return info_of(params); }
    double bytes_per_rank(std::int64_t rows, int ranks) const override { return held_bytes(params, rows, ranks); }
    Communication communication(std::int64_t rows, int ranks) const override {
      return predict_communication(params, rows, ranks);
    }
    void set_steps(std::int64_t steps) override { params.steps = steps; }

    Params params;
  };
  // Inside Holder its own bind would hide this one.
  static void bind_params(deck::Binder& binder, Params& params) { bind(binder, params); }

  std::string name_, summary_;
};

/// Environments of a family under open-loop actions.
std::unique_ptr<StageType> make_environment_type(std::shared_ptr<const EnvironmentFamily> family);

/// Local. For `tessera check`.
Estimate estimate_environments(const EnvironmentParams& environment, const EpisodeParams& episodes, int ranks);

}  // namespace tessera::sim
