#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "learn/action/path.hpp"
#include "learn/action/transport_pairs.hpp"

namespace tessera::learn::action {

namespace {

// Draws of one number, as steps of its stream; those at the ends are further on.
constexpr std::uint64_t uses_of_first = 8, uses_of_last = 16;
enum Use : std::uint64_t { use_low, use_high, use_first, use_last, use_side, use_noise };

/// a and da/dt of the variance-preserving path.
std::pair<double, double> diffusion_part(double t) {
  constexpr double b0 = 0.1, b1 = 20.0;
  const double a = std::exp(-0.5 * t * b0 - 0.25 * t * t * (b1 - b0));
  return {a, -0.5 * a * (b0 + t * (b1 - b0))};
}

class SnapshotPath final : public Path {
 public:
  SnapshotPath(std::shared_ptr<const Snapshots> snapshots, const PathParams& params, Mass mass, std::uint32_t seed,
               const Box& box)
      : snapshots_(std::move(snapshots)),
        params_(params),
        box_(box),
        mass_(mass),
        random_(seed, RandomPurpose::action_batch) {
    corruption_ = make_corruption(params_, snapshots_->dimensions());
    if (params_.kind == PathKind::transport) pairs_.emplace(*snapshots_, params_.transport_samples, seed);
  }

  int dimensions() const override { return snapshots_->dimensions(); }
  double begin() const override { return has_noise_end() ? 0.0 : frames().front().time; }
  double end() const override { return has_noise_end() ? 1.0 : frames().back().time; }
  std::vector<double> mean() const override { return snapshots_->mean(); }
  std::vector<double> deviation() const override { return snapshots_->deviation(); }
  bool has_constant_mass() const override {
    return has_noise_end() || mass_ == Mass::normalised ||
           std::all_of(frames().begin(), frames().end(),
                       [](const Snapshots::Frame& frame) { return frame.mass == 1.0; });
  }

  PathSamples draw(const std::vector<std::int64_t>& numbers, const std::vector<double>& times) const override {
    switch (params_.kind) {
      case PathKind::nearest:
        return draw_nearest(numbers, times);
      case PathKind::mixture:
      case PathKind::linear:
      case PathKind::transport:
        return draw_between(numbers, times);
      default:
        return draw_noisy(numbers, times, 0);
    }
  }

  PathSamples draw_end(const std::vector<std::int64_t>& numbers, bool is_last) const override {
    const bool has_noise_last = params_.kind == PathKind::diffusion || params_.kind == PathKind::torus;
    if (is_restoration() || (has_noise_end() && is_last == has_noise_last))
      return draw_noisy(numbers, std::vector<double>(numbers.size(), is_last ? 1.0 : 0.0),
                        is_last ? uses_of_last : uses_of_first);
    const auto& frame = has_noise_end() || is_last ? frames().back() : frames().front();
    std::vector<std::int64_t> rows;
    for (const auto number : numbers) rows.push_back(pick(frame, number, is_last ? use_last : use_first));
    auto found = gather(rows);
    if (has_noise_end()) std::fill(found.weight.begin(), found.weight.end(), 1.0);
    PathSamples samples;
    samples.time.assign(numbers.size(), is_last ? end() : begin());
    samples.factor = std::move(found.weight);
    samples.position = std::move(found.position);
    return samples;
  }
  Corruption corruption() const override { return corruption_; }

 private:
  const std::vector<Snapshots::Frame>& frames() const { return snapshots_->frames(); }
  bool is_restoration() const { return corruption_.kind() != CorruptionKind::none; }
  bool has_noise_end() const { return action::has_noise_end(params_.kind); }

  Snapshots::Rows gather(const std::vector<std::int64_t>& rows) const {
    auto found = snapshots_->gather(rows);
    if (mass_ == Mass::normalised)
      for (std::size_t n = 0; n < rows.size(); ++n) found.weight[n] /= found.mass[n];
    return found;
  }

  /// A random row of a frame.
  std::int64_t pick(const Snapshots::Frame& frame, std::int64_t number, std::uint64_t use) const {
    const double u = random_.uniform(static_cast<std::uint64_t>(number), use).first;
    return frame.first + std::min(frame.count - 1, static_cast<std::int64_t>(u * static_cast<double>(frame.count)));
  }

  /// The frame before a time, but the last one, and how far the time lies behind it: 0 there, 1 at the next.
  std::pair<std::size_t, double> place(double t) const {
    const auto after = std::upper_bound(frames().begin() + 1, frames().end() - 1, t,
                                        [](double time, const Snapshots::Frame& frame) { return time < frame.time; });
    const auto& before = *(after - 1);
    return {static_cast<std::size_t>(after - frames().begin()) - 1,
            std::clamp((t - before.time) / (after->time - before.time), 0.0, 1.0)};
  }

  PathSamples draw_nearest(const std::vector<std::int64_t>& numbers, const std::vector<double>& times) const {
    PathSamples samples;
    std::vector<std::int64_t> rows;
    for (std::size_t n = 0; n < numbers.size(); ++n) {
      const auto [before, part] = place(times[n]);
      const auto& frame = frames()[before + (part < 0.5 ? 0 : 1)];
      samples.time.push_back(frame.time);
      rows.push_back(pick(frame, numbers[n], use_low));
    }
    auto found = gather(rows);
    samples.position = std::move(found.position);
    samples.factor = std::move(found.weight);
    return samples;
  }

  /// Samples of both neighbours, one behind the other, then what the kind makes of them.
  PathSamples draw_between(const std::vector<std::int64_t>& numbers, const std::vector<double>& times) const {
    PathSamples samples;
    samples.time = times;
    const std::size_t count = numbers.size(), width = static_cast<std::size_t>(dimensions());
    std::vector<std::int64_t> rows(2 * count);
    std::vector<double> parts(count);
    for (std::size_t n = 0; n < count; ++n) {
      const auto [before, part] = place(times[n]);
      parts[n] = part;
      samples.inverse_interval.push_back(1.0 / (frames()[before + 1].time - frames()[before].time));
      if (pairs_) {
        const double u = random_.uniform(static_cast<std::uint64_t>(numbers[n]), use_low).first;
        std::tie(rows[n], rows[count + n]) = pairs_->pick(before, u);
      } else {
        rows[n] = pick(frames()[before], numbers[n], use_low);
        rows[count + n] = pick(frames()[before + 1], numbers[n], use_high);
      }
    }
    const auto found = gather(rows);
    const auto middle = found.position.begin() + static_cast<std::ptrdiff_t>(count * width);
    samples.low.assign(found.position.begin(), middle);
    samples.high.assign(middle, found.position.end());
    samples.position.resize(count * width);
    const bool is_mixture = params_.kind == PathKind::mixture;
    if (!is_mixture) samples.velocity.resize(count * width);
    for (std::size_t n = 0; n < count; ++n) {
      const double a = parts[n];
      const bool is_high = random_.uniform(static_cast<std::uint64_t>(numbers[n]), use_side).first < a;
      samples.factor.push_back(is_mixture ? found.weight[is_high ? count + n : n]
                                          : (1.0 - a) * found.weight[n] + a * found.weight[count + n]);
      for (std::size_t i = n * width; i < (n + 1) * width; ++i) {
        const double low = samples.low[i], high = samples.high[i];
        samples.position[i] = is_mixture ? (is_high ? high : low) : (1.0 - a) * low + a * high;
        if (!is_mixture) samples.velocity[i] = (high - low) * samples.inverse_interval[n];
      }
    }
    return samples;
  }

  /// Between a sample of the last snapshot and noise, or what is left of it. Draws of other `uses` are independent.
  PathSamples draw_noisy(const std::vector<std::int64_t>& numbers, const std::vector<double>& times,
                         std::uint64_t uses) const {
    PathSamples samples;
    samples.time = times;
    samples.factor.assign(numbers.size(), 1.0);
    std::vector<std::int64_t> rows;
    for (const auto number : numbers) rows.push_back(pick(frames().back(), number, use_low + uses));
    samples.position = snapshots_->gather(rows).position;
    samples.velocity.resize(samples.position.size());
    const auto width = static_cast<std::size_t>(dimensions()),
               known = static_cast<std::size_t>(corruption_.num_conditions());
    samples.condition.resize(numbers.size() * known);
    std::vector<double> normals(width), left(width);
    for (std::size_t n = 0; n < numbers.size(); ++n) {
      for (std::size_t c = 0; c < width; c += 2) {
        const auto pair =
            random_.normal(static_cast<std::uint64_t>(numbers[n]), use_noise + uses, static_cast<std::uint32_t>(c / 2));
        normals[c] = pair.first;
        if (c + 1 < width) normals[c + 1] = pair.second;
      }
      double* sample = samples.position.data() + n * width;
      if (is_restoration())
        corruption_.apply(sample, normals.data(), left.data(), samples.condition.data() + n * known);
      else
        std::transform(normals.begin(), normals.end(), left.begin(), [&](double z) { return params_.noise * z; });
      double data = times[n], rest = 1.0 - times[n], data_rate = 1.0, rest_rate = -1.0;
      if (params_.kind == PathKind::diffusion) {
        std::tie(data, data_rate) = diffusion_part(times[n]);
        rest = std::sqrt(std::max(0.0, 1.0 - data * data));
        rest_rate = rest > 0.0 ? -data * data_rate / rest : 0.0;
      }
      if (params_.kind == PathKind::torus) {
        std::tie(data, data_rate, rest, rest_rate) = std::tuple(1.0, 0.0, times[n], 1.0);
        for (std::size_t c = 0; c < width; ++c) left[c] *= 0.5 * box_.length[c];
      }
      for (std::size_t c = 0; c < width; ++c) {
        samples.velocity[n * width + c] = data_rate * sample[c] + rest_rate * left[c];
        sample[c] = box_.wrapped(c, data * sample[c] + rest * left[c]);
      }
    }
    return samples;
  }

  std::shared_ptr<const Snapshots> snapshots_;
  PathParams params_;
  Box box_;
  Mass mass_;
  Random random_;
  std::optional<TransportPairs> pairs_;
  Corruption corruption_;
};

}  // namespace

std::unique_ptr<Path> make_path(std::shared_ptr<const Snapshots> snapshots, const PathParams& params, Mass mass,
                                std::uint32_t seed, const Box& box) {
  if (!has_noise_end(params.kind) && snapshots->frames().size() < 2)
    throw Error::input(
        fmt::format("the samples are all of one time (t = {:g}); expected at least two times to learn what happens "
                    "between them, or a path of kind \"generation\", \"diffusion\" or \"torus\"",
                    snapshots->frames().front().time));
  return std::make_unique<SnapshotPath>(std::move(snapshots), params, mass, seed, box);
}

}  // namespace tessera::learn::action
