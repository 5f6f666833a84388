// What decks say about a forecast.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "deck/binder.hpp"
#include "learn/trajcast/training_params.hpp"

namespace tessera::learn::trajcast {

/// When a forecast is no longer to be trusted, in what the training pairs had.
struct GuardParams {
  double closest = 0.7;       ///< distance of two atoms, in the least one
  double neighbours = 1.5;    ///< of an atom, in the largest number
  double displacement = 3.0;  ///< of an atom, in the largest one
  double temperature = 3.0;   ///< in the highest one
};
void bind(deck::Binder& binder, GuardParams& params);

struct ForecastParams {
  std::string model = {};       ///< an earlier stage
  std::string model_file = {};  ///< or a file
  std::int64_t table_radial = 0;
  Precision precision = Precision::double_;
  std::int64_t remove_momentum_every = 0;
  std::optional<GuardParams> guard = {};
};
/// Keys of the stage's own table, beside those of molecular dynamics.
void bind(deck::Binder& binder, ForecastParams& params);

}  // namespace tessera::learn::trajcast
