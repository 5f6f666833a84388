// What a deck says of sampling a posterior, apart from the data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "learn/fsgld/model_params.hpp"
#include "learn/fsgld/privacy.hpp"
#include "learn/fsgld/schedule.hpp"
#include "learn/fsgld/step_rule.hpp"
#include "learn/fsgld/surrogate_fit.hpp"

namespace tessera::learn::fsgld {

/// Independent normal priors of the parameters; one number stands for all.
struct PriorParams {
  std::vector<double> mean{0.0}, precision{1.0};
};

struct StepParams : StepSize {
  RuleParams rule;
};

enum class Control {
  none,
  svrg,    ///< differences to the gradients where the chain was when all data were last looked at
  saga,    ///< to the gradients that the chain last saw of each row
  anchor,  ///< to those at the mode of the posterior
};

struct SamplerParams {
  std::int64_t chains = 4, updates = 10000, local_updates = 1;
  std::int64_t batch = 10;  ///< 0: all rows of the client
  std::int64_t burn_in = 0, thin = 1;
  ModelParams model;
  PriorParams prior;
  StepParams step;
  ScheduleParams schedule;
  std::optional<SurrogateParams> surrogates = {};
  std::optional<PrivacyParams> privacy = {};
  Control control = Control::none;
  std::int64_t anchor_rounds = 1;          ///< of svrg: between looks at all data
  std::int64_t anchor_iterations = 10000;  ///< most, to find the mode of the posterior
  std::vector<double> start;               ///< first parameters: none, one for all, or each
  std::optional<double> spread;            ///< of the first parameters around them; absent: 1, of a network 0

  /// Draws that a chain keeps.
  std::int64_t num_draws() const { return num_draws_until(updates); }
  std::int64_t num_draws_until(std::int64_t update) const { return update > burn_in ? (update - burn_in) / thin : 0; }
  bool keeps(std::int64_t update) const { return update > burn_in && (update - burn_in) % thin == 0; }
};
void bind(deck::Binder& binder, SamplerParams& params);

/// One number for each of `count` parameters. Throws Error (input) naming the key for another number of them.
std::vector<double> for_each_parameter(const std::vector<double>& given, std::int64_t count, const std::string& key);

}  // namespace tessera::learn::fsgld
