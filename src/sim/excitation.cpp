#include "sim/excitation.hpp"

#include <fmt/format.h>

#include <numbers>
#include <utility>

#include "sim/scaled_controller.hpp"

namespace tessera::sim {

namespace {

constexpr double turn = 2.0 * std::numbers::pi;

struct Interval {
  double low, high;
  KOKKOS_INLINE_FUNCTION double at(double part) const { return low + part * (high - low); }
};

/// Column `n` = action * terms + term of row `row` is a stream of its own: (episode, n).
void draw(const Random& random, std::uint64_t first_episode, const Interval& amplitudes, const Interval& cycle_range,
          const Environment::Rows& amplitude, const Environment::Rows& cycles, const Environment::Rows& phase) {
  const auto width = static_cast<std::int64_t>(amplitude.extent(1));
  Kokkos::parallel_for(
      "sim/draw_sinusoids", Range(0, static_cast<std::int64_t>(amplitude.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t n = 0; n < width; ++n) {
          const auto id = first_episode + static_cast<std::uint64_t>(row);
          const auto first = random.uniform(id, static_cast<std::uint64_t>(n), 0);
          amplitude(row, n) = amplitudes.at(first.first);
          cycles(row, n) = cycle_range.at(first.second);
          phase(row, n) = turn * random.uniform(id, static_cast<std::uint64_t>(n), 1).first;
        }
      });
}

void add_up(const Environment::Rows& amplitude, const Environment::Rows& cycles, const Environment::Rows& phase,
            double part_of_episode, const Environment::Rows& actions) {
  const auto width = static_cast<std::int64_t>(actions.extent(1));
  const auto terms = width > 0 ? static_cast<std::int64_t>(amplitude.extent(1)) / width : 0;
  Kokkos::parallel_for(
      "sim/sinusoids", Range(0, static_cast<std::int64_t>(actions.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t j = 0; j < width; ++j) {
          double sum = 0.0;
          for (std::int64_t n = j * terms; n < (j + 1) * terms; ++n)
            sum += amplitude(row, n) * kmath::sin(turn * cycles(row, n) * part_of_episode + phase(row, n));
          actions(row, j) = sum;
        }
      });
}

void fill_waves(double amplitude, double step, const Environment::Rows& actions) {
  const auto width = static_cast<std::int64_t>(actions.extent(1));
  Kokkos::parallel_for(
      "sim/waves", Range(0, static_cast<std::int64_t>(actions.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t j = 0; j < width; ++j) {
          const auto place = static_cast<double>(j);
          actions(row, j) = amplitude * kmath::sin(turn * (step + 1.0) / (10.0 + 3.0 * place) + 0.7 * place);
        }
      });
}

void bind_range(deck::Binder& b, std::string_view key, std::vector<double>& range, const deck::Limits& limits,
                deck::Doc doc) {
  b.list(key, range, 2, limits, doc);
  b.check(range.size() != 2 || range[0] <= range[1], key, "expected the smallest value, then the largest");
}

}  // namespace

void bind(deck::Binder& b, SinusoidParams& p) {
  b.value("terms", p.terms, {.low = 1, .high = 1000}, {"sinusoids an actuator"});
  bind_range(b, "amplitude", p.amplitude, deck::non_negative, {"smallest and largest amplitude of one"});
  bind_range(b, "cycles", p.cycles, deck::non_negative, {"fewest and most periods an episode"});
}

void bind(deck::Binder& b, WaveParams& p) {
  b.value("amplitude", p.amplitude, deck::any, {"of sin(2 pi (k + 1)/(10 + 3 j) + 0.7 j) for actuator j in step k"});
}

void bind(deck::Binder& b, ExcitationParams& p) {
  b.choice("kind", p.kind,
           {{"zero", ExcitationKind::zero},
            {"sinusoids", ExcitationKind::sinusoids},
            {"waves", ExcitationKind::waves},
            {"file", ExcitationKind::file}},
           {"actions that do not look at the state"});
  bind_tables(b, p);
}

void bind_tables(deck::Binder& b, ExcitationParams& p) {
  b.table("sinusoids", p.sinusoids, {"smooth random actions, other ones in each episode"});
  b.table("waves", p.waves, {"sinusoids of fixed periods, one an actuator"});
  b.table("file", p.file, {"actions from a file, the same in all episodes"});
  const std::pair<const char*, bool> given[] = {
      {"sinusoids", p.sinusoids.has_value()}, {"waves", p.waves.has_value()}, {"file", p.file.has_value()}};
  for (const auto& [name, is_given] : given)
    b.check(!is_given || name == to_text(p.kind), name,
            fmt::format("is for kind = \"{}\", but the kind is \"{}\"", name, to_text(p.kind)));
  bind_range(b, "scale", p.scale, deck::any,
             {"the actions of an episode are multiplied by a factor from this range, each episode's by its own"});
  const bool is_scaled = p.scale.size() == 2 && (p.scale[0] != 1.0 || p.scale[1] != 1.0);
  b.check(p.kind != ExcitationKind::zero || !is_scaled, "scale", "there are no actions to scale: the kind is \"zero\"");
  b.check(p.kind != ExcitationKind::file || p.file, "kind", "actions from a file need the table `file` with its path");
  if (p.kind == ExcitationKind::sinusoids && !p.sinusoids) p.sinusoids.emplace();
  if (p.kind == ExcitationKind::waves && !p.waves) p.waves.emplace();
}

std::string to_text(ExcitationKind kind) {
  switch (kind) {
    case ExcitationKind::zero:
      return "zero";
    case ExcitationKind::sinusoids:
      return "sinusoids";
    case ExcitationKind::waves:
      return "waves";
    case ExcitationKind::file:
      return "file";
  }
  return "?";
}

void SinusoidController::start(const Environment& environment) {
  const auto rows = static_cast<std::size_t>(environment.rows().count);
  const auto width = static_cast<std::size_t>(environment.info().num_actions * params_.terms);
  if (amplitude_.extent(0) != rows || amplitude_.extent(1) != width) {
    amplitude_ = Environment::Rows("sim/amplitude", rows, width);
    cycles_ = Environment::Rows("sim/cycles", rows, width);
    phase_ = Environment::Rows("sim/phase", rows, width);
  }
  draw(Random(seed_, RandomPurpose::excitation),
       static_cast<std::uint64_t>(environment.episodes().first + environment.rows().first),
       {params_.amplitude[0], params_.amplitude[1]}, {params_.cycles[0], params_.cycles[1]}, amplitude_, cycles_,
       phase_);
}

void SinusoidController::decide(const Environment& environment, const Environment::Rows& actions,
                                const Environment::Rows&) {
  add_up(amplitude_, cycles_, phase_,
         static_cast<double>(environment.num_steps_done()) / static_cast<double>(environment.info().num_steps),
         actions);
}

void WaveController::decide(const Environment& environment, const Environment::Rows& actions,
                            const Environment::Rows&) {
  fill_waves(params_.amplitude, static_cast<double>(environment.num_steps_done()), actions);
}

namespace {

std::unique_ptr<Controller> make_unscaled(const ExcitationParams& params, std::uint32_t seed,
                                          const Environment& environment) {
  switch (params.kind) {
    case ExcitationKind::zero:
      return std::make_unique<ZeroController>();
    case ExcitationKind::sinusoids:
      return std::make_unique<SinusoidController>(params.sinusoids.value_or(SinusoidParams{}), seed);
    case ExcitationKind::waves:
      return std::make_unique<WaveController>(params.waves.value_or(WaveParams{}));
    case ExcitationKind::file:
      return std::make_unique<FileController>(params.file.value(), environment);
  }
  throw Error::internal("an unknown kind of excitation");
}

}  // namespace

std::unique_ptr<Controller> make_excitation(const ExcitationParams& params, std::uint32_t seed,
                                            const Environment& environment) {
  auto made = make_unscaled(params, seed, environment);
  const double low = params.scale.at(0), high = params.scale.at(1);
  if (low == 1.0 && high == 1.0) return made;
  return std::make_unique<ScaledController>(std::move(made), low, high, seed);
}

}  // namespace tessera::sim
