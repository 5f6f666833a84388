// Passes through a forecasting network beside what the TrajCast library takes for them, and beside matrix products of
// the BLAS that the program is linked with. Prints milliseconds of processor time (of all threads; the best pass),
// the arithmetic that is really done, its rate and share of that of gemm, the library's time where it is known and how
// many times as long that is, and memory: all that is allocated for a pass at its peak, and tables. `--write` makes
// files for jobs/compare_trajcast.py.
#include <cblas.h>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "bench_memory.hpp"
#include "bench_trajcast_cases.hpp"
#include "bench_trajcast_work.hpp"
#include "learn/trajcast/network.hpp"

namespace tessera::bench {

namespace {

using learn::trajcast::Architecture;
using learn::trajcast::Graph;
using learn::trajcast::Images;
using learn::trajcast::Network;

struct Options {
  std::vector<std::string> cases = trajcast_case_names();
  std::vector<std::string> precisions{"double", "single"};
  std::vector<std::string> passes{"forward", "tables", "reverse", "training", "learning"};
  int repeats = 5, knots = 512, training_knots = 128;
  double seconds = 0.5;
  std::int64_t batch = 10, chunk_edges = 16384;
  std::string folder;  ///< for files of configurations
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The least processor seconds of work(), at least `repeats` times and for at least so many seconds.
template <class Work>
double best_of(const Options& options, const Work& work) {
  double best = never, spent = 0.0;
  for (int n = 0; n < options.repeats || spent < options.seconds; ++n) {
    const double begin = processor_seconds();
    work();
    const double taken = processor_seconds() - begin;
    best = std::min(best, taken);
    spent += taken;
  }
  return best;
}

/// Operations a second of a product of square matrices of 768 rows.
template <class Real>
double gemm_rate(const Options& options) {
  constexpr int size = 768;
  const std::vector<Real> a(static_cast<std::size_t>(size) * size, Real(0.5)), b = a;
  std::vector<Real> c(a.size());
  const auto multiply = [&] {
    if constexpr (std::is_same_v<Real, double>)
      cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1.0, a.data(), size, b.data(), size, 0.0,
                  c.data(), size);
    else
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1.0F, a.data(), size, b.data(), size,
                  0.0F, c.data(), size);
  };
  multiply();
  return 2.0 * size * size * size / best_of(options, multiply);
}

struct Measured {
  double seconds = 0.0, operations = 0.0;
  std::int64_t peak = 0, table_bytes = 0;
};

/// A network of its own for each pass, so that it holds no memory of another one.
template <class Real>
Measured measure(const Options& options, const TrajcastCase& test, const std::vector<double>& weights,
                 const Graph& graph, const std::string& pass) {
  const std::int64_t before = allocated_bytes();
  Measured result;
  Network<Real> network(test.parameters);
  network.set_chunk_edges(options.chunk_edges);
  network.set_weights(weights);
  // As a forecast does it whose training pairs came as close as twice that.
  if (pass == "tables") network.tabulate(options.knots, 0.4);
  result.table_bytes = network.table_bytes();
  const std::int64_t constant = static_cast<std::int64_t>(weights.size() * sizeof(Real)) + result.table_bytes;
  Images<Real> nothing(graph.num_atoms);
  const TrajcastWork work = count_work(network.architecture(), graph, options.chunk_edges, options.training_knots);
  std::vector<double> gradient, cotangent(static_cast<std::size_t>(6 * graph.num_atoms), 0.1);
  const bool learns = pass != "forward" && pass != "tables";
  const auto forward = [&] { network.forward(graph, nothing, learns); };
  const auto reverse = [&] { network.reverse(graph, nothing, cotangent, gradient); };

  restart_peak();
  forward();
  if (learns) reverse();
  result.peak = peak_bytes() - before - constant;
  if (pass == "reverse") {
    result.operations = work.reverse;
    result.seconds = best_of(options, reverse);
  } else if (pass == "training") {
    result.operations = work.forward + work.reverse;
    result.seconds = best_of(options, [&] {
      std::fill(gradient.begin(), gradient.end(), 0.0);
      forward();
      reverse();
    });
  } else if (pass == "learning") {
    result.operations = work.learned_by_tables;
    result.seconds = best_of(options, [&] {
      std::fill(gradient.begin(), gradient.end(), 0.0);
      network.tabulate(options.training_knots, 0.4);
      forward();
      reverse();
    });
  } else {
    result.operations = pass == "tables" ? work.tabulated : work.forward;
    result.seconds = best_of(options, forward);
  }
  return result;
}

double reference_of(const Options& options, const TrajcastCase& test, const std::string& pass, bool is_single) {
  if (pass == "forward" || pass == "tables") return is_single ? test.reference.pass_single : test.reference.pass_double;
  return (pass == "training" || pass == "learning") && !is_single && options.batch == 10 ? test.reference.training
                                                                                         : 0.0;
}

template <class Real>
void show(const Options& options, const TrajcastCase& test, const std::vector<double>& weights, double gemm) {
  const bool is_single = std::is_same_v<Real, float>, is_molecule = !test.configurations[0].box.is_periodic[0];
  for (const auto& pass : options.passes) {
    const bool is_batch = pass == "training" || pass == "learning";
    const Graph graph = test.graph(is_batch && is_molecule ? options.batch : 1);
    const Measured m = measure<Real>(options, test, weights, graph, pass);
    const double reference = reference_of(options, test, pass, is_single), rate = m.operations / m.seconds;
    const std::string compared = reference > 0.0
                                     ? fmt::format("{:10.1f} {:7.2f}", reference, reference / (1e3 * m.seconds))
                                     : fmt::format("{:>10} {:>7}", "-", "-");
    fmt::print("{:8} {:9} {:7} {:6} {:7} {:10.3f} {:9.4f} {:8.2f} {:6.3f} {} {:9.1f} {:9.1f}\n", test.name, pass,
               is_single ? "single" : "double", graph.num_atoms, graph.first_edge.back(), 1e3 * m.seconds,
               1e-9 * m.operations, 1e-9 * rate, rate / gemm, compared,
               1e-3 * static_cast<double>(m.peak) / static_cast<double>(graph.num_atoms),
               1e-6 * static_cast<double>(m.table_bytes));
    std::fflush(stdout);
  }
}

/// Extended XYZ of the first configuration, with the network's sizes in the header and its answers behind the
/// velocities (displacement and new velocity, in units of their scales; exact, in double precision), and its weights,
/// doubles one after the other.
void write(const std::string& folder, const TrajcastCase& test, const std::vector<double>& weights) {
  const auto& p = test.parameters;
  const auto& pair = test.configurations[0];
  Network<double> network(p);
  network.set_weights(weights);
  const Graph graph = test.graph(1);
  Images<double> nothing(graph.num_atoms);
  const auto& answer = network.forward(graph, nothing);
  std::vector<double> cell;
  for (const auto& row : pair.box.cell) cell.insert(cell.end(), row, row + 3);
  const char periodic = pair.box.is_periodic[0] ? 'T' : 'F';
  std::ofstream atoms(folder + "/" + test.name + ".xyz");
  atoms << fmt::format(
      "{}\nLattice=\"{:.17g}\" pbc=\"{} {} {}\" Properties=species:S:1:type:I:1:masses:R:1:pos:R:3:velocities:R:3:"
      "answer:R:6 l_max={} channels={} layers={} hidden=\"{}\" cutoff={:.17g} envelope={} radial={} speed_max={:.17g} "
      "speeds={} neighbours={:.17g} species={} displacement_scale={:.17g} velocity_scale={:.17g} angular={}\n",
      graph.num_atoms, fmt::join(cell, " "), periodic, periodic, periodic, p.l_max, p.channels, p.num_layers,
      fmt::join(p.hidden, " "), p.cutoff, p.envelope_power, p.num_radial, p.speed_max, p.num_speed, p.mean_neighbours,
      p.num_species, p.displacement_scale, p.velocity_scale,
      p.conservation == learn::trajcast::Conservation::angular ? 'T' : 'F');
  for (std::size_t n = 0; n < pair.type.size(); ++n) {
    const auto type = static_cast<std::size_t>(pair.type[n]);
    const auto numbers = [n](const std::vector<double>& from, std::size_t count) {
      const double* first = from.data() + n * count;
      return fmt::format(" {:.17g}", fmt::join(first, first + count, " "));
    };
    atoms << test.symbols[type] << ' ' << type << fmt::format(" {:.17g}", test.masses[type])
          << numbers(pair.position, 3) << numbers(pair.velocity, 3) << numbers(answer, 6) << '\n';
  }
  std::ofstream file(folder + "/" + test.name + ".weights", std::ios::binary);
  file.write(reinterpret_cast<const char*>(weights.data()),
             static_cast<std::streamsize>(weights.size() * sizeof(double)));
  if (!atoms.flush() || !file.flush()) throw Error::input(folder + ": files of configurations cannot be written there");
}

void declare(CLI::App& app, Options& options) {
  const auto choice = [&app](const char* name, std::vector<std::string>& chosen, const char* meaning) {
    app.add_option(name, chosen, meaning)->delimiter(',')->check(CLI::IsMember(chosen))->capture_default_str();
  };
  choice("--cases", options.cases, "Networks and configurations");
  choice("--precision", options.precisions, "Of features and weights");
  choice("--passes", options.passes,
         "Forward; forward with tables; reverse; both for a batch; the same through tables");
  app.add_option("--batch", options.batch, "Molecules in a training step")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--repeats", options.repeats, "Passes at least")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--seconds", options.seconds, "Of processor time for each line, at least")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--knots", options.knots, "Of tables")->check(CLI::Range(6, 1 << 16))->capture_default_str();
  app.add_option("--training-knots", options.training_knots, "Of tables that are learned through")
      ->check(CLI::Range(6, 1 << 16))
      ->capture_default_str();
  app.add_option("--chunk", options.chunk_edges, "Edges that are worked on at a time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--write", options.folder,
                 "Measures nothing, but writes configurations, answers and weights into this folder")
      ->check(CLI::ExistingDirectory);
}

void run(const Options& options) {
  const auto wants = [&options](const char* precision) {
    return std::find(options.precisions.begin(), options.precisions.end(), precision) != options.precisions.end();
  };
  const bool only_writes = !options.folder.empty();
  const double dgemm = only_writes ? 0.0 : gemm_rate<double>(options),
               sgemm = only_writes ? 0.0 : gemm_rate<float>(options);
  if (!only_writes)
    fmt::print(
        "gemm: {:.1f} GF/s double, {:.1f} single; {}; threads: {}\n"
        "{:8} {:9} {:7} {:>6} {:>7} {:>10} {:>9} {:>8} {:>6} {:>10} {:>7} {:>9} {:>9}\n",
        1e-9 * dgemm, 1e-9 * sgemm, build_info().simd, build_info().threads, "network", "pass", "", "atoms", "edges",
        "ms", "GF", "GF/s", "share", "library ms", "ratio", "kB/atom", "tables MB");
  for (const auto& name : options.cases) {
    const TrajcastCase test = make_trajcast_case(name, options.batch);
    const auto weights = learn::trajcast::initial_weights(Architecture(test.parameters), 1);
    if (only_writes) {
      write(options.folder, test, weights);
      continue;
    }
    if (wants("double")) show<double>(options, test, weights, dgemm);
    if (wants("single")) show<float>(options, test, weights, sgemm);
  }
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  tessera::bench::Options options;
  CLI::App app("Measures passes through networks that forecast atoms.");
  tessera::bench::declare(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    tessera::bench::run(options);
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(runtime.comm(), error));
  }
}
