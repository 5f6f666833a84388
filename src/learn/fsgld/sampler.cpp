#include "learn/fsgld/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/region.hpp"
#include "learn/fsgld/full_gradient.hpp"

namespace tessera::learn::fsgld {

namespace {

/// The numbers where kernels see them: in the array that is there, if it has as many.
template <class T>
void put_on_device(const char* label, const std::vector<T>& host, Array1<T>& view) {
  if (view.extent(0) != host.size()) view = Array1<T>(std::string(label), host.size());
  Kokkos::deep_copy(view, Kokkos::View<const T*, Kokkos::HostSpace>(host.data(), host.size()));
}

}  // namespace

void Records::clear() {
  chain.clear();
  update.clear();
  theta.clear();
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
      prior_mean_(for_each_parameter(params.prior.mean, model.dimensions(), "prior.mean")),
      prior_precision_(for_each_parameter(params.prior.precision, model.dimensions(), "prior.precision")),
      anchor_(preparation.anchor),
      gradients_(seed, 0, params.privacy),
      noise_(seed, RandomPurpose::fsgld_noise) {
  if (params_.control == Control::anchor)
    anchor_gradient_ = full_gradients(clients_, model_, as_rows(anchor_, model_.dimensions()));
  find_visits(0);
  const std::int64_t d = model_.dimensions();
  chains_.emplace(clients_.comm(), std::vector<std::int64_t>{d, num_extra(params_.step.rule.rule, d)}, places_);
  std::vector<double> theta;
  for (const auto chain : chains_->ids()) {
    const auto first = first_parameters(chain);
    theta.insert(theta.end(), first.begin(), first.end());
  }
  data::set_rows(chains_->state(0), 0, theta);
  set_visits();
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

/// Finds visits_ and places_. Chains that rest stay where they are; before the first round, at the first client.
void Sampler::find_visits(std::int64_t round) {
  if (chains_)
    places_ = chains_->place();
  else
    places_.assign(static_cast<std::size_t>(params_.chains), 0);
  visits_.resize(places_.size());
  const bool is_alone = clients_.comm().size() == 1;
  for (std::size_t c = 0; c < places_.size(); ++c) {
    visits_[c] = schedule_.client(static_cast<std::int64_t>(c), round);
    if (!is_alone && visits_[c] != Schedule::nowhere) places_[c] = clients_.owner(visits_[c]);
  }
}

/// Collective.
void Sampler::begin_round(std::int64_t round) {
  find_visits(round);
  chains_->move(places_);
  set_visits();
  if (params_.control == Control::svrg) set_anchors();
}

/// What kernels need to know of the chains here and of their clients.
void Sampler::set_visits() {
  const std::size_t count = chains_->ids().size();
  auto& host = host_visits_;
  host.first.resize(count);
  host.rows.resize(count);
  host.client.resize(count);
  host.scale.resize(count);
  const std::int64_t first_client = clients_.first_client(clients_.comm().rank());
  for (std::size_t n = 0; n < count; ++n) {
    const std::int64_t s = visits_[static_cast<std::size_t>(chains_->ids()[n])];
    const bool rests = s == Schedule::nowhere;
    host.first[n] = rests ? 0 : clients_.first_row(s);
    host.rows[n] = rests ? 0 : clients_.num_rows(s);
    host.client[n] = rests ? 0 : static_cast<std::int32_t>(s - first_client);
    const auto batch = static_cast<double>(params_.batch > 0 ? params_.batch : host.rows[n]);
    host.scale[n] = rests ? 0.0 : static_cast<double>(host.rows[n]) / (schedule_.visited(s) * batch);
  }
  put_on_device("fsgld ids", chains_->ids(), id_);
  put_on_device("fsgld first rows", host.first, choice_.first);
  put_on_device("fsgld rows", host.rows, choice_.count);
  put_on_device("fsgld clients", host.client, arrays_.client);
  put_on_device("fsgld scale", host.scale, arrays_.scale);
  choice_.takes_all = params_.batch == 0;
  arrays_.count = choice_.count;
  arrays_.theta = chains_->state(0);
  arrays_.extra = chains_->state(1);
  const auto d = static_cast<std::size_t>(model_.dimensions());
  if (arrays_.sums.extent(0) != count || arrays_.prior_mean.extent(0) != d) {
    arrays_.sums = data::RowArray<double>("fsgld sums", count, d);
    arrays_.normals = data::RowArray<double>("fsgld normals", count, d);
    if (!choice_.takes_all)
      choice_.drawn = data::RowArray<std::int32_t>("fsgld batch", count, static_cast<std::size_t>(params_.batch));
    put_on_device("fsgld prior mean", prior_mean_, arrays_.prior_mean);
    put_on_device("fsgld prior precision", prior_precision_, arrays_.prior_precision);
  }
  if (params_.control == Control::none || (anchors_.extent(0) == count && count > 0)) return;
  anchors_ = data::RowArray<double>("fsgld anchors", count, d);
  anchor_sums_ = data::RowArray<double>("fsgld anchor sums", count, d);
  arrays_.steady = data::RowArray<double>("fsgld anchor gradient", count, d);
  for (std::size_t n = 0; n < count && params_.control == Control::anchor; ++n) {
    data::set_rows(anchors_, static_cast<std::int64_t>(n), anchor_);
    data::set_rows(arrays_.steady, static_cast<std::int64_t>(n), anchor_gradient_);
  }
}

/// Collective. Where chains are now, and the gradient of all data there, a part of the chains at a time.
void Sampler::set_anchors() {
  constexpr std::int64_t at_once = 256;
  Kokkos::deep_copy(anchors_, arrays_.theta);
  const std::int64_t d = model_.dimensions(), here = chains_->count();
  const auto theta = data::host_copy(arrays_.theta, 0, here);
  for (std::int64_t first = 0; first < params_.chains; first += at_once) {
    const std::int64_t count = std::min(at_once, params_.chains - first);
    std::vector<double> points(static_cast<std::size_t>(count * d), 0.0);
    for (std::int64_t n = 0; n < here; ++n) {
      const std::int64_t place = chains_->ids()[static_cast<std::size_t>(n)] - first;
      if (place >= 0 && place < count) std::copy_n(theta.begin() + n * d, d, points.begin() + place * d);
    }
    clients_.comm().all_reduce(points.data(), static_cast<int>(points.size()), Op::sum);
    const auto gradients = full_gradients(clients_, model_, as_rows(points, d));
    for (std::int64_t n = 0; n < here; ++n) {
      const std::int64_t place = chains_->ids()[static_cast<std::size_t>(n)] - first;
      if (place < 0 || place >= count) continue;
      const auto begin = gradients.begin() + place * d;
      data::set_rows(arrays_.steady, n, std::vector<double>(begin, begin + d));
    }
  }
}

void Sampler::advance(std::int64_t count, Records& records) {
  const Region region("fsgld/advance");
  for (std::int64_t n = 0; n < count; ++n) {
    if (update_ > 0 && update_ % params_.local_updates == 0) begin_round(update_ / params_.local_updates);
    if (update_ == 0 && params_.control == Control::svrg) set_anchors();
    update();
    ++update_;
    if (params_.keeps(update_)) record(records);
  }
  Kokkos::fence();
}

void Sampler::update() {
  gradients_.sum(model_, clients_.rows(), {chains_->ids(), host_visits_.rows, id_}, update_, choice_, arrays_.theta,
                 arrays_.normals, arrays_.sums);
  if (params_.control != Control::none) {
    model_.sum_gradients(clients_.rows(), anchors_, choice_, {}, anchor_sums_);
    const auto sums = arrays_.sums, anchor_sums = anchor_sums_;
    const auto d = static_cast<std::int64_t>(sums.extent(1));
    Kokkos::parallel_for(
        "fsgld difference", Range(0, sums.size()),
        KOKKOS_LAMBDA(const std::int64_t n) { sums(n / d, n % d) -= anchor_sums(n / d, n % d); });
  }
  draw_normals(noise_, id_, update_, arrays_.normals);
  step(params_.step.rule, correction_, ball_, params_.step.at(update_), params_.batch, arrays_);
}

void Sampler::record(Records& records) const {
  const auto theta = data::host_copy(arrays_.theta, 0, chains_->count());
  records.chain.insert(records.chain.end(), chains_->ids().begin(), chains_->ids().end());
  records.update.insert(records.update.end(), chains_->ids().size(), update_);
  records.theta.insert(records.theta.end(), theta.begin(), theta.end());
}

std::vector<double> Sampler::all_parameters() const {
  const std::int64_t d = model_.dimensions();
  std::vector<double> all(static_cast<std::size_t>(params_.chains * d), 0.0);
  const auto here = data::host_copy(chains_->state(0), 0, chains_->count());
  for (std::size_t n = 0; n < chains_->ids().size(); ++n)
    std::copy_n(here.begin() + static_cast<std::ptrdiff_t>(n) * d, d, all.begin() + chains_->ids()[n] * d);
  clients_.comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  return all;
}

Sampler::Travel Sampler::travel() const {
  std::int64_t numbers[2] = {chains_->num_moves(), chains_->bytes_sent()};
  clients_.comm().all_reduce(numbers, 2, Op::sum);
  return {numbers[0], numbers[1]};
}

double Sampler::farthest() const {
  const auto theta = arrays_.theta;
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
