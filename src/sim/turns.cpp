#include "sim/turns.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/state_part.hpp"

namespace tessera::sim {

namespace {

/// Rows first + r with (first + r) % count == turn.
void take_rows(const Environment::Rows& from, const Environment::Rows& to, std::int64_t first, std::int64_t count,
               std::int64_t turn) {
  const auto width = static_cast<std::int64_t>(to.extent(1));
  Kokkos::parallel_for(
      "sim/take_turn", Range(0, static_cast<std::int64_t>(to.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        if ((first + row) % count != turn) return;
        for (std::int64_t n = 0; n < width; ++n) to(row, n) = from(row, n);
      });
}

std::string part_name(std::size_t n) { return fmt::format("turn{}", n); }

}  // namespace

TurnController::TurnController(std::vector<std::unique_ptr<Controller>> controllers)
    : controllers_(std::move(controllers)) {
  if (controllers_.empty()) throw Error::input("rows that take turns need at least one controller");
  for (const auto& controller : controllers_)
    if (controller->gives_disturbances())
      throw Error::input(fmt::format(
          "the controller '{}' gives disturbances and cannot take turns with others; let it have a stage of its own",
          controller->name()));
}

std::string TurnController::name() const {
  std::string names;
  for (const auto& controller : controllers_) names += (names.empty() ? "" : ", ") + controller->name();
  return names;
}

void TurnController::start(const Environment& environment) {
  for (const auto& controller : controllers_) controller->start(environment);
}

void TurnController::decide(const Environment& environment, const Environment::Rows& actions,
                            const Environment::Rows& disturbances) {
  if (proposal_.extent(0) != actions.extent(0) || proposal_.extent(1) != actions.extent(1))
    proposal_ = Environment::Rows("sim/proposal", actions.extent(0), actions.extent(1));
  const auto count = static_cast<std::int64_t>(controllers_.size());
  for (std::int64_t turn = 0; turn < count; ++turn) {
    controllers_[static_cast<std::size_t>(turn)]->decide(environment, proposal_, disturbances);
    take_rows(proposal_, actions, environment.rows().first, count, turn);
  }
}

void TurnController::learn_of_step(const Environment& environment, const Environment::Rows& actions) {
  for (const auto& controller : controllers_) controller->learn_of_step(environment, actions);
}

void TurnController::save(data::StateWriter& writer) const {
  for (std::size_t n = 0; n < controllers_.size(); ++n) {
    PartWriter part(writer, part_name(n));
    controllers_[n]->save(part);
  }
}

void TurnController::restore(data::StateReader& reader) {
  for (std::size_t n = 0; n < controllers_.size(); ++n) {
    PartReader part(reader, part_name(n));
    controllers_[n]->restore(part);
  }
}

}  // namespace tessera::sim
