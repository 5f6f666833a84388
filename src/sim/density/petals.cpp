#include "sim/density/petals.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace tessera::sim::density {

namespace {

constexpr double pi = 3.14159265358979323846;

/// Draws of a sample: step 0, side and progress; step 1, the noise.
void draw_petals(const PetalsParams& flower, const Random& random, std::int64_t first,
                 const Array1<const double>& times, const data::RowArray<double>& positions) {
  Kokkos::parallel_for(
      "density/draw_petals", Range(0, static_cast<int>(times.extent(0))), KOKKOS_LAMBDA(int row) {
        const auto id = static_cast<std::uint64_t>(first + row);
        const auto places = random.uniform(id, 0);
        const auto noise = random.normal(id, 1);
        const auto half = static_cast<int>(places.first * 2 * flower.petals);
        const int petal = half / 2;
        const double side = half % 2 == 0 ? 1.0 : -1.0;
        const double from = times(row) - 0.5 * flower.spread, to = times(row) + 0.5 * flower.spread;
        const double low = from > 0.0 ? from : 0.0, high = to < 1.0 ? to : 1.0;
        const double u = low + (high - low) * places.second;
        const double radius = flower.inner + (flower.outer - flower.inner) * u;
        const double angle = 2.0 * pi * petal / flower.petals + side * flower.opening * kmath::sin(pi * u);
        positions(row, 0) = radius * kmath::cos(angle) + flower.noise * noise.first;
        positions(row, 1) = radius * kmath::sin(angle) + flower.noise * noise.second;
      });
}

class Petals final : public SampleSource {
 public:
  explicit Petals(const PetalsParams& params) : params_(params) {}
  int dimensions() const override { return 2; }
  void draw(std::uint32_t seed, std::int64_t first, const Array1<const double>& times,
            const data::RowArray<double>& positions) const override {
    draw_petals(params_, Random(seed, RandomPurpose::density_sample), first, times, positions);
  }

 private:
  PetalsParams params_;
};

}  // namespace

void bind_petals(deck::Binder& b, PetalsParams& p) {
  b.value("petals", p.petals, {.low = 1, .high = 1000}, {"how many"});
  b.value("inner", p.inner, deck::non_negative, {"radius at which points begin", "length"});
  b.value("outer", p.outer, deck::positive, {"radius at which they end", "length"});
  b.value("opening", p.opening, deck::non_negative, {"half the angle between the sides of a petal", "radians"});
  b.value("spread", p.spread, deck::non_negative,
          {"of progress at one time; one over one less than the number of snapshots: these touch each other"});
  b.value("noise", p.noise, deck::non_negative, {"standard deviation of each coordinate", "length"});
  b.check(p.inner < p.outer, "outer", fmt::format("{} is not beyond inner, {}", p.outer, p.inner));
}

std::shared_ptr<const SampleSource> make_petals(const PetalsParams& params) {
  return std::make_shared<const Petals>(params);
}

}  // namespace tessera::sim::density
