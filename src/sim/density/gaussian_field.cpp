#include "sim/density/gaussian_field.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace tessera::sim::density {

namespace {

constexpr double log_two_pi = 1.8378770664093454836;
constexpr double two_pi = 6.283185307179586476925;

/// The waves are products of cos + sin along each direction (R. V. L. Hartley's), which are orthonormal and, as power
/// depends on |k1| and |k2| alone, those along which the covariance is diagonal.
struct FieldShape {
  int points = 0;
  double exponent_begin = 0.0, exponent_change = 0.0, variance = 1.0;
  Array2<double> wave;        // (k, place)
  Array1<double> log_square;  // of k^2 + cutoff^2, by k1 points + k2

  KOKKOS_INLINE_FUNCTION int pixels() const { return points * points; }
  KOKKOS_INLINE_FUNCTION double exponent(double t) const { return exponent_begin + exponent_change * t; }
  KOKKOS_INLINE_FUNCTION double relative_power(double exponent, int k) const {
    return kmath::exp(-0.5 * exponent * log_square(k));
  }
  /// What relative powers are multiplied by.
  KOKKOS_INLINE_FUNCTION double power_scale(double exponent) const {
    double sum = 0.0;
    for (int k = 0; k < pixels(); ++k) sum += relative_power(exponent, k);
    return variance * pixels() / sum;
  }

  /// Between pixels and waves, either way, of one direction: numbers first, first + stride...
  KOKKOS_INLINE_FUNCTION void transform_line(double* values, int first, int stride) const {
    double line[max_field_points];
    for (int k = 0; k < points; ++k) {
      line[k] = 0.0;
      for (int x = 0; x < points; ++x) line[k] += wave(k, x) * values[first + x * stride];
    }
    for (int k = 0; k < points; ++k) values[first + k * stride] = line[k];
  }
  KOKKOS_INLINE_FUNCTION void transform(double* values) const {
    for (int n = 0; n < points; ++n) transform_line(values, n * points, 1);
    for (int n = 0; n < points; ++n) transform_line(values, n, points);
  }
};

/// Draws of a sample: step 0, a normal number for each wave.
void draw_field(const FieldShape& shape, const Random& random, std::int64_t first, const Array1<const double>& times,
                const data::RowArray<double>& positions) {
  Kokkos::parallel_for(
      "density/draw_gaussian_field", Range(0, static_cast<int>(times.extent(0))), KOKKOS_LAMBDA(int row) {
        const auto id = static_cast<std::uint64_t>(first + row);
        const double exponent = shape.exponent(times(row)), scale = shape.power_scale(exponent);
        double* const values = &positions(row, 0);
        for (int k = 0; k < shape.pixels(); k += 2) {
          const auto pair = random.normal(id, 0, static_cast<std::uint32_t>(k / 2));
          values[k] = kmath::sqrt(scale * shape.relative_power(exponent, k)) * pair.first;
          if (k + 1 < shape.pixels())
            values[k + 1] = kmath::sqrt(scale * shape.relative_power(exponent, k + 1)) * pair.second;
        }
        shape.transform(values);
      });
}

/// `work` is overwritten.
void log_density_of_field(const FieldShape& shape, const Array1<const double>& times,
                          const data::RowArray<double>& positions, const data::RowArray<double>& work,
                          const Array1<double>& result) {
  Kokkos::parallel_for(
      "density/log_density_of_gaussian_field", Range(0, static_cast<int>(times.extent(0))), KOKKOS_LAMBDA(int row) {
        const double exponent = shape.exponent(times(row)), scale = shape.power_scale(exponent);
        double* const values = &work(row, 0);
        for (int n = 0; n < shape.pixels(); ++n) values[n] = positions(row, n);
        shape.transform(values);
        double sum = (log_two_pi + kmath::log(scale)) * shape.pixels();
        for (int k = 0; k < shape.pixels(); ++k)
          sum += values[k] * values[k] / (scale * shape.relative_power(exponent, k)) -
                 0.5 * exponent * shape.log_square(k);
        result(row) = -0.5 * sum;
      });
}

class GaussianField final : public SampleSource {
 public:
  explicit GaussianField(const GaussianFieldParams& params) {
    const int n = params.points;
    const auto size = static_cast<std::size_t>(n);
    shape_ = {n,
              params.exponent_begin,
              params.exponent_end - params.exponent_begin,
              params.variance,
              Array2<double>("density/wave", size, size),
              Array1<double>("density/log_square", size * size)};
    const auto wave = Kokkos::create_mirror_view(shape_.wave);
    const auto log_square = Kokkos::create_mirror_view(shape_.log_square);
    for (int k = 0; k < n; ++k)
      for (int x = 0; x < n; ++x) {
        const double angle = two_pi * (k * x % n) / n;
        wave(k, x) = (std::cos(angle) + std::sin(angle)) / std::sqrt(n);
        const double k1 = std::min(k, n - k), k2 = std::min(x, n - x);
        log_square(k * n + x) = std::log(k1 * k1 + k2 * k2 + params.cutoff * params.cutoff);
      }
    Kokkos::deep_copy(shape_.wave, wave);
    Kokkos::deep_copy(shape_.log_square, log_square);
  }

  int dimensions() const override { return shape_.pixels(); }
  void draw(std::uint32_t seed, std::int64_t first, const Array1<const double>& times,
            const data::RowArray<double>& positions) const override {
    draw_field(shape_, Random(seed, RandomPurpose::density_sample), first, times, positions);
  }
  bool has_log_density() const override { return true; }
  void log_density(const Array1<const double>& times, const data::RowArray<double>& positions,
                   const Array1<double>& result) const override {
    const data::RowArray<double> work("density/field_work", positions.extent(0), positions.extent(1));
    log_density_of_field(shape_, times, positions, work, result);
  }

 private:
  FieldShape shape_;
};

}  // namespace

void bind_gaussian_field(deck::Binder& b, GaussianFieldParams& p) {
  b.value("points", p.points, {.low = 1, .high = max_field_points}, {"pixels along each of the two sides"});
  b.value("exponent_begin", p.exponent_begin, deck::any,
          {"at t = 0, of power (k^2 + cutoff^2)^(-exponent/2), where k counts periods; 0 is white noise"});
  b.value("exponent_end", p.exponent_end, deck::any, {"at t = 1; linear in between"});
  b.value("cutoff", p.cutoff, deck::positive, {"periods: longer waves have no more power"});
  b.value("variance", p.variance, deck::positive, {"of each pixel, at all times"});
}

std::shared_ptr<const SampleSource> make_gaussian_field(const GaussianFieldParams& params) {
  return std::make_shared<const GaussianField>(params);
}

}  // namespace tessera::sim::density
