#include "sim/environment_family.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "sim/excitation.hpp"

namespace tessera::sim {

namespace {

class OpenLoopParams final : public StageType::Params {
 public:
  explicit OpenLoopParams(std::shared_ptr<EnvironmentParams> environment) : environment_(std::move(environment)) {}

  void bind(deck::Binder& b) override {
    environment_->bind(b);
    sim::bind(b, episodes_);
    b.table("excitation", excitation_, {"actions that do not look at the state"});
  }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    EnvironmentSetup setup;
    setup.make_environment = [environment = environment_](const Comm& comm, std::uint32_t seed, std::int64_t rows) {
      return environment->make(comm, seed, rows);
    };
    setup.sources = {{to_text(excitation_.kind), [params = excitation_, seed = context.seed](const Environment& made) {
                        return make_excitation(params, seed, made);
                      }}};
    return std::make_unique<EnvironmentStage>(context, episodes_, std::move(setup));
  }
  Estimate estimate(const Comm&, int ranks) const override {
    return estimate_environments(*environment_, episodes_, ranks);
  }
  std::int64_t num_steps() const override { return environment_->info().num_steps * episodes_.num_batches(); }
  double dt() const override { return environment_->info().sample_time; }

 private:
  std::shared_ptr<EnvironmentParams> environment_;
  EpisodeParams episodes_;
  ExcitationParams excitation_;
};

class OpenLoopType final : public StageType {
 public:
  explicit OpenLoopType(std::shared_ptr<const EnvironmentFamily> family) : family_(std::move(family)) {}
  std::string name() const override { return family_->name(); }
  std::string summary() const override { return family_->summary(); }
  std::unique_ptr<Params> make_params() const override {
    return std::make_unique<OpenLoopParams>(family_->make_params());
  }

 private:
  std::shared_ptr<const EnvironmentFamily> family_;
};

}  // namespace

void require_memory(const EnvironmentInfo& info, std::int64_t rows, double bytes_per_rank, std::int64_t available) {
  const auto most = static_cast<double>(available);
  if (bytes_per_rank <= most) return;
  throw Error::input(fmt::format(
      "{} environment{} '{}' of {} states need{} {:.3g} GB here; expected at most {:.3g} GB, which is what "
      "this host has left for a rank\nuse more hosts, a smaller batch or smaller environments",
      rows, rows == 1 ? "" : "s", info.id, info.num_states, rows == 1 ? "s" : "", bytes_per_rank / 1e9, most / 1e9));
}

std::unique_ptr<StageType> make_environment_type(std::shared_ptr<const EnvironmentFamily> family) {
  return std::make_unique<OpenLoopType>(std::move(family));
}

Estimate estimate_environments(const EnvironmentParams& environment, const EpisodeParams& episodes, int ranks) {
  Estimate estimate;
  estimate.items = episodes.rows();
  estimate.item_name = "environment";
  estimate.bytes_per_rank =
      environment.bytes_per_rank(episodes.rows(), ranks) + episode_bytes(environment.info(), episodes, ranks);
  estimate.communication = environment.communication(episodes.rows(), ranks);
  estimate.communication->collectives += 1.0;  // the agreement at a step's end
  if (episodes.rows() > 1 && episodes.rows() < ranks)
    estimate.remarks.push_back("there are fewer environments than ranks: some have nothing to do");
  return estimate;
}

}  // namespace tessera::sim
