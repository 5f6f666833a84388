// usage: tessera_bench_boltzmann [--points N] [--radial N] [--sphere M] [--carleman-sphere M] [--seconds S]
// Seconds of processor time that collisions of a cell take, beside those of the Fourier transforms alone that they are
// made of, by FFTW's own three-dimensional calls in the same run: the best of several turns, on one core.
#include <fftw3.h>
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <ctime>
#include <numbers>
#include <string>
#include <vector>

#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "sim/boltzmann/collisions/make_operator.hpp"
#include "sim/boltzmann/collisions/mixture.hpp"
#include "sim/boltzmann/moments.hpp"

namespace tessera::bench {

namespace {

using namespace sim::boltzmann;

struct Options {
  int points = 32, radial = 16, sphere = 12, carleman_sphere = 50, cells = 2;
  double seconds = 2.0;
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The least processor seconds of work().
template <class Work>
double best_of(const Options& options, const Work& work) {
  double best = never, spent = 0.0;
  for (int n = 0; n < 5 || spent < options.seconds; ++n) {
    const double begin = processor_seconds();
    work();
    const double taken = processor_seconds() - begin;
    best = std::min(best, taken);
    spent += taken;
  }
  return best;
}

/// How many transforms a cell takes: complex ones there, real ones to and fro.
struct Transforms {
  int complex, real;
};

/// FFTW's own, measured plans, in place on one array that stays in the cache.
class RawTransforms {
 public:
  explicit RawTransforms(int n) : size_(static_cast<std::size_t>(n) * n * n) {
    data_ = fftw_alloc_complex(size_);
    values_ = fftw_alloc_real(size_);
    complex_ = fftw_plan_dft_3d(n, n, n, data_, data_, FFTW_BACKWARD, FFTW_MEASURE);
    real_ = fftw_plan_dft_r2c_3d(n, n, n, values_, data_, FFTW_MEASURE);
  }
  RawTransforms(const RawTransforms&) = delete;
  RawTransforms& operator=(const RawTransforms&) = delete;
  ~RawTransforms() {
    fftw_destroy_plan(complex_);
    fftw_destroy_plan(real_);
    fftw_free(data_);
    fftw_free(values_);
  }
  /// What transforms take that many times.
  double seconds(const Options& options, const Transforms& count) {
    const double complex = best_of(options, [&] {
      fill();
      for (int n = 0; n < turns_; ++n) fftw_execute(complex_);
    });
    const double real = best_of(options, [&] {
      fill();
      for (int n = 0; n < turns_; ++n) fftw_execute(real_);
    });
    return (count.complex * complex + count.real * real) / turns_;
  }

 private:
  /// So small that transforms one after the other do not overflow.
  void fill() {
    std::fill(values_, values_ + size_, 1e-150);
    std::fill(&data_[0][0], &data_[0][0] + 2 * size_, 1e-150);
  }

  static constexpr int turns_ = 64;
  std::size_t size_;
  fftw_complex* data_;
  double* values_;
  fftw_plan complex_, real_;
};

/// Operations and bytes of the loops around transforms: modes times phases, squares, weights.
struct Work {
  double operations, bytes;
};

void show(const std::string& name, const Options& options, double seconds, RawTransforms& raw,
          const Transforms& transforms, const Work& around, const std::string& reach) {
  const double points = std::pow(options.points, 3), alone = raw.seconds(options, transforms);
  const double flops = 5.0 * points * std::log2(points) * (transforms.complex + 0.5 * transforms.real);
  fmt::print("{:34} {:8.2f} {:8.2f} {:6.2f} {:8.3f} {:8.3f} {:7.2f} {:8.1f}  {}\n", name, 1e3 * seconds, 1e3 * alone,
             seconds / alone, 1e-9 * flops, 1e-9 * around.operations, 1e-9 * (flops + around.operations) / seconds,
             1e-6 * around.bytes, reach);
  std::fflush(stdout);
}

/// Two drifting Maxwellians in each cell.
std::vector<double> gas(const VelocityGrid& grid, double mass, int cells) {
  const auto size = static_cast<std::size_t>(grid.size());
  std::vector<double> f(size * static_cast<std::size_t>(cells)), part(size);
  for (std::size_t cell = 0; cell < static_cast<std::size_t>(cells); ++cell)
    for (const Moments& m : {Moments{0.6, {0.7, 0.0, 0.0}, 0.8}, Moments{0.4, {-1.05, 0.3, 0.0}, 0.7}}) {
      sample_maxwellian(grid, mass, m, part);
      for (std::size_t n = 0; n < size; ++n) f[cell * size + n] += part[n];
    }
  return f;
}

SpectralParams params_of(const Options& options, SpectralMethod method, int sphere) {
  SpectralParams params;
  params.radial_points = options.radial;
  params.sphere_points = sphere;
  params.method = method;
  return params;
}

void one_species(const Comm& comm, const Options& options, RawTransforms& raw, const VelocityGrid& grid,
                 const sim::CollisionKernel& kernel, SpectralMethod method) {
  const bool is_carleman = method == SpectralMethod::carleman;
  const int sphere = is_carleman ? options.carleman_sphere : options.sphere;
  const auto collisions = make_collision_operator(comm, kernel, 1.0, grid, params_of(options, method, sphere));
  const auto f = gas(grid, 1.0, options.cells);
  std::vector<double> rate(f.size()), frequency(f.size());
  const double seconds =
      best_of(options, [&] { collisions->evaluate(f, rate, frequency); }) / static_cast<double>(options.cells);
  const double points = std::pow(options.points, 3);
  const int products = sphere / 2 * (is_carleman ? 1 : options.radial);
  // A product: modes, or modes and two weights, to waves and back from the cache, and a sum read and written.
  const Transforms transforms{products, is_carleman ? 3 : options.radial + 3};
  const Work around{products * points * (is_carleman ? 10.0 : 9.0), products * points * (is_carleman ? 64.0 : 48.0)};
  const bool is_reference = options.points == 32 && options.radial == 16;
  std::string reach;
  if (is_reference && is_carleman && sphere == 50) reach = "30";
  if (is_reference && !is_carleman && sphere == 12) reach = "100, 60";
  show(is_carleman ? fmt::format("hard spheres, Carleman, {}", sphere)
                   : fmt::format("gamma {}, classic, {} x {}", kernel.gamma, options.radial, sphere),
       options, seconds, raw, transforms, around, reach);
}

/// Both operators of two species, Q_12 and Q_21, without those within a species.
void two_species(const Comm& comm, const Options& options, RawTransforms& raw, const VelocityGrid& grid) {
  const auto spectrum = std::make_shared<const Spectrum>(comm, grid, 0.0);
  const auto pair = make_classic({spectrum,
                                  {0.08, 1.0},
                                  1.0 / 3.0,
                                  2.0 / 3.0,
                                  false,
                                  2.0 * default_support(grid.half_width),
                                  options.radial,
                                  math::sphere_rule(options.sphere)});
  Scratch scratch = spectrum->make_scratch();
  const auto size = static_cast<std::size_t>(spectrum->size()), half = static_cast<std::size_t>(spectrum->num_half());
  std::vector<double> numbers(6 * size);
  std::vector<Complex> sums(4 * half);
  const SpeciesSums a{
      {numbers.data(), numbers.data() + size}, sums.data(), sums.data() + half, numbers.data() + 4 * size};
  const SpeciesSums b{{numbers.data() + 2 * size, numbers.data() + 3 * size},
                      sums.data() + 2 * half,
                      sums.data() + 3 * half,
                      numbers.data() + 5 * size};
  spectrum->analyse(gas(grid, 1.0, 1), a.modes, scratch);
  spectrum->analyse(gas(grid, 2.0, 1), b.modes, scratch);
  const double seconds = best_of(options, [&] { pair->add(a, b, scratch); });
  const double points = std::pow(options.points, 3);
  const int products = options.sphere * options.radial;
  show(fmt::format("two species, both ways, {} x {}", options.radial, options.sphere), options, seconds, raw,
       {products, options.radial}, {products * points * 31.0, products * points * 64.0}, "");

  sim::GasParams species;
  species.species = {{.name = "a", .mass = 1.0, .diameter = 0.5, .viscosity_exponent = 0.75},
                     {.name = "b", .mass = 2.0, .diameter = 0.6, .viscosity_exponent = 0.75}};
  MixtureOperator mixture(comm, sim::Gas(species), grid, params_of(options, SpectralMethod::classic, options.sphere));
  auto f = gas(grid, 1.0, 1);
  const auto heavy = gas(grid, 2.0, 1);
  f.insert(f.end(), heavy.begin(), heavy.end());
  std::vector<double> rate(f.size()), frequency(f.size());
  const double all = best_of(options, [&] { mixture.evaluate(f, rate, frequency); });
  show("mixture of two, all four", options, all, raw, {2 * products, 3 * options.radial + 6},
       {products * points * 40.0, products * points * 112.0}, "");
}

void run(const Comm& comm, const Options& options) {
  VelocityGrid grid;
  grid.points = options.points;
  grid.half_width = 8.4;
  fmt::print("{} points a direction; {}\n{:34} {:>8} {:>8} {:>6} {:>8} {:>8} {:>7} {:>8}  {}\n", options.points,
             build_info().simd, "a cell", "ms", "FFTW ms", "ratio", "GF FFT", "GF else", "GF/s", "MB else", "to reach");
  RawTransforms raw(options.points);
  one_species(comm, options, raw, grid, {0.08, 0.5}, SpectralMethod::classic);
  one_species(comm, options, raw, grid, {0.08, 1.0}, SpectralMethod::carleman);
  two_species(comm, options, raw, grid);
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  tessera::bench::Options options;
  CLI::App app("Measures collisions of Boltzmann gases.");
  app.add_option("--points", options.points, "Of velocities, along each direction")->check(CLI::Range(8, 128));
  app.add_option("--radial", options.radial, "Relative speeds")->check(CLI::Range(1, 128));
  app.add_option("--sphere", options.sphere, "Directions")->check(CLI::PositiveNumber);
  app.add_option("--carleman-sphere", options.carleman_sphere, "Directions of Carleman's form")
      ->check(CLI::PositiveNumber);
  app.add_option("--cells", options.cells, "At a time")->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "Of each line, at least")->check(CLI::NonNegativeNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    tessera::bench::run(runtime.comm(), options);
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(runtime.comm(), error));
  }
}
