#include "sim/dsmc/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/region.hpp"

namespace tessera::sim::dsmc {

const char* const quantity_names[num_quantities] = {
    "density",   "velocity_x", "velocity_y", "velocity_z", "temperature", "stress_xx",   "stress_yy",
    "stress_zz", "stress_xy",  "stress_xz",  "stress_yz",  "heat_flux_x", "heat_flux_y", "heat_flux_z"};

namespace {

struct OutputKind {
  const char* name;
  int first, count;  // quantities
  const char* unit;
};
constexpr OutputKind output_kinds[] = {{"density", 0, 1, ""},
                                       {"velocity", 1, 3, "velocity"},
                                       {"temperature", 4, 1, ""},
                                       {"stress", 5, 6, ""},
                                       {"heat_flux", 11, 3, ""}};

auto on_host(const data::Field& field) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), field.values());
}

std::size_t as_size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// Of the mean of independent values, from their sum and that of their squares.
Sampler::Mean mean_of(double sum, double squares, std::int64_t count) {
  if (count == 0) return {0.0, std::nan("")};
  const auto n = static_cast<double>(count);
  const double mean = sum / n;
  return {mean, count > 1 ? std::sqrt(std::max(0.0, squares / n - mean * mean) / (n - 1.0)) : std::nan("")};
}

}  // namespace

Quantities quantities_of(const double (&sums)[num_sums], double samples, double mass, double boltzmann,
                         double density_each) {
  Quantities q{};
  const double count = sums[0];
  if (!(count > 0.0)) return q;
  double u[3], moment[6], square = 0.0;
  for (int c = 0; c < 3; ++c) {
    u[c] = sums[1 + c] / count;
    square += u[c] * u[c];
  }
  for (int n = 0; n < 6; ++n) moment[n] = sums[4 + n] / count;
  const double trace = moment[0] + moment[1] + moment[2], density = count * density_each / samples;
  q[0] = density;
  for (int c = 0; c < 3; ++c) q[as_size(1 + c)] = u[c];
  q[4] = mass * (trace - square) / (3.0 * boltzmann);
  constexpr int first[6] = {0, 1, 2, 0, 0, 1}, second[6] = {0, 1, 2, 1, 2, 2};
  for (int n = 0; n < 6; ++n) q[as_size(5 + n)] = mass * density * (moment[n] - u[first[n]] * u[second[n]]);
  constexpr int place[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};
  for (int c = 0; c < 3; ++c) {
    double along = 0.0;
    for (int d = 0; d < 3; ++d) along += u[d] * moment[place[c][d]];
    q[as_size(11 + c)] =
        0.5 * mass * density * (sums[10 + c] / count - u[c] * trace - 2.0 * along + 2.0 * square * u[c]);
  }
  return q;
}

Sampler::Sampler(const Simulation& simulation)
    : simulation_(simulation),
      block_(simulation.mesh(), "block", num_sums * simulation.gas().num_species(), 0),
      total_(simulation.mesh(), "total", num_sums * simulation.gas().num_species(), 0),
      scatter_(simulation.mesh(), "scatter", 2 * num_quantities * simulation.gas().num_species(), 0),
      mean_sums_(as_size(num_quantities * simulation.gas().num_species()), 0.0),
      mean_squares_(mean_sums_),
      walls_(4 * num_sides, 0.0),
      wall_sums_(walls_),
      wall_squares_(walls_) {
  const auto& sampling = simulation.params().sampling;
  const std::int64_t looks = (simulation.params().steps - sampling.start) / sampling.every;
  block_steps_ = std::max<std::int64_t>(1, looks / sampling.blocks) * sampling.every;
  for (int a = 0; a < simulation.gas().num_species(); ++a)
    for (const auto& kind : output_kinds)
      output_.emplace_back(simulation.mesh(), fmt::format("{}_{}", kind.name, simulation.gas().species(a).name),
                           kind.count, 0, kind.unit);
}

const data::Field* Sampler::sums_for_step() const {
  const auto& sampling = simulation_.params().sampling;
  const std::int64_t since = simulation_.num_steps_done() - sampling.start;
  return since >= 0 && since % sampling.every == 0 ? &block_ : nullptr;
}

void Sampler::add(const StepTally& tally) {
  const auto& sampling = simulation_.params().sampling;
  const std::int64_t since = simulation_.num_steps_done() - sampling.start;  // the step has been counted
  if (since <= 0) return;
  if ((since - 1) % sampling.every == 0) block_samples_ += 2;
  block_walls_ += tally.walls;
  ++block_time_;
  if (since % block_steps_ == 0) close_block();
}

Quantities Sampler::cell_quantities(const double* sums, int cell, int species, double samples) const {
  const auto& params = simulation_.params();
  const auto apart = as_size(simulation_.grid().num_local());
  double here[num_sums];
  for (int n = 0; n < num_sums; ++n) here[n] = sums[as_size(cell) + apart * as_size(species * num_sums + n)];
  return quantities_of(here, samples, simulation_.gas().species(species).mass, params.boltzmann,
                       simulation_.weight() / params.cell_volume());
}

double Sampler::area(int side) const {
  const auto& length = simulation_.params().box.length;
  return length[as_size((side / 2 + 1) % 3)] * length[as_size((side / 2 + 2) % 3)];
}

void Sampler::close_block() {
  const Region region("dsmc/close_block");
  const int cells = simulation_.grid().num_local(), species = simulation_.gas().num_species();
  const auto apart = as_size(cells);
  const auto block = on_host(block_), total = on_host(total_), scatter = on_host(scatter_);
  std::vector<ExactSum> over_cells(mean_sums_.size());
  for (int a = 0; a < species; ++a)
    for (int cell = 0; cell < cells; ++cell) {
      const Quantities now = cell_quantities(block.data(), cell, a, static_cast<double>(block_samples_));
      for (int n = 0; n < num_quantities; ++n) {
        const auto number = as_size(a * num_quantities + n);
        double* sums = scatter.data() + as_size(cell) + 2 * apart * number;
        sums[0] += now[as_size(n)];
        sums[apart] += now[as_size(n)] * now[as_size(n)];
        over_cells[number].add(now[as_size(n)]);
      }
    }
  for (std::size_t n = 0; n < apart * as_size(species * num_sums); ++n) total.data()[n] += block.data()[n];
  Kokkos::deep_copy(total_.values(), total);
  Kokkos::deep_copy(scatter_.values(), scatter);
  Kokkos::deep_copy(block_.values(), 0.0);
  all_reduce(simulation_.mesh().comm(), over_cells.data(), static_cast<int>(over_cells.size()));
  const auto all_cells = static_cast<double>(simulation_.mesh().total_cells());
  for (std::size_t n = 0; n < over_cells.size(); ++n) {
    const double mean = over_cells[n].value() / all_cells;
    mean_sums_[n] += mean;
    mean_squares_[n] += mean * mean;
  }
  all_reduce(simulation_.mesh().comm(), block_walls_.part, 4 * num_sides);
  for (int n = 0; n < 4 * num_sides; ++n) {
    const double given = block_walls_.part[n].value() * simulation_.weight() / area(n / 4),
                 mean = given / (static_cast<double>(block_time_) * simulation_.params().dt);
    walls_[as_size(n)] += given;
    wall_sums_[as_size(n)] += mean;
    wall_squares_[as_size(n)] += mean * mean;
  }
  block_walls_ = {};
  total_samples_ += block_samples_;
  total_time_ += block_time_;
  block_samples_ = block_time_ = 0;
  ++num_blocks_;
}

std::vector<const data::Field*> Sampler::fields() {
  const int cells = simulation_.grid().num_local(), species = simulation_.gas().num_species();
  double samples = static_cast<double>(num_samples());
  data::Field now(simulation_.mesh(), "now", num_sums * species, 0);
  if (num_samples() > 0) {
    const auto sums = on_host(total_), block = on_host(block_);
    const auto whole = Kokkos::create_mirror_view(now.values());
    for (std::size_t n = 0; n < sums.size(); ++n) whole.data()[n] = sums.data()[n] + block.data()[n];
    Kokkos::deep_copy(now.values(), whole);
  } else {
    simulation_.add_moments(now);
    samples = 1.0;
  }
  const auto sums = on_host(now);
  std::vector<const data::Field*> result;
  auto field = output_.begin();
  for (int a = 0; a < species; ++a)
    for (const auto& kind : output_kinds) {
      const auto values = Kokkos::create_mirror_view(field->values());
      for (int cell = 0; cell < cells; ++cell) {
        const Quantities here = cell_quantities(sums.data(), cell, a, samples);
        for (int c = 0; c < kind.count; ++c)
          values.data()[as_size(cell) + as_size(cells) * as_size(c)] = here[as_size(kind.first + c)];
      }
      Kokkos::deep_copy(field->values(), values);
      result.push_back(&*field++);
    }
  return result;
}

Report Sampler::profile() const {
  const int cells = simulation_.grid().num_local(), species = simulation_.gas().num_species();
  const auto total = on_host(total_), block = on_host(block_), scatter = on_host(scatter_);
  std::vector<double> sums(total.size());
  for (std::size_t n = 0; n < sums.size(); ++n) sums[n] = total.data()[n] + block.data()[n];
  const std::size_t width = 1 + as_size(2 * num_quantities * species);
  const auto all = as_size(simulation_.mesh().total_cells()), first = as_size(simulation_.grid().first_cell[0]);
  std::vector<double> rows(all * width, 0.0);
  for (int cell = 0; cell < cells; ++cell) {
    double* row = rows.data() + (first + as_size(cell)) * width;
    *row++ = simulation_.mesh().coordinate(0, static_cast<std::int64_t>(first) + cell);
    for (int a = 0; a < species; ++a) {
      const Quantities here = cell_quantities(sums.data(), cell, a, static_cast<double>(num_samples()));
      for (int n = 0; n < num_quantities; ++n) {
        const double* both = scatter.data() + as_size(cell) + 2 * as_size(cells) * as_size(a * num_quantities + n);
        *row++ = here[as_size(n)];
        *row++ = mean_of(both[0], both[cells], num_blocks_).error;
      }
    }
  }
  simulation_.mesh().comm().all_reduce(rows.data(), static_cast<int>(rows.size()), Op::sum);
  Report report{"profile.csv", {{"x", ""}}, {}};
  for (int a = 0; a < species; ++a)
    for (const char* name : quantity_names) {
      const std::string of = fmt::format("{}_{}", name, simulation_.gas().species(a).name);
      report.columns.push_back({of, ""});
      report.columns.push_back({of + " error", ""});
    }
  for (std::size_t n = 0; n < all; ++n)
    report.rows.emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(n * width),
                             rows.begin() + static_cast<std::ptrdiff_t>((n + 1) * width));
  return report;
}

std::array<Sampler::Mean, num_quantities> Sampler::means(int species) const {
  std::array<Mean, num_quantities> result;
  for (std::size_t n = 0; n < result.size(); ++n) {
    const auto place = as_size(species * num_quantities) + n;
    result[n] = mean_of(mean_sums_[place], mean_squares_[place], num_blocks_);
  }
  return result;
}

std::array<Sampler::Mean, 4> Sampler::wall_means(int side) const {
  std::array<Mean, 4> result;
  for (std::size_t n = 0; n < result.size(); ++n) {
    const auto place = as_size(4 * side) + n;
    result[n] = mean_of(wall_sums_[place], wall_squares_[place], num_blocks_);
  }
  return result;
}

std::vector<double> Sampler::wall_fluxes() const {
  WallSums block = block_walls_;
  all_reduce(simulation_.mesh().comm(), block.part, 4 * num_sides);
  const double time = static_cast<double>(total_time_ + block_time_) * simulation_.params().dt;
  std::vector<double> fluxes(walls_.size(), 0.0);
  if (time > 0.0)
    for (int n = 0; n < 4 * num_sides; ++n)
      fluxes[as_size(n)] = (walls_[as_size(n)] + block.part[n].value() * simulation_.weight() / area(n / 4)) / time;
  return fluxes;
}

void Sampler::save(data::StateWriter& writer) const {
  writer.put("samples",
             std::vector<std::int64_t>{block_samples_, total_samples_, block_time_, total_time_, num_blocks_});
  writer.put_field("block", block_);
  writer.put_field("total", total_);
  writer.put_field("scatter", scatter_);
  WallSums walls = block_walls_;
  all_reduce(simulation_.mesh().comm(), walls.part, 4 * num_sides);
  std::vector<double> parts;
  for (const auto& part : walls.part) {
    parts.push_back(part.high);
    parts.push_back(part.low);
  }
  writer.put("block_walls", parts);
  for (const auto& [name, values] : {std::pair{"mean_sums", &mean_sums_},
                                     {"mean_squares", &mean_squares_},
                                     {"walls", &walls_},
                                     {"wall_sums", &wall_sums_},
                                     {"wall_squares", &wall_squares_}})
    writer.put(name, *values);
}

void Sampler::restore(data::StateReader& reader) {
  std::vector<std::int64_t> samples;
  std::vector<double> parts;
  reader.get("samples", samples);
  reader.get_field("block", block_);
  reader.get_field("total", total_);
  reader.get_field("scatter", scatter_);
  reader.get("block_walls", parts);
  bool fits = samples.size() == 5 && parts.size() == 8 * num_sides;
  for (const auto& [name, values] : {std::pair{"mean_sums", &mean_sums_},
                                     {"mean_squares", &mean_squares_},
                                     {"walls", &walls_},
                                     {"wall_sums", &wall_sums_},
                                     {"wall_squares", &wall_squares_}}) {
    const std::size_t size = values->size();
    reader.get(name, *values);
    fits = fits && values->size() == size;
  }
  if (!fits) throw Error::input("the checkpoint of this stage has means of another gas");
  block_samples_ = samples[0];
  total_samples_ = samples[1];
  block_time_ = samples[2];
  total_time_ = samples[3];
  num_blocks_ = samples[4];
  block_walls_ = {};
  // What ranks have seen adds up; one of them stands for all.
  if (simulation_.mesh().comm().is_root())
    for (std::size_t n = 0; n < 4 * num_sides; ++n) block_walls_.part[n] = {parts[2 * n], parts[2 * n + 1]};
}

}  // namespace tessera::sim::dsmc
