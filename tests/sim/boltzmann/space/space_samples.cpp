#include "space_samples.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "deck/deck.hpp"
#include "sim/boltzmann/moments.hpp"

namespace tessera::test {

namespace {

using namespace sim::boltzmann;

class Relaxing final : public CollisionOperator {
 public:
  Relaxing(const VelocityGrid& grid, double mass, double rate) : grid_(grid), mass_(mass), rate_(rate) {}
  const VelocityGrid& grid() const override { return grid_; }
  void evaluate(std::span<const double> f, std::span<double> rate, std::span<double> frequency) override {
    const auto size = static_cast<std::size_t>(grid_.size());
    for (std::size_t first = 0; first < f.size(); first += size) {
      const auto cell = f.subspan(first, size);
      const auto change = rate.subspan(first, size);
      discrete_maxwellian(grid_, mass_, moments(grid_, mass_, cell), change);
      for (std::size_t n = 0; n < size; ++n) change[n] = rate_ * (change[n] - cell[n]);
    }
    std::fill(frequency.begin(), frequency.end(), 1.25 * rate_);
  }

 private:
  VelocityGrid grid_;
  double mass_, rate_;
};

class RelaxingFamily final : public CollisionFamily {
 public:
  void bind(deck::Binder& binder) override { binder.value("rate", rate_, deck::positive, {"of relaxation"}); }
  std::unique_ptr<CollisionOperator> make(const Comm& /*comm*/, const VelocityGrid& grid, double mass,
                                          const sim::CollisionKernel& /*kernel*/) const override {
    return std::make_unique<Relaxing>(grid, mass, rate_);
  }
  double bytes(const VelocityGrid& /*grid*/) const override { return 0.0; }
  std::unique_ptr<CollisionFamily> clone() const override { return std::make_unique<RelaxingFamily>(*this); }

 private:
  double rate_ = 1.0;
};

}  // namespace

std::shared_ptr<CollisionFamily> relaxing_collisions() { return std::make_shared<RelaxingFamily>(); }

BoltzmannParams boltzmann_params(const std::string& keys) {
  auto deck = deck::Deck::parse("title = \"t\"\n[[stage]]\nname = \"a\"\ntype = \"any\"\n" + keys, "a.toml");
  BoltzmannParams params;
  params.collisions = relaxing_collisions();
  std::string title;
  deck.read_top([&](deck::Binder& b) { b.value("title", title, {"title"}); });
  deck.read_stage(0, [&](deck::Binder& b) { bind(b, params); });
  deck.finish();
  return params;
}

std::string complaint_about_gas(const std::string& keys) {
  try {
    started_stage(comm(), keys);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::unique_ptr<BoltzmannStage> started_stage(const Comm& group, const std::string& keys) {
  auto stage = std::make_unique<BoltzmannStage>(sim::StageContext{group, "a", 5, {}}, boltzmann_params(keys));
  stage->start();
  return stage;
}

void advance_stage(BoltzmannStage& stage, int steps) {
  for (int n = 0; n < steps; ++n) {
    sim::Agreement agreement;
    stage.step(agreement);
    if (agreement.error()) throw *agreement.error();
  }
}

double series_of(BoltzmannStage& stage, const std::string& name) {
  const auto columns = stage.series_columns();
  const auto values = stage.series_values();
  for (std::size_t n = 0; n < columns.size(); ++n)
    if (columns[n].name == name) return values[n];
  return std::nan("");
}

std::vector<double> field_of(BoltzmannStage& stage, const std::string& name) {
  for (const auto* field : stage.fields()) {
    if (field->name() != name) continue;
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), field->values());
    return {host.data(), host.data() + host.size()};
  }
  return {};
}

std::vector<double> distribution_of(BoltzmannStage& stage, std::size_t species) {
  const auto& field = stage.evolution().species()[species].copy(0);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), field.values());
  const auto& layers = field.layers();
  const auto& count = field.mesh().count();
  std::vector<double> values;
  for (int c = 0; c < field.components(); ++c)
    for (int k = 0; k < count[2]; ++k)
      for (int j = 0; j < count[1]; ++j)
        for (int i = 0; i < count[0]; ++i) values.push_back(host(layers[0] + i, layers[1] + j, layers[2] + k, c));
  return values;
}

}  // namespace tessera::test
