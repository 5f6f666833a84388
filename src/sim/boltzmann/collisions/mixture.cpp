#include "sim/boltzmann/collisions/mixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/kokkos.hpp"

namespace tessera::sim::boltzmann {

namespace {

using HostSpace = Kokkos::DefaultHostExecutionSpace;

bool carleman_holds(const CollisionKernel& kernel, int dimensions, double mass_a, double mass_b) {
  return kernel.is_isotropic() && mass_a == mass_b && kernel.gamma == (dimensions == 3 ? 1.0 : 0.0);
}

math::DirectionRule rule_of(int dimensions, int directions) {
  return dimensions == 3 ? math::sphere_rule(directions) : math::circle_rule(directions);
}

std::unique_ptr<const PairOperator> make_pair(const std::shared_ptr<const Spectrum>& spectrum, const Gas& gas, int a,
                                              int b, const SpectralParams& params, double support) {
  const VelocityGrid& grid = spectrum->grid();
  const double mass_a = gas.species(a).mass, mass_b = gas.species(b).mass;
  const auto& kernel = gas.kernel(a, b);
  SpectralMethod method = params.method;
  const bool holds = carleman_holds(kernel, grid.dimensions, mass_a, mass_b);
  if (method == SpectralMethod::automatic) method = holds ? SpectralMethod::carleman : SpectralMethod::classic;
  PairSetup setup{spectrum,
                  kernel,
                  mass_a / (mass_a + mass_b),
                  mass_b / (mass_a + mass_b),
                  a == b,
                  2.0 * support,
                  radii_of(params, grid.points),
                  rule_of(grid.dimensions,
                          directions_of(params, grid.dimensions, grid.points, method == SpectralMethod::carleman))};
  check(setup);
  if (method == SpectralMethod::carleman) return make_carleman(std::move(setup));
  if (method == SpectralMethod::direct) return make_direct(std::move(setup));
  return kernel.is_isotropic() ? make_classic(std::move(setup)) : make_soft_spheres(std::move(setup));
}

}  // namespace

/// What a thread needs for a cell.
struct MixtureOperator::Worker {
  Worker(const Spectrum& spectrum, const std::vector<double>& masses)
      : scratch(spectrum.make_scratch()),
        modes("collision_modes", 2 * masses.size() * static_cast<std::size_t>(spectrum.size())),
        sums("collision_sums", 4 * masses.size() * static_cast<std::size_t>(spectrum.num_half())),
        values("collision_values", masses.size() * static_cast<std::size_t>(spectrum.size())),
        conservation(spectrum.grid(), masses),
        species(masses.size()) {
    const auto size = static_cast<std::ptrdiff_t>(spectrum.size()),
               half = static_cast<std::ptrdiff_t>(spectrum.num_half());
    auto* sum = reinterpret_cast<Complex*>(sums.data());
    for (std::size_t s = 0; s < masses.size(); ++s) {
      const auto at = static_cast<std::ptrdiff_t>(s);
      double* re = modes.data() + 2 * at * size;
      species[s] = {{re, re + size}, sum + 2 * at * half, sum + (2 * at + 1) * half, values.data() + at * size};
    }
  }

  Scratch scratch;
  HostArray1<double> modes, sums, values;
  MixtureConservation conservation;
  std::vector<SpeciesSums> species;
  std::exception_ptr problem;
};

MixtureOperator::MixtureOperator(const Comm& comm, const Gas& gas, const VelocityGrid& grid,
                                 const SpectralParams& params)
    : support_(params.support.value_or(default_support(grid.half_width))), conserves_(params.conserve) {
  check_support(support_, grid.half_width);
  spectrum_ = std::make_shared<const Spectrum>(comm, grid, params.filter);
  for (int s = 0; s < gas.num_species(); ++s) masses_.push_back(gas.species(s).mass);
  agree(comm, [&] {
    for (int a = 0; a < gas.num_species(); ++a)
      for (int b = a; b < gas.num_species(); ++b)
        pairs_.push_back({static_cast<std::size_t>(a), static_cast<std::size_t>(b),
                          make_pair(spectrum_, gas, a, b, params, support_)});
    for (int n = 0; n < HostSpace().concurrency(); ++n)
      workers_.push_back(std::make_unique<Worker>(*spectrum_, masses_));
  });
}

MixtureOperator::~MixtureOperator() = default;

void MixtureOperator::evaluate(std::span<const double> f, std::span<double> rate, std::span<double> frequency) {
  const std::size_t cell = masses_.size() * static_cast<std::size_t>(grid().size()), cells = f.size() / cell;
  if (f.size() != cells * cell || rate.size() != f.size() || frequency.size() != f.size())
    throw Error::internal(
        fmt::format("collisions were given {} values, {} rates and {} frequencies; expected as many "
                    "of each, a multiple of {}",
                    f.size(), rate.size(), frequency.size(), cell));
  const std::size_t stride = workers_.size();
  const auto work = [&](std::size_t worker) {
    try {
      for (std::size_t n = worker; n < cells; n += stride)
        evaluate_cell(*workers_[worker], f.subspan(n * cell, cell), rate.subspan(n * cell, cell),
                      frequency.subspan(n * cell, cell));
    } catch (...) {
      workers_[worker]->problem = std::current_exception();
    }
  };
  Kokkos::parallel_for("collisions", Kokkos::RangePolicy<HostSpace>(0, stride), work);
  HostSpace().fence();
  for (auto& worker : workers_)
    if (auto problem = std::exchange(worker->problem, nullptr)) std::rethrow_exception(problem);
}

void MixtureOperator::evaluate_cell(Worker& worker, std::span<const double> f, std::span<double> rate,
                                    std::span<double> frequency) const {
  const auto size = static_cast<std::size_t>(grid().size()), half = static_cast<std::size_t>(spectrum_->num_half());
  std::fill(worker.sums.data(), worker.sums.data() + worker.sums.size(), 0.0);
  std::fill(worker.values.data(), worker.values.data() + worker.values.size(), 0.0);
  for (std::size_t s = 0; s < masses_.size(); ++s)
    spectrum_->analyse(f.subspan(s * size, size), worker.species[s].modes, worker.scratch);
  for (const auto& pair : pairs_) pair.collisions->add(worker.species[pair.a], worker.species[pair.b], worker.scratch);
  for (std::size_t s = 0; s < masses_.size(); ++s) {
    const auto& sums = worker.species[s];
    double* q = rate.data() + s * size;
    double* nu = frequency.data() + s * size;
    const double* value = f.data() + s * size;
    spectrum_->synthesise({sums.gain, half}, {q, size});
    spectrum_->synthesise({sums.frequency, half}, {nu, size});
    for (std::size_t n = 0; n < size; ++n) q[n] += sums.values[n] - value[n] * nu[n];
  }
  if (!conserves_) return;
  if (masses_.size() == 1)
    conserve(grid(), masses_[0], f, rate, {worker.scratch.product.data(), size});
  else
    worker.conservation.apply(f, rate, {worker.scratch.product.data(), size});
}

}  // namespace tessera::sim::boltzmann
