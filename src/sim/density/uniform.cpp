#include "sim/density/uniform.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/random.hpp"

namespace tessera::sim::density {

namespace {

/// Draws of a sample: step 0, two coordinates at once.
void draw_uniform(const Array1<const double>& low, const Array1<const double>& length, const Random& random,
                  std::int64_t first, std::int64_t rows, const data::RowArray<double>& positions) {
  const auto dimensions = static_cast<int>(low.extent(0));
  Kokkos::parallel_for(
      "density/draw_uniform", Range(0, rows), KOKKOS_LAMBDA(std::int64_t row) {
        for (int c = 0; c < dimensions; c += 2) {
          const auto pair =
              random.uniform(static_cast<std::uint64_t>(first + row), 0, static_cast<std::uint32_t>(c / 2));
          positions(row, c) = low(c) + length(c) * pair.first;
          if (c + 1 < dimensions) positions(row, c + 1) = low(c + 1) + length(c + 1) * pair.second;
        }
      });
}

void log_density_in_box(const Array1<const double>& low, const Array1<const double>& length, double inside,
                        std::int64_t rows, const data::RowArray<double>& positions, const Array1<double>& result) {
  const auto dimensions = static_cast<int>(low.extent(0));
  constexpr double outside = -std::numeric_limits<double>::infinity();
  Kokkos::parallel_for(
      "density/log_density_in_box", Range(0, rows), KOKKOS_LAMBDA(std::int64_t row) {
        bool is_inside = true;
        for (int c = 0; c < dimensions; ++c) {
          const double part = (positions(row, c) - low(c)) / length(c);
          is_inside = is_inside && part >= 0.0 && part < 1.0;
        }
        result(row) = is_inside ? inside : outside;
      });
}

Array1<const double> on_device(const std::vector<double>& values) {
  const Array1<double> result("density/box", values.size());
  Kokkos::deep_copy(result, Kokkos::View<const double*, Kokkos::HostSpace>(values.data(), values.size()));
  return result;
}

class Uniform final : public SampleSource {
 public:
  explicit Uniform(const UniformParams& params) : low_(on_device(params.low)), length_(on_device(params.length)) {
    for (const double length : params.length) log_density_inside_ -= std::log(length);
  }
  int dimensions() const override { return static_cast<int>(low_.extent(0)); }
  void draw(std::uint32_t seed, std::int64_t first, const Array1<const double>& times,
            const data::RowArray<double>& positions) const override {
    draw_uniform(low_, length_, Random(seed, RandomPurpose::density_sample), first,
                 static_cast<std::int64_t>(times.extent(0)), positions);
  }
  bool has_log_density() const override { return true; }
  void log_density(const Array1<const double>& times, const data::RowArray<double>& positions,
                   const Array1<double>& result) const override {
    log_density_in_box(low_, length_, log_density_inside_, static_cast<std::int64_t>(times.extent(0)), positions,
                       result);
  }

 private:
  Array1<const double> low_, length_;
  double log_density_inside_ = 0.0;
};

}  // namespace

void bind_uniform(deck::Binder& b, UniformParams& p) {
  if (!b.is_describing()) b.required("length");
  b.list("length", p.length, 0, deck::positive, {"of a box, along each coordinate", "length"});
  b.list("low", p.low, 0, deck::any, {"its lower ends; 0 if left out", "length"});
  if (b.is_describing()) return;
  if (p.low.empty()) p.low.assign(p.length.size(), 0.0);
  b.check(p.low.size() == p.length.size(), "low",
          fmt::format("{} numbers, and there are {} lengths", p.low.size(), p.length.size()));
}

std::shared_ptr<const SampleSource> make_uniform(const UniformParams& params) {
  return std::make_shared<const Uniform>(params);
}

}  // namespace tessera::sim::density
