#include <cmath>

#include "base/sum.hpp"
#include "learn/action/path.hpp"

namespace tessera::learn::action {

namespace {

// Interior, first and last samples of one number are different ones; all below SampleSource::first_kept_number.
constexpr std::int64_t first_shift = std::int64_t{1} << 44, last_shift = std::int64_t{1} << 45,
                       moment_shift = std::int64_t{1} << 46;
constexpr std::int64_t moment_samples = 8192;

class DensityPath final : public Path {
 public:
  DensityPath(std::shared_ptr<const sim::SampleSource> source, Mass mass, std::uint32_t seed)
      : source_(std::move(source)), mass_(mass), seed_(seed), has_constant_mass_(find_constant_mass()) {
    find_moments();
  }

  int dimensions() const override { return source_->dimensions(); }
  double begin() const override { return source_->begin(); }
  double end() const override { return source_->end(); }
  std::vector<double> mean() const override { return mean_; }
  std::vector<double> deviation() const override { return deviation_; }
  bool has_constant_mass() const override { return has_constant_mass_; }

  PathSamples draw(const std::vector<std::int64_t>& numbers, const std::vector<double>& times) const override {
    return draw_shifted(numbers, times, 0);
  }
  PathSamples draw_end(const std::vector<std::int64_t>& numbers, bool is_last) const override {
    return draw_shifted(numbers, std::vector<double>(numbers.size(), is_last ? end() : begin()),
                        is_last ? last_shift : first_shift);
  }

 private:
  /// Runs of consecutive numbers at once.
  PathSamples draw_shifted(const std::vector<std::int64_t>& numbers, const std::vector<double>& times,
                           std::int64_t shift) const {
    PathSamples samples;
    samples.time = times;
    for (const double t : times) samples.factor.push_back(mass_ == Mass::kept ? source_->mass(t) : 1.0);
    const auto width = static_cast<std::size_t>(dimensions());
    samples.position.reserve(numbers.size() * width);
    for (std::size_t begin = 0, end = 0; begin < numbers.size(); begin = end) {
      for (end = begin + 1; end < numbers.size() && numbers[end] == numbers[end - 1] + 1;) ++end;
      const std::size_t count = end - begin;
      const Array1<double> at("action/times", count);
      Kokkos::deep_copy(at, Kokkos::View<const double*, Kokkos::HostSpace>(times.data() + begin, count));
      const data::RowArray<double> positions("action/positions", count, width);
      source_->draw(seed_, numbers[begin] + shift, at, positions);
      const auto drawn = data::host_copy(positions, 0, static_cast<std::int64_t>(count));
      samples.position.insert(samples.position.end(), drawn.begin(), drawn.end());
    }
    return samples;
  }

  bool find_constant_mass() const {
    if (mass_ == Mass::normalised) return true;
    const double first = source_->mass(begin());
    for (int n = 1; n <= 16; ++n)
      if (source_->mass(begin() + (end() - begin()) * n / 16.0) != first) return false;
    return true;
  }

  void find_moments() {
    std::vector<std::int64_t> numbers;
    std::vector<double> times;
    for (std::int64_t n = 0; n < moment_samples; ++n) {
      numbers.push_back(n);
      times.push_back(begin() + (end() - begin()) * (static_cast<double>(n) + 0.5) / moment_samples);
    }
    const auto x = draw_shifted(numbers, times, moment_shift).position;
    const auto width = static_cast<std::size_t>(dimensions());
    mean_.assign(width, 0.0);
    deviation_.assign(width, 0.0);
    for (std::size_t n = 0; n < x.size(); ++n) mean_[n % width] += x[n] / moment_samples;
    for (std::size_t n = 0; n < x.size(); ++n)
      deviation_[n % width] += (x[n] - mean_[n % width]) * (x[n] - mean_[n % width]) / moment_samples;
    for (double& number : deviation_) number = std::sqrt(number);
  }

  std::shared_ptr<const sim::SampleSource> source_;
  Mass mass_;
  std::uint32_t seed_;
  bool has_constant_mass_;
  std::vector<double> mean_, deviation_;
};

}  // namespace

std::unique_ptr<Path> make_path(std::shared_ptr<const sim::SampleSource> source, Mass mass, std::uint32_t seed) {
  return std::make_unique<DensityPath>(std::move(source), mass, seed);
}

}  // namespace tessera::learn::action
