// What decks say about the training of a forecasting network.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "deck/binder.hpp"
#include "learn/training_params.hpp"
#include "learn/trajcast/hyperparameters.hpp"
#include "learn/trajcast/pair_source.hpp"

namespace tessera::learn::trajcast {

struct NetworkParams {
  int l_max = 2;
  std::int64_t channels = 64;
  int layers = 4;
  double cutoff = 0.0;
  int radial_functions = 8, envelope_power = 6;
  std::optional<double> speed_max;  ///< absent: four times the root mean square speed of the lightest species
  int speed_functions = 8;
  std::vector<std::int64_t> mlp{64, 64, 64};
  Conservation conserve = Conservation::linear;
  bool is_at_rest = true;  ///< what is conserved is zero; otherwise it is what a configuration has
};
void bind(deck::Binder& binder, NetworkParams& params);

enum class Loss { mse, mae };
/// What is shared out over the ranks: whole configurations of a batch, or the atoms of each of them.
enum class Parallel { configurations, domains };
enum class Precision { single_, double_ };

/// The learning rate is reduced where the validation loss has not become less for more than `patience` epochs.
struct PlateauParams {
  double factor = 0.8;
  std::int64_t patience = 20;
  double least_rate = 1e-4;
};
void bind(deck::Binder& binder, PlateauParams& params);

struct TrainingParams {
  PairSourceParams pairs;
  NetworkParams network;
  std::int64_t epochs = 100, batch = 2;
  std::int64_t early_stop = 100;  ///< epochs without a better validation loss; 0: never
  bool time_reversal = false;
  Parallel parallel = Parallel::configurations;
  Loss loss = Loss::mse;
  Precision precision = Precision::double_;
  std::int64_t table_radial = 0;  ///< knots
  OptimiserParams optimiser{.learning_rate = 0.01, .amsgrad = true, .clip_norm = 0.5, .average = 0.0};
  PlateauParams plateau;
};
void bind(deck::Binder& binder, TrainingParams& params);

}  // namespace tessera::learn::trajcast
