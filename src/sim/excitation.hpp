// Open-loop controllers: actions that do not look at the state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "sim/controller.hpp"
#include "sim/file_controller.hpp"

namespace tessera::sim {

/// For actuator j in step k of an episode of T steps: the sum over `terms` of a sin(2 pi c k / T + p), amplitude a and
/// cycles an episode c uniform in their ranges, phase p uniform on the circle, all drawn anew for each actuator of each
/// episode.
struct SinusoidParams {
  std::int64_t terms = 3;
  std::vector<double> amplitude{0.0, 1.0}, cycles{1.0, 5.0};
};
void bind(deck::Binder& binder, SinusoidParams& params);

class SinusoidController final : public Controller {
 public:
  SinusoidController(const SinusoidParams& params, std::uint32_t seed) : params_(params), seed_(seed) {}

  std::string name() const override { return "sinusoids"; }
  void start(const Environment& environment) override;
  void decide(const Environment& environment, const Environment::Rows& actions,
              const Environment::Rows& disturbances) override;

 private:
  SinusoidParams params_;
  std::uint32_t seed_;
  Environment::Rows amplitude_, cycles_, phase_;  // (row, action * terms + term)
};

/// The same waves in every episode: a sin(2 pi (k + 1) / (10 + 3 j) + 0.7 j) for actuator j in step k.
struct WaveParams {
  double amplitude = 1.0;
};
void bind(deck::Binder& binder, WaveParams& params);

class WaveController final : public Controller {
 public:
  explicit WaveController(const WaveParams& params) : params_(params) {}

  std::string name() const override { return "waves"; }
  void decide(const Environment& environment, const Environment::Rows& actions,
              const Environment::Rows& disturbances) override;

 private:
  WaveParams params_;
};

enum class ExcitationKind { zero, sinusoids, waves, file };

/// One of them, as a table of a deck: its kind, and the table of that kind.
struct ExcitationParams {
  ExcitationKind kind = ExcitationKind::zero;
  std::optional<SinusoidParams> sinusoids;
  std::optional<WaveParams> waves;
  std::optional<FileActionParams> file;
  /// Smallest and largest factor of the actions of an episode.
  std::vector<double> scale{1.0, 1.0};
};
void bind(deck::Binder& binder, ExcitationParams& params);
/// The tables alone, and what a kind asks of them, where something else binds the kind.
void bind_tables(deck::Binder& binder, ExcitationParams& params);
std::string to_text(ExcitationKind kind);

/// Collective. Throws Error (input) as FileController.
std::unique_ptr<Controller> make_excitation(const ExcitationParams& params, std::uint32_t seed,
                                            const Environment& environment);

}  // namespace tessera::sim
