#include "learn/fsgld/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/region.hpp"
#include "learn/fsgld/full_gradient.hpp"

namespace tessera::learn::fsgld {

namespace {

constexpr int mail_tag = 31910;

/// from -= other
void subtract(const data::RowArray<double>& other, const data::RowArray<double>& from) {
  const auto d = static_cast<std::int64_t>(from.extent(1));
  Kokkos::parallel_for(
      "fsgld difference", Range(0, from.size()),
      KOKKOS_LAMBDA(const std::int64_t n) { from(n / d, n % d) -= other(n / d, n % d); });
}

/// All rows become the one of `row`.
void fill_rows(const data::RowArray<double>& row, const data::RowArray<double>& rows) {
  const auto d = static_cast<std::int64_t>(rows.extent(1));
  Kokkos::parallel_for(
      "fsgld anchors", Range(0, rows.size()),
      KOKKOS_LAMBDA(const std::int64_t n) { rows(n / d, n % d) = row(0, n % d); });
}

}  // namespace

void Records::clear() {
  chain.clear();
  update.clear();
  theta.clear();
}

/// Parameters, what a rule needs beside them, and of differences of gradients the gradient of all data at the anchor
/// and the anchor itself.
std::vector<std::int64_t> Sampler::state_widths() const {
  const std::int64_t d = model_.dimensions();
  const bool is_svrg = params_.control == Control::svrg, is_saga = params_.control == Control::saga;
  return {d, num_extra(params_.step.rule.rule, d), is_svrg || is_saga ? d : 0, is_svrg ? d : 0};
}

Sampler::Sampler(std::uint32_t seed, const SamplerParams& params, const Clients& clients, Model& model,
                 const Schedule& schedule, const Preparation& preparation)
    : seed_(seed),
      params_(params),
      clients_(clients),
      model_(model),
      schedule_(schedule),
      correction_(preparation.correction),
      ball_(preparation.ball),
      anchor_(preparation.anchor),
      gradients_(seed, 0, params.privacy),
      noise_(seed, RandomPurpose::fsgld_noise),
      chains_(state_widths()),
      mailbox_(clients.comm(), mail_tag) {
  const std::int64_t d = model_.dimensions();
  arrays_.prior_mean = device_copy("fsgld prior mean", for_each_parameter(params.prior.mean, d, "prior.mean"));
  arrays_.prior_precision =
      device_copy("fsgld prior precision", for_each_parameter(params.prior.precision, d, "prior.precision"));
  if (params_.control == Control::anchor) {
    anchor_rows_ = as_rows(anchor_, model_.dimensions());
    anchor_gradient_ = as_rows(full_gradients(clients_, model_, anchor_rows_), model_.dimensions());
  }
  if (params_.control == Control::saga) table_.emplace(clients_, params_.chains, model_.dimensions(), params_.batch);
  std::vector<ChainLabel> labels;
  std::vector<double> theta;
  for (std::int64_t chain = 0; chain < params_.chains; ++chain) {
    if (place(chain, schedule_.client(chain, 0)) != clients_.comm().rank()) continue;
    labels.push_back({.id = chain});
    const auto start = first_parameters(chain);
    theta.insert(theta.end(), start.begin(), start.end());
  }
  chains_.add(labels);
  data::set_rows(chains_.state(0), 0, theta);
}

std::vector<double> Sampler::first_parameters(std::int64_t chain) const {
  const std::int64_t d = model_.dimensions();
  const bool is_network = params_.model.kind == ModelKind::network;
  std::vector<double> theta = model_.start(seed_, chain);
  if (is_network && !anchor_.empty()) theta = anchor_;
  if (!params_.start.empty()) theta = for_each_parameter(params_.start, d, "start");
  const double spread = params_.spread.value_or(is_network ? 0.0 : 1.0);
  const Random random(seed_, RandomPurpose::fsgld_start);
  for (std::int64_t k = 0; k < d; ++k)
    theta[static_cast<std::size_t>(k)] +=
        spread * random.normal(static_cast<std::uint64_t>(chain), 0, static_cast<std::uint32_t>(k)).first;
  return theta;
}

/// What kernels need to know of the chains here and of their clients.
void Sampler::set_arrays() {
  auto& host = host_;
  for (auto* numbers : {&host.id, &host.update, &host.first, &host.rows}) numbers->clear();
  host.client.clear();
  host.scale.clear();
  const std::int64_t first_client = clients_.first_client(clients_.comm().rank());
  for (const auto& label : chains_.labels()) {
    const bool is_somewhere = label.client != Schedule::nowhere;
    host.id.push_back(label.id);
    host.update.push_back(label.update);
    host.first.push_back(is_somewhere ? clients_.first_row(label.client) : 0);
    host.rows.push_back(label.rows);
    host.client.push_back(is_somewhere ? static_cast<std::int32_t>(label.client - first_client) : 0);
    const std::int64_t rows = is_somewhere ? clients_.num_rows(label.client) : 0;
    const auto batch = static_cast<double>(params_.batch > 0 ? params_.batch : rows);
    host.scale.push_back(is_somewhere ? static_cast<double>(rows) / (schedule_.visited(label.client) * batch) : 0.0);
  }
  arrays_.keys = {storage_.id.set(host.id), storage_.update.set(host.update)};
  choice_.first = storage_.first.set(host.first);
  choice_.count = storage_.rows.set(host.rows);
  choice_.takes_all = params_.batch == 0;
  arrays_.count = choice_.count;
  arrays_.client = storage_.client.set(host.client);
  arrays_.scale = storage_.scale.set(host.scale);
  arrays_.theta = chains_.state(0);
  arrays_.extra = chains_.state(1);
  const auto count = chains_.labels().size(), d = static_cast<std::size_t>(model_.dimensions());
  arrays_.sums = storage_.sums.rows(count, d);
  arrays_.normals = storage_.normals.rows(count, d);
  if (!choice_.takes_all) choice_.drawn = storage_.drawn.rows(count, static_cast<std::size_t>(params_.batch));
  if (params_.control == Control::none) return;
  arrays_.steady = params_.control == Control::anchor ? anchor_gradient_ : chains_.state(2);
  if (params_.control == Control::saga) return;
  anchor_sums_ = storage_.anchor_sums.rows(count, d);
  anchors_ = params_.control == Control::svrg ? chains_.state(3) : storage_.anchors.rows(count, d);
  if (params_.control == Control::anchor) fill_rows(anchor_rows_, anchors_);
}

/// Collective. Anchors are where chains are now, with the gradient of all data there; a part of the chains at a time.
void Sampler::set_anchors() {
  constexpr std::int64_t at_once = 256;
  const std::int64_t d = model_.dimensions(), here = chains_.count();
  const auto theta = data::host_copy(chains_.state(0), 0, here);
  if (params_.control == Control::svrg) data::set_rows(chains_.state(3), 0, theta);
  for (std::int64_t first = 0; first < params_.chains; first += at_once) {
    const std::int64_t count = std::min(at_once, params_.chains - first);
    std::vector<double> points(static_cast<std::size_t>(count * d), 0.0);
    for (std::int64_t n = 0; n < here; ++n) {
      const std::int64_t row = chains_.labels()[static_cast<std::size_t>(n)].id - first;
      if (row >= 0 && row < count) std::copy_n(theta.begin() + n * d, d, points.begin() + row * d);
    }
    clients_.comm().all_reduce(points.data(), static_cast<int>(points.size()), Op::sum);
    const auto rows = as_rows(points, d);
    if (table_) table_->fill(model_, clients_.rows(), first, rows);
    const auto gradients = full_gradients(clients_, model_, rows);
    for (std::int64_t n = 0; n < here; ++n) {
      const std::int64_t row = chains_.labels()[static_cast<std::size_t>(n)].id - first;
      if (row < 0 || row >= count) continue;
      const auto begin = gradients.begin() + row * d;
      data::set_rows(chains_.state(2), n, std::vector<double>(begin, begin + d));
    }
  }
}

void Sampler::advance(std::int64_t count, Records& records) {
  const Region region("fsgld/advance");
  const std::int64_t target = update_ + count, between_anchors = params_.local_updates * params_.anchor_rounds;
  while (update_ < target) {
    const bool has_anchors = params_.control == Control::svrg;
    if (has_anchors ? update_ % between_anchors == 0 : table_ && update_ == 0) set_anchors();
    const std::int64_t next_anchors = (update_ / between_anchors + 1) * between_anchors;
    const std::int64_t until = has_anchors ? std::min(target, next_anchors) : target;
    run_until(until, records);
    update_ = until;
  }
  Kokkos::fence();
}

/// As many as no chain here ends its visit before, or comes to `target`.
std::int64_t Sampler::updates_together(std::int64_t target) const {
  std::int64_t count = target;
  for (const auto& label : chains_.labels())
    count = std::min({count, params_.local_updates - label.update % params_.local_updates, target - label.update});
  return count;
}

/// One more, after `later` others since set_arrays().
void Sampler::update(std::int64_t later) {
  const Rows& rows = clients_.rows();
  arrays_.keys.later = later;
  gradients_.draw(arrays_.keys, choice_);
  if (table_) {
    table_->find_differences(model_, rows, arrays_.keys.chain, choice_, arrays_.theta, arrays_.sums);
  } else {
    gradients_.sum(model_, rows, arrays_.keys, choice_, arrays_.theta, arrays_.normals, arrays_.sums);
    if (params_.control != Control::none) {
      model_.sum_gradients(rows, anchors_, choice_, {}, anchor_sums_);
      subtract(anchor_sums_, arrays_.sums);
    }
  }
  draw_normals(noise_, arrays_.keys, arrays_.normals);
  step(params_.step.rule, correction_, ball_, params_.step, params_.batch, arrays_);
  if (table_) table_->replace(arrays_.keys.chain, choice_, arrays_.steady);
}

/// Labels after so many of them.
void Sampler::end_updates(std::int64_t count) {
  for (auto& label : chains_.labels()) label.update += count;
  if (ball_.radius == 0.0) return;
  // Some may have left the ball, and rest.
  const auto rows = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), choice_.count);
  for (std::size_t n = 0; n < rows.extent(0); ++n) chains_.labels()[n].rows = rows(n);
}

void Sampler::record(std::int64_t later, Records& records) const {
  const auto& labels = chains_.labels();
  const auto keeps = [&](const ChainLabel& label) { return params_.keeps(label.update + later + 1); };
  if (std::none_of(labels.begin(), labels.end(), keeps)) return;
  const std::int64_t d = model_.dimensions();
  const auto theta = data::host_copy(arrays_.theta, 0, chains_.count());
  for (std::size_t n = 0; n < labels.size(); ++n) {
    if (!keeps(labels[n])) continue;
    records.chain.push_back(labels[n].id);
    records.update.push_back(labels[n].update + later + 1);
    const auto begin = theta.begin() + static_cast<std::ptrdiff_t>(n) * d;
    records.theta.insert(records.theta.end(), begin, begin + d);
  }
}

std::vector<double> Sampler::all_parameters() const {
  const std::int64_t d = model_.dimensions();
  std::vector<double> all(static_cast<std::size_t>(params_.chains * d), 0.0);
  const auto here = data::host_copy(chains_.state(0), 0, chains_.count());
  const auto& labels = chains_.labels();
  for (std::size_t n = 0; n < labels.size(); ++n)
    std::copy_n(here.begin() + static_cast<std::ptrdiff_t>(n) * d, d, all.begin() + labels[n].id * d);
  clients_.comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  return all;
}

Sampler::Travel Sampler::travel() const {
  std::int64_t numbers[2] = {travel_.moves, travel_.bytes};
  clients_.comm().all_reduce(numbers, 2, Op::sum);
  return {numbers[0], numbers[1]};
}

double Sampler::farthest() const {
  const auto theta = chains_.state(0);
  const auto d = static_cast<std::int64_t>(theta.extent(1));
  double largest = 0.0, strange = 0.0;
  Kokkos::parallel_reduce(
      "fsgld farthest", Range(0, theta.size()),
      KOKKOS_LAMBDA(const std::int64_t n, double& most, double& wrong) {
        const double size = kmath::fabs(theta(n / d, n % d));
        if (!(size <= 1.7976931348623157e308)) wrong = 1.0;
        if (size > most) most = size;
      },
      Kokkos::Max<double>(largest), Kokkos::Max<double>(strange));
  return strange > 0.0 ? std::numeric_limits<double>::quiet_NaN() : largest;
}

}  // namespace tessera::learn::fsgld
