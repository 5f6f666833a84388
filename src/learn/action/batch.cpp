#include "learn/action/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/region.hpp"
#include "deck/formula.hpp"

namespace tessera::learn::action {

namespace {

constexpr std::uint64_t time_use = 64;  // a step of the stream of a number that samples do not use

deck::Program compile_weight(const std::string& text, const DynamicsParams& names) {
  deck::Formulas formulas(time_names(names));
  const auto weight = formulas.parse(text);
  const auto rate = formulas.derivative(weight, "t");
  return formulas.compile({weight, rate});
}

/// Scaled numbers of row n from place `place` on.
void put(std::vector<double>& rows, std::size_t row_width, std::size_t n, std::int64_t place,
         const std::vector<double>& from, std::size_t count, double scale) {
  for (std::size_t c = 0; c < count; ++c)
    rows[n * row_width + static_cast<std::size_t>(place) + c] = scale * from[n * count + c];
}

}  // namespace

TimeWeight::TimeWeight(const std::string& formula, const DynamicsParams& names, const Scales& scales)
    : text_(formula), scales_(scales), program_(compile_weight(formula, names)) {}

TimeWeight::Value TimeWeight::at(double own_time) const {
  const double t = scales_.time(own_time);
  double values[2] = {};
  program_(&t, values);
  if (!(values[0] >= 0.0) || !std::isfinite(values[0]) || !std::isfinite(values[1]))
    throw Error::numeric(
        fmt::format("weight = {} is {} at t = {:g}, and its derivative {}; expected finite numbers, "
                    "and a weight that is not negative",
                    text_, values[0], t, values[1]));
  return {values[0], scales_.duration * values[1]};
}

Batch::Batch(const Comm& comm, std::shared_ptr<const Path> path, const RowLayout& layout, const Scales& scales,
             const Dynamics& dynamics, const TimeWeight& weight, TimeKind times, std::int64_t size, std::int64_t block,
             std::uint32_t seed)
    : comm_(comm),
      path_(std::move(path)),
      layout_(layout),
      scales_(scales),
      dynamics_(dynamics),
      weight_(weight),
      kind_(times),
      size_(size),
      seed_(seed) {
  std::int64_t turn = 0;
  for (std::int64_t first = 0; first < size; first += block) {
    if (turn++ % comm.size() != comm.rank()) continue;
    const std::int64_t count = std::min(block, size - first);
    blocks_.push_back({static_cast<std::int64_t>(places_.size()), count});
    for (std::int64_t n = 0; n < count; ++n) places_.push_back(first + n);
  }
  numbers_.resize(places_.size());
  numbers_of_rows_.resize(places_.size() * static_cast<std::size_t>(layout_.width()));
  rows_ = data::RowArray<double>("action/batch", places_.size(), static_cast<std::size_t>(layout_.width()));
}

void Batch::draw(std::int64_t iteration) {
  const Region region("action/batch");
  for (std::size_t n = 0; n < places_.size(); ++n) numbers_[n] = iteration * size_ + places_[n];
  draw_times();
  std::vector<double> wanted(times_);
  for (double& t : wanted) t = scales_.time(t);
  const auto samples = path_->draw(numbers_, wanted);
  const auto width = static_cast<std::size_t>(layout_.width()), d = static_cast<std::size_t>(layout_.dimensions),
             known = static_cast<std::size_t>(layout_.conditions);
  auto& rows = numbers_of_rows_;
  agree(comm_, [&] {
    for (std::size_t n = 0; n < places_.size(); ++n) {
      const double own = scales_.own_time(samples.time[n]), share = samples.factor[n] / densities_[n];
      const auto weight = weight_.at(own);
      rows[n * width + RowLayout::time] = own;
      rows[n * width + RowLayout::weight] = share * weight.weight;
      rows[n * width + RowLayout::rate] = share * weight.rate;
      rows[n * width + RowLayout::sigma] = dynamics_.has_noise() ? dynamics_.sigma(own) : 0.0;
      put(rows, width, n, RowLayout::position, samples.position, d, 1.0 / scales_.length);
      put(rows, width, n, RowLayout::position + layout_.dimensions, samples.condition, known, 1.0 / scales_.length);
      if (layout_.method == Method::flow || layout_.estimator == Estimator::path_velocity) {
        put(rows, width, n, layout_.extra(), samples.velocity, d, 1.0 / scales_.velocity());
      } else if (layout_.estimator == Estimator::difference) {
        put(rows, width, n, layout_.extra(), samples.low, d, 1.0 / scales_.length);
        put(rows, width, n, layout_.extra() + layout_.dimensions, samples.high, d, 1.0 / scales_.length);
        put(rows, width, n, layout_.extra() + 2 * layout_.dimensions, samples.inverse_interval, 1, scales_.duration);
      }
    }
  });
  if (layout_.method == Method::action && layout_.estimator == Estimator::standard) set_ends();
  set_probes();
  data::set_rows(rows_, 0, rows);
}

void Batch::draw_times() {
  times_.resize(numbers_.size());
  densities_.assign(numbers_.size(), 1.0);
  const Random random(seed_, RandomPurpose::action_batch);
  for (std::size_t n = 0; n < numbers_.size(); ++n) {
    times_[n] = kind_ == TimeKind::uniform ? random.uniform(static_cast<std::uint64_t>(numbers_[n]), time_use).first
                                           : quasirandom_time(numbers_[n]);
    if (kind_ != TimeKind::learned) continue;
    times_[n] = time_density_.quantile(times_[n]);
    densities_[n] = time_density_.density(times_[n]);
  }
}

void Batch::set_ends() {
  auto& rows = numbers_of_rows_;
  const auto width = static_cast<std::size_t>(layout_.width()), d = static_cast<std::size_t>(layout_.dimensions),
             known = static_cast<std::size_t>(layout_.conditions);
  for (const bool is_last : {false, true}) {
    if (!(is_last ? layout_.has_end : layout_.has_start)) continue;
    const auto samples = path_->draw_end(numbers_, is_last);
    const double weight = weight_.at(is_last ? 1.0 : 0.0).weight;
    const std::int64_t place = is_last ? layout_.end() : layout_.start();
    for (std::size_t n = 0; n < places_.size(); ++n) {
      rows[n * width + static_cast<std::size_t>(place)] = weight * samples.factor[n];
      put(rows, width, n, place + 1, samples.position, d, 1.0 / scales_.length);
      put(rows, width, n, place + 1 + layout_.dimensions, samples.condition, known, 1.0 / scales_.length);
    }
  }
}

void Batch::set_probes() {
  auto& rows = numbers_of_rows_;
  if (layout_.probes == 0) return;
  const Random random(seed_, RandomPurpose::action_probe);
  const auto width = static_cast<std::size_t>(layout_.width()), first = static_cast<std::size_t>(layout_.probe(0));
  const auto count = static_cast<std::size_t>(layout_.probes * layout_.dimensions);
  for (std::size_t n = 0; n < places_.size(); ++n)
    for (std::size_t begin = 0; begin < count; begin += 128) {
      const auto bits =
          random.block(static_cast<std::uint64_t>(numbers_[n]), 0, static_cast<std::uint32_t>(begin / 128));
      for (std::size_t c = begin; c < std::min(count, begin + 128); ++c)
        rows[n * width + first + c] = ((bits.v[(c - begin) / 32] >> ((c - begin) % 32)) & 1U) != 0 ? 1.0 : -1.0;
    }
}

}  // namespace tessera::learn::action
