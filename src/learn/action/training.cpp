#include "learn/action/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/region.hpp"
#include "diff/host_copy.hpp"

namespace tessera::learn::action {

namespace {

constexpr std::int64_t most_block_rows = 64, exact_trace_dimensions = 8;
constexpr std::int64_t held_out_batches = 4;  // whose rows make up the batch of held-out samples

std::int64_t rows_of_block(std::int64_t batch) {
  constexpr std::int64_t multiple = diff::Graph::row_multiple;
  return std::min(most_block_rows, (batch + multiple - 1) / multiple * multiple);
}

Scales make_scales(const TrainingParams& params, const Path& path) {
  Scales scales{path.begin(), path.end() - path.begin(), 1.0};
  double square = 0.0;
  const auto deviation = path.deviation();
  for (const double number : deviation) square += number * number / static_cast<double>(deviation.size());
  scales.length = params.length.value_or(std::sqrt(square));
  if (!(scales.length > 0.0) || !std::isfinite(scales.length))
    throw Error::input("all samples are at one place; expected samples that differ");
  return scales;
}

NetworkShape make_shape(const TrainingParams& params, const Path& path, const Scales& scales) {
  NetworkShape shape{.params = params.network,
                     .dimensions = path.dimensions(),
                     .conditions = path.corruption().num_conditions(),
                     .mean = {},
                     .deviation = {},
                     .box = params.box ? scaled(completed(*params.box, path.dimensions()), scales.length) : Box{},
                     .output_scale = params.output_scale};
  if (!params.network.standardise) return shape;
  shape.mean = path.mean();
  shape.deviation = path.deviation();
  for (double& number : shape.mean) number /= scales.length;
  for (double& number : shape.deviation) number = number > 0.0 ? number / scales.length : 1.0;
  return shape;
}

Terms terms_of(const Network& network, diff::Node row, const RowLayout& layout, const Dynamics& dynamics) {
  return layout.method == Method::action ? action_terms(network, row, layout, dynamics)
                                         : field_terms(network, row, layout);
}

}  // namespace

Training::Training(const Comm& comm, const TrainingParams& params, std::shared_ptr<const Path> path, std::uint32_t seed,
                   std::shared_ptr<const Path> held_out)
    : comm_(comm),
      params_(params),
      path_(std::move(path)),
      scales_(make_scales(params_, *path_)),
      dynamics_(params_.dynamics, scales_),
      weight_(params_.weight, params_.dynamics, scales_),
      network_(make_shape(params_, *path_, scales_)),
      layout_(make_layout()),
      batch_(comm, path_, layout_, scales_, dynamics_, weight_, params_.times, params_.batch,
             rows_of_block(params_.batch), seed),
      graph_(rows_of_block(params_.batch)),
      row_(graph_.input(layout_.width())),
      schedule_(make_schedule(params_.optimiser, params_.iterations)),
      optimiser_(make_optimiser(network_.parameters().size(), params_.optimiser)) {
  if (layout_.method == Method::action && layout_.estimator != Estimator::standard && !path_->has_constant_mass())
    throw Error::input(
        "this estimator is that of densities whose mass stays the same; expected estimator = \"standard\"");
  if (held_out) {
    held_out_.emplace(comm, std::move(held_out), layout_, scales_, dynamics_, weight_, TimeKind::quasirandom,
                      held_out_batches * params_.batch, rows_of_block(params_.batch), seed);
    held_out_->draw(0);
  }
  if (params_.keep == Keep::best && !held_out_)
    throw Error::input(
        "no samples are held out to tell which weights are best; expected keep = \"last\", or `held_out` in the stage "
        "of the samples");
  network_.draw(seed);
  if (params_.optimiser.average > 0.0) average_.emplace(network_.parameters().values(), params_.optimiser.average);
  const auto terms = terms_of(network_, row_, layout_, dynamics_);
  const std::vector<diff::Node> parts{terms.start, terms.end, terms.interior, terms.cost};
  const bool keeps_rows = params_.times == TimeKind::learned;
  const std::vector<diff::Node> rows = keeps_rows ? std::vector{terms.interior} : std::vector<diff::Node>();
  if (params_.precision == Precision::single_)
    objective_.emplace<diff::BasicObjective<float>>(comm, network_.parameters(), terms.loss, parts, rows);
  else
    objective_.emplace<diff::BasicObjective<double>>(comm, network_.parameters(), terms.loss, parts, rows);
}

RowLayout Training::make_layout() const {
  RowLayout layout{.dimensions = path_->dimensions(),
                   .conditions = path_->corruption().num_conditions(),
                   .method = params_.method,
                   .estimator = params_.estimator};
  layout.has_noise = dynamics_.has_noise();
  const bool has_trace = params_.method == Method::action ? layout.has_noise : params_.method == Method::sliced_score;
  const std::int64_t otherwise =
      params_.method == Method::sliced_score ? 1 : (layout.dimensions > exact_trace_dimensions ? 1 : 0);
  layout.probes = has_trace ? params_.probes.value_or(otherwise) : 0;
  if (params_.method == Method::sliced_score && layout.probes == 0) layout.probes = 1;
  layout.has_start = weight_.at(0.0).weight > 0.0;
  layout.has_end = weight_.at(1.0).weight > 0.0;
  return layout;
}

const Array1<double>& Training::values() const {
  return params_.keep == Keep::best && held_out_loss_.least_at > 0 ? best_ : current();
}

double Training::units() const {
  return params_.method == Method::action ? scales_.action(dynamics_.cost_exponent()) : 1.0;
}

template <class Real>
void Training::sum(diff::BasicObjective<Real>& objective, const Batch& batch, const Array1<double>& values) {
  const Region region("action/objective");
  objective.clear();
  integrand_.clear();
  for (const auto& block : batch.blocks()) {
    objective.program().load(row_, batch.rows(), block.first, block.count);
    objective.add(values, block.count);
    if (params_.times == TimeKind::learned) {
      const auto numbers = objective.row_numbers(0, block.count);
      integrand_.insert(integrand_.end(), numbers.begin(), numbers.end());
    }
  }
  objective.reduce();
  sums_ = {objective.loss()};
  for (std::size_t n = 0; n < 4; ++n) sums_.push_back(objective.other(n));
}

void Training::sum_any(const Batch& batch, const Array1<double>& values) {
  std::visit(
      [&](auto& objective) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(objective)>, std::monostate>) sum(objective, batch, values);
      },
      objective_);
}

void Training::look_at_held_out() {
  const Region region("action/held_out");
  sum_any(*held_out_, current());
  held_out_loss_.last = units() * sums_.front() / static_cast<double>(held_out_batches * params_.batch);
  if (!(held_out_loss_.last < held_out_loss_.least)) return;
  held_out_loss_.least = held_out_loss_.last;
  held_out_loss_.least_at = iteration_;
  if (params_.keep != Keep::best) return;
  if (best_.extent(0) == 0) best_ = Array1<double>("action/best", current().extent(0));
  Kokkos::deep_copy(best_, current());
}

double Training::product_flops() const {
  const double blocks = std::ceil(static_cast<double>(params_.batch) / static_cast<double>(graph_.block_rows()));
  return std::visit(
      [&](const auto& objective) {
        if constexpr (std::is_same_v<std::decay_t<decltype(objective)>, std::monostate>)
          return 0.0;
        else
          return blocks * objective.program().product_flops();
      },
      objective_);
}

TrainingProgress Training::iterate() {
  batch_.draw(iteration_);
  const double share = 1.0 / static_cast<double>(params_.batch), rate = schedule_.at(iteration_);
  const auto update = [&](const Array1<double>& gradient) {
    if (!std::isfinite(sums_[0]))
      throw Error::numeric(
          fmt::format("the loss is {} in iteration {}\nthe learning rate ({:g}) may be too large for "
                      "these samples, or their lengths too far from 1 (see `length`)",
                      sums_[0], iteration_ + 1, rate));
    optimiser_->step(network_.parameters().values(), gradient, share, rate);
  };
  sum_any(batch_, network_.parameters().values());
  std::visit(
      [&](auto& objective) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(objective)>, std::monostate>) update(objective.gradient());
      },
      objective_);
  if (params_.times == TimeKind::learned) {
    for (std::size_t n = 0; n < integrand_.size(); ++n) integrand_[n] *= batch_.densities()[n];
    batch_.time_density().update(comm_, batch_.times(), integrand_);
  }
  if (average_) average_->update(network_.parameters().values());
  ++iteration_;
  const double scale = share * units();
  const TrainingProgress progress{.loss = scale * sums_[0],
                                  .interior = scale * sums_[3],
                                  .start = scale * sums_[1],
                                  .end = scale * sums_[2],
                                  .cost = scale * sums_[4],
                                  .gradient_norm = optimiser_->gradient_norm(),
                                  .learning_rate = rate};
  if (held_out_ && (iteration_ % params_.held_out_every == 0 || iteration_ == params_.iterations)) look_at_held_out();
  return progress;
}

void Training::save(data::StateWriter& writer) const {
  writer.put("iteration", iteration_);
  writer.put("weights", diff::to_host(network_.parameters().values()));
  optimiser_->save(writer, "optimiser");
  if (average_) average_->save(writer, "average");
  if (params_.times == TimeKind::learned) batch_.time_density().save(writer);
  if (!held_out_) return;
  writer.put("held_out", std::vector<double>{held_out_loss_.last, held_out_loss_.least});
  writer.put("least_at", held_out_loss_.least_at);
  if (params_.keep != Keep::best || held_out_loss_.least_at == 0) return;
  writer.put("best", diff::to_host(best_));
}

void Training::restore(data::StateReader& reader) {
  reader.get("iteration", iteration_);
  const auto& values = network_.parameters().values();
  std::vector<double> host;
  reader.get("weights", host);
  if (host.size() != values.extent(0)) throw Error::input("a checkpoint of a network with other parameters");
  diff::from_host(values, host);
  optimiser_->restore(reader, "optimiser");
  if (average_) average_->restore(reader, "average");
  if (params_.times == TimeKind::learned) batch_.time_density().restore(reader);
  if (!held_out_) return;
  std::vector<double> losses;
  reader.get("held_out", losses);
  reader.get("least_at", held_out_loss_.least_at);
  if (losses.size() != 2) throw Error::input("a checkpoint with other losses of held-out samples");
  held_out_loss_.last = losses[0];
  held_out_loss_.least = losses[1];
  if (params_.keep != Keep::best || held_out_loss_.least_at == 0) return;
  reader.get("best", host);
  if (host.size() != values.extent(0)) throw Error::input("a checkpoint of a network with other parameters");
  best_ = Array1<double>("action/best", host.size());
  diff::from_host(best_, host);
}

}  // namespace tessera::learn::action
