#include "learn/trajcast/training.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/region.hpp"
#include "diff/host_copy.hpp"
#include "learn/trajcast/model_parameters.hpp"

namespace tessera::learn::trajcast {

namespace {

/// Atoms that are worked on together at least, so that matrix products are worth their calls.
constexpr double atoms_of_group = 64.0;

Hyperparameters to_hyperparameters(const NetworkParams& network, const PairSet& pairs,
                                   const PairStatistics& statistics) {
  Hyperparameters p;
  p.num_species = static_cast<int>(pairs.species().size());
  p.l_max = network.l_max;
  p.channels = network.channels;
  p.num_layers = network.layers;
  p.cutoff = network.cutoff;
  p.num_radial = network.radial_functions;
  p.envelope_power = network.envelope_power;
  p.speed_max = network.speed_max.value_or(4.0 * statistics.lightest_speed);
  p.num_speed = network.speed_functions;
  p.hidden = network.mlp;
  p.mean_neighbours = std::max(statistics.mean_neighbours, 1.0);
  p.displacement_scale = statistics.displacement_scale;
  p.velocity_scale = statistics.velocity_scale;
  p.conservation = network.conserve;
  if (network.is_at_rest && network.conserve != Conservation::none) p.momentum.emplace();
  if (network.is_at_rest && network.conserve == Conservation::angular) p.angular_momentum.emplace();
  return p;
}

std::vector<double> masses_of(const PairSet& pairs) {
  std::vector<double> masses;
  for (const auto& species : pairs.species()) masses.push_back(species.mass);
  return masses;
}

}  // namespace

/// Over components of atoms.
struct Training::Sums {
  enum { loss_displacement, loss_velocity, error_displacement, error_velocity, atoms, count };
  ExactSum part[count];
  double value(int n) const { return part[n].value(); }
};

Training::Training(const TrainingParams& params, TrainingPairs pairs, std::uint32_t seed)
    : params_(params),
      pairs_(std::move(pairs)),
      statistics_(measure(pairs_.training, params.network.cutoff)),
      batches_(pairs_.training.size(), params.batch, params.time_reversal, seed),
      masses_(masses_of(pairs_.training)),
      network_(make_trainable(to_hyperparameters(params.network, pairs_.training, statistics_), params.precision)),
      weights_(initial_weights(network_->architecture(), seed)),
      values_("trajcast/weights", weights_.size()),
      gradient_("trajcast/gradient", weights_.size()),
      gradient_sums_(weights_.size()),
      schedule_(make_schedule(params.optimiser, num_steps())),
      optimiser_(make_optimiser(num_weights(), params.optimiser)),
      plateau_(params.plateau.factor, params.plateau.patience) {
  diff::from_host(values_, weights_);
  if (params_.optimiser.average > 0.0) average_.emplace(values_, params_.optimiser.average);
}

double Training::learning_rate() const {
  const double rate = schedule_.at(step_);
  return std::max(rate * plateau_.scale(), std::min(rate, params_.plateau.least_rate));
}

/// Sums over pairs of these numbers, the same on all ranks, and of the gradient where it learns.
Training::Sums Training::evaluate(const PairSet& pairs, const std::vector<std::int64_t>& numbers, bool learns) {
  if (learns) std::fill(gradient_sums_.begin(), gradient_sums_.end(), ExactSum{});
  Sums sums;
  if (params_.parallel == Parallel::domains)
    add_spread(pairs, numbers, learns, sums);
  else
    add_whole(pairs, numbers, learns, sums);
  all_reduce(pairs.comm(), sums.part, Sums::count);
  if (learns) all_reduce(pairs.comm(), gradient_sums_.data(), static_cast<int>(gradient_sums_.size()));
  return sums;
}

/// This rank's groups of whole configurations.
void Training::add_whole(const PairSet& pairs, const std::vector<std::int64_t>& numbers, bool learns, Sums& sums) {
  const Comm& comm = pairs.comm();
  const double atoms = std::max(1.0, statistics_.num_atoms / statistics_.num_pairs);
  const auto group = static_cast<std::size_t>(std::ceil(atoms_of_group / atoms));
  // Group q is the work of rank q % size.
  std::vector<std::int64_t> wanted;
  std::vector<std::size_t> ends;
  for (std::size_t first = 0, q = 0; first < numbers.size(); first += group, ++q) {
    if (static_cast<int>(q % static_cast<std::size_t>(comm.size())) != comm.rank()) continue;
    const std::size_t end = std::min(first + group, numbers.size());
    wanted.insert(wanted.end(), numbers.begin() + static_cast<std::ptrdiff_t>(first),
                  numbers.begin() + static_cast<std::ptrdiff_t>(end));
    ends.push_back(wanted.size());
  }
  std::vector<Pair> here = pairs.gather(wanted);
  std::size_t first = 0;
  for (const std::size_t end : ends) {
    const std::vector<Pair> some(std::make_move_iterator(here.begin() + static_cast<std::ptrdiff_t>(first)),
                                 std::make_move_iterator(here.begin() + static_cast<std::ptrdiff_t>(end)));
    first = end;
    add(make_pair_batch(some, hyperparameters(), masses_), nullptr, learns, sums);
  }
}

/// This rank's atoms of all configurations.
void Training::add_spread(const PairSet& pairs, const std::vector<std::int64_t>& numbers, bool learns, Sums& sums) {
  DomainBatch domain(hyperparameters(), masses_);
  for (const std::int64_t number : numbers) {
    domain.spread(pairs, number);
    const Spread spread{pairs.comm(), domain.ghosts()};
    add(domain.batch(), &spread, learns, sums);
  }
}

void Training::add(const PairBatch& batch, const Spread* spread, bool learns, Sums& sums) {
  const Hyperparameters& p = hyperparameters();
  const double scale[2] = {p.displacement_scale, p.velocity_scale};
  const auto& answer = network_->forward(batch.graph, spread, learns);
  std::vector<double> cotangent(answer.size());
  for (std::size_t n = 0; n < answer.size(); ++n) {
    const double error = answer[n] - batch.target[n];
    const int part = n % 6 < 3 ? 0 : 1;
    // Each of the two halves of the loss is a mean over three components of all atoms.
    const bool squares = params_.loss == Loss::mse;
    sums.part[Sums::loss_displacement + part].add(squares ? error * error : std::abs(error));
    sums.part[Sums::error_displacement + part].add(scale[part] * std::abs(error));
    cotangent[n] = squares ? error / 3.0 : (error > 0.0 ? 1.0 : error < 0.0 ? -1.0 : 0.0) / 6.0;
  }
  sums.part[Sums::atoms].add(static_cast<double>(batch.graph.num_atoms));
  if (!learns) return;
  std::vector<double> gradient(weights_.size(), 0.0);
  network_->reverse(batch.graph, spread, cotangent, gradient);
  for (std::size_t n = 0; n < gradient.size(); ++n) gradient_sums_[n].add(gradient[n]);
}

PairErrors Training::to_errors(const Sums& sums) const {
  const double components = 3.0 * sums.value(Sums::atoms);
  return {.loss = 0.5 * (sums.value(Sums::loss_displacement) + sums.value(Sums::loss_velocity)) / components,
          .displacement = sums.value(Sums::error_displacement) / components,
          .velocity = sums.value(Sums::error_velocity) / components};
}

void Training::set_weights(const std::vector<double>& weights) {
  // Few edges, of reversed or of validation pairs, are shorter.
  const double shortest = 0.9 * std::min(statistics_.least_distance, params_.network.cutoff);
  network_->set_weights(weights, static_cast<int>(params_.table_radial), shortest);
}

void Training::step() {
  const Region region("trajcast/train");
  const std::int64_t steps = steps_per_epoch(), epoch = step_ / steps;
  set_weights(weights_);
  const Sums sums = evaluate(pairs_.training, batches_.share(epoch, step_ % steps, 0, 1), true);
  batch_loss_ = to_errors(sums).loss;
  const double rate = learning_rate();
  if (!std::isfinite(batch_loss_))
    throw Error::numeric(
        fmt::format("the loss is {} in step {} of epoch {}\nthe learning rate ({:g}) may be too large for these pairs",
                    batch_loss_, step_ % steps + 1, epoch + 1, rate));
  const auto gradient = Kokkos::create_mirror_view(gradient_);
  for (std::size_t n = 0; n < gradient_sums_.size(); ++n) gradient(n) = gradient_sums_[n].value();
  Kokkos::deep_copy(gradient_, gradient);
  optimiser_->step(values_, gradient_, 1.0 / sums.value(Sums::atoms), rate);
  if (average_) average_->update(values_);
  weights_ = diff::to_host(values_);
  epoch_loss_ += batch_loss_;
  if (++step_ % steps == 0) finish_epoch();
}

void Training::finish_epoch() {
  const Region region("trajcast/validate");
  const std::vector<double> now = average_ ? diff::to_host(average_->mean()) : weights_;
  set_weights(now);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(pairs_.validation.size()));
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = static_cast<std::int64_t>(n);
  validation_ = to_errors(evaluate(pairs_.validation, numbers, false));
  const std::int64_t epoch = num_epochs_done();
  history_.push_back({static_cast<double>(epoch), epoch_loss_ / static_cast<double>(steps_per_epoch()),
                      validation_.loss, validation_.displacement, validation_.velocity, learning_rate()});
  epoch_loss_ = 0.0;
  if (best_.empty() || validation_.loss < best_errors_.loss) {
    best_ = now;
    best_errors_ = validation_;
    best_epoch_ = epoch;
  }
  plateau_.see(validation_.loss);
  if (params_.early_stop > 0 && plateau_.epochs_without_gain() >= params_.early_stop) stopped_ = true;
}

double Training::table_error() {
  set_weights(result());
  return network_->table_error();
}

StoredNetwork Training::to_stored() const {
  StoredNetwork stored;
  stored.species = pairs_.training.species();
  stored.interval = pairs_.training.interval();
  stored.seen = statistics_;
  stored.parameters = to_parameters(hyperparameters());
  const std::vector<double>& weights = result();
  for (const auto& tensor : network_->architecture().tensors) {
    const auto first = weights.begin() + tensor.first;
    stored.weights.push_back({tensor.name, tensor.rows, tensor.cols, {first, first + tensor.size()}});
  }
  stored.history = history_;
  return stored;
}

void Training::save(data::StateWriter& writer) const {
  writer.put("step", step_);
  writer.put("stopped", static_cast<std::int64_t>(stopped_ ? 1 : 0));
  writer.put("weights", weights_);
  writer.put("best", best_);
  writer.put("best_epoch", best_epoch_);
  optimiser_->save(writer, "optimiser");
  if (average_) average_->save(writer, "average");
  const auto plateau = plateau_.state();
  writer.put("plateau", std::vector<double>{plateau.scale, plateau.best, static_cast<double>(plateau.waited),
                                            static_cast<double>(plateau.without_gain)});
  writer.put("losses", std::vector<double>{batch_loss_, epoch_loss_, validation_.loss, validation_.displacement,
                                           validation_.velocity, best_errors_.loss, best_errors_.displacement,
                                           best_errors_.velocity});
  std::vector<double> rows;
  for (const auto& row : history_)
    rows.insert(rows.end(), {row.epoch, row.training_loss, row.validation_loss, row.displacement_error,
                             row.velocity_error, row.learning_rate});
  writer.put("history", rows);
}

void Training::restore(data::StateReader& reader) {
  std::int64_t stopped = 0;
  std::vector<double> plateau, losses, rows, host;
  reader.get("step", step_);
  reader.get("stopped", stopped);
  reader.get("weights", host);
  reader.get("best", best_);
  reader.get("best_epoch", best_epoch_);
  optimiser_->restore(reader, "optimiser");
  if (average_) average_->restore(reader, "average");
  reader.get("plateau", plateau);
  reader.get("losses", losses);
  reader.get("history", rows);
  if (host.size() != weights_.size() || (!best_.empty() && best_.size() != weights_.size()) || plateau.size() != 4 ||
      losses.size() != 8 || rows.size() % 6 != 0)
    throw Error::input("a checkpoint of a network with other parameters");
  stopped_ = stopped != 0;
  weights_ = host;
  diff::from_host(values_, weights_);
  plateau_.set_state(
      {plateau[0], plateau[1], static_cast<std::int64_t>(plateau[2]), static_cast<std::int64_t>(plateau[3])});
  batch_loss_ = losses[0];
  epoch_loss_ = losses[1];
  validation_ = {losses[2], losses[3], losses[4]};
  best_errors_ = {losses[5], losses[6], losses[7]};
  history_.clear();
  for (std::size_t n = 0; n < rows.size(); n += 6)
    history_.push_back({rows[n], rows[n + 1], rows[n + 2], rows[n + 3], rows[n + 4], rows[n + 5]});
}

}  // namespace tessera::learn::trajcast
