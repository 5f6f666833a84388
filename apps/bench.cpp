// Comparisons that print ratios: the Lennard-Jones melt beside LAMMPS, two ranks beside two runs of half the size, how
// much of what the machine can do is reached, how fast files are written, and what steps of equations take. Every
// number comes from whole programs, timed from outside, but for those of Fourier transforms, most of the equations,
// particles with noise, training by action matching, federated chains and forecasts, which programs of their own
// measure.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/runtime.hpp"
#include "bench_fft.hpp"
#include "bench_machine.hpp"
#include "bench_pde.hpp"
#include "bench_runs.hpp"

using namespace tessera::bench;
using nlohmann::json;

namespace {

constexpr double density = 0.8442, cutoff = 2.5;

const std::vector<std::string> all_parts{"lammps", "ceiling",   "machine", "output", "fft",
                                         "pde",    "particles", "action",  "fsgld",  "trajcast"};

struct Options {
  std::string tessera, transforms, equations, particles, action, chains, forecasts, deck, equation_deck;
  std::string lammps = "lmp", lammps_arguments = "-sf opt";
  std::string launcher = "mpirun --bind-to core";
  std::string python = "python3";
  std::vector<std::string> parts = all_parts;
  int repeats = 5;
  Lengths lengths;
  std::string json_path;
  std::string folder;  // for what the runs write
};

Command split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

Command operator+(Command first, const Command& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Command launch(const Options& options, int ranks) {
  return split(options.launcher) + Command{"-np", std::to_string(ranks)};
}

/// One rank on one given core, beside others.
Command launch_on_core(int core) { return {"taskset", "-c", std::to_string(core)}; }

Starter tessera_melt(const Options& options, const Command& launcher, const std::string& name) {
  return [=](const Cells& cells, int steps) {
    return launcher + Command{options.tessera,
                              "run",
                              options.deck,
                              "--out",
                              options.folder + "/" + name,
                              "--force",
                              fmt::format("melt.steps={}", steps),
                              fmt::format("melt.lattice.cells=[{}, {}, {}]", cells.x, cells.y, cells.z)};
  };
}

Starter lammps_melt(const Options& options, const Command& launcher) {
  const std::string input = options.folder + "/in.melt";
  std::ofstream(input) << "units lj\natom_style atomic\nlattice fcc " << density
                       << "\nregion box block 0 ${x} 0 ${y} 0 ${z}\ncreate_box 1 box\ncreate_atoms 1 box\nmass 1 1.0\n"
                          "velocity all create 1.44 87287 loop geom\npair_style lj/cut "
                       << cutoff << "\npair_coeff 1 1 1.0 1.0 " << cutoff
                       << "\nneighbor 0.3 bin\nneigh_modify delay 0 every 20 check no\nfix 1 all nve\nthermo 100\n"
                          "timestep 0.005\nrun ${steps}\n";
  return [=](const Cells& cells, int steps) {
    return launcher + Command{options.lammps, "-in", input, "-log", "none"} + split(options.lammps_arguments) +
           Command{"-var", "steps", std::to_string(steps),   "-var", "x", std::to_string(cells.x),
                   "-var", "y",     std::to_string(cells.y), "-var", "z", std::to_string(cells.z)};
  };
}

template <class First, class Second>
Comparison compare(int repeats, const First& first, const Second& second) {
  std::vector<double> a, b, ratio;
  for (int n = 0; n < repeats; ++n) {
    a.push_back(first());
    b.push_back(second());
    ratio.push_back(a.back() / b.back());
  }
  return {spread_of(a), spread_of(b), spread_of(ratio)};
}

std::string text_of(const Spread& spread, double unit = 1.0) {
  const int digits = spread.high < 100.0 * unit ? 2 : 0;
  return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", spread.median / unit, digits, spread.low / unit, digits,
                     spread.high / unit, digits);
}

json to_json(const Spread& spread) {
  return {{"median", spread.median}, {"lowest", spread.low}, {"highest", spread.high}};
}

json to_json(const Comparison& result, const char* first, const char* second) {
  return {{first, to_json(result.first)}, {second, to_json(result.second)}, {"ratio", to_json(result.ratio)}};
}

constexpr const char* row = "{:<24} {:<24} {:<24} {}\n";

void print_row(const std::string& what, const Comparison& result, double unit = 1e6) {
  fmt::print(row, what, text_of(result.first, unit), text_of(result.second, unit), text_of(result.ratio));
  std::fflush(stdout);
}

json compare_with_lammps(const Options& options) {
  fmt::print(
      "\nThe Lennard-Jones melt, 32000 atoms, double precision; million atom-steps/s (whole-process time of {} "
      "steps minus that of {})\n",
      options.lengths.long_steps, options.lengths.short_steps);
  fmt::print(row, "ranks", "tessera", "lammps " + options.lammps_arguments, "ratio");
  json result;
  for (const int ranks : {1, 2}) {
    const auto launcher = launch(options, ranks);
    const std::vector ours{tessera_melt(options, launcher, "melt")}, theirs{lammps_melt(options, launcher)};
    const auto measured = compare(
        options.repeats, [&] { return rate(ours, {}, options.lengths, options.folder); },
        [&] { return rate(theirs, {}, options.lengths, options.folder); });
    print_row(std::to_string(ranks), measured);
    result[std::to_string(ranks)] = to_json(measured, "tessera", "lammps");
  }
  return result;
}

/// As many steps of a larger system as take about the same time.
Lengths scaled(const Lengths& lengths, double atoms) {
  const double factor = 32000.0 / atoms;
  const int run = std::max(100, static_cast<int>((lengths.long_steps - lengths.short_steps) * factor));
  const int start = std::max(50, static_cast<int>(lengths.short_steps * factor));
  return {start, start + run};
}

json compare_with_halves(const Options& options) {
  fmt::print(
      "\nTwo ranks beside two independent runs of half the size, one on each core (until the later one has ended); "
      "million atom-steps/s\n");
  fmt::print(row, "atoms", "two ranks", "two runs of half", "ratio");
  const std::vector together{tessera_melt(options, launch(options, 2), "whole")};
  const std::vector apart{tessera_melt(options, launch_on_core(0), "half0"),
                          tessera_melt(options, launch_on_core(1), "half1")};
  json result;
  for (const int n : {20, 40}) {
    const Cells whole{n, n, n}, half{n, n, n / 2};
    const Lengths lengths = scaled(options.lengths, whole.atoms());
    const auto measured = compare(
        options.repeats, [&] { return rate(together, whole, lengths, options.folder); },
        [&] { return rate(apart, half, lengths, options.folder); });
    print_row(fmt::format("{:.0f}", whole.atoms()), measured);
    result[fmt::format("{:.0f}", whole.atoms())] = to_json(measured, "two_ranks", "two_runs");
  }
  return result;
}

/// The first number of this name anywhere in a summary.
std::optional<double> find_number(const json& node, const std::string& name) {
  if (node.is_object() && node.contains(name) && node[name].is_number()) return node[name].get<double>();
  if (node.is_structured())
    for (const auto& child : node)
      if (const auto found = find_number(child, name)) return found;
  return std::nullopt;
}

/// Arithmetic on pairs inside the cutoff, in a fluid of even density: the distance 8, its inverse 1, the force 6, its
/// components and both sums 9.
double useful_flops_per_atom_step() {
  constexpr double pairs = 0.5 * density * 4.0 / 3.0 * 3.14159265358979 * cutoff * cutoff * cutoff;
  return 24.0 * pairs;
}

json compare_with_machine(const Options& options) {
  const double flops = peak_flops(1), bandwidth = peak_bandwidth(1);
  fmt::print("\nThis machine, one core: {:.1f} Gflop/s (multiply-add, {}), {:.1f} GB/s (triad); two: {:.1f}, {:.1f}\n",
             flops / 1e9, tessera::build_info().simd, bandwidth / 1e9, peak_flops(2) / 1e9, peak_bandwidth(2) / 1e9);
  std::vector<double> rates;
  const std::vector melt{tessera_melt(options, launch(options, 1), "melt")};
  for (int n = 0; n < options.repeats; ++n) rates.push_back(rate(melt, {}, options.lengths, options.folder));
  const double measured = spread_of(rates).median;
  const double useful = measured * useful_flops_per_atom_step() / flops;
  fmt::print("The melt on one rank: {:.2f} million atom-steps/s\n", measured / 1e6);
  fmt::print("  arithmetic on pairs inside the cutoff: {:.1f} % of peak\n", 100.0 * useful);
  json result{{"flops", flops}, {"bandwidth", bandwidth}, {"rate", measured}, {"useful_share_of_flops", useful}};
  std::ifstream file(options.folder + "/melt/summary.json");
  const json summary = json::parse(file, nullptr, false);
  const double steps_per_second = measured / Cells{}.atoms();
  if (const auto count = find_number(summary, "flops_per_step")) {
    result["share_of_flops"] = *count * steps_per_second / flops;
    fmt::print("  all arithmetic that it counts, masked lanes too: {:.1f} % of peak\n",
               100.0 * *count * steps_per_second / flops);
  }
  if (const auto count = find_number(summary, "bytes_per_step")) {
    result["share_of_bandwidth"] = *count * steps_per_second / bandwidth;
    fmt::print("  bytes that it streams, as it counts them: {:.1f} % of peak\n",
               100.0 * *count * steps_per_second / bandwidth);
  }
  return result;
}

/// Seconds that a region took on its slowest rank.
double region_seconds(const json& summary, const std::string& name) {
  for (const auto& region : summary.at("regions"))
    if (region.at("name") == name) return region.at("max_seconds").get<double>();
  throw std::runtime_error("summary.json has no region " + name);
}

double bytes_below(const std::string& folder) {
  double bytes = 0.0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  return bytes;
}

/// Writing so many bytes in one stream, until they are on the disk.
double dd_rate(const Options& options, double bytes) {
  const std::string target = options.folder + "/dd";
  const Command command{
      "dd", "if=/dev/zero", "of=" + target, "bs=1M", fmt::format("count={:.0f}", bytes / (1 << 20)), "conv=fsync"};
  const double seconds = run_together({command}, options.folder).front();
  std::filesystem::remove(target);
  return bytes / seconds;
}

/// Snapshots and a checkpoint of two million particles, beside dd. Eight snapshots, not one: a short stream finds
/// memory for its pages that the one before it has left, and on a virtual machine fresh memory is many times as slow.
json compare_output(const Options& options) {
  const Cells cells{80, 80, 80};
  const std::string folder = options.folder + "/output";
  constexpr int steps = 7;
  fmt::print("\nWriting {:.0f} particles, {} snapshots; GB/s (dd: one stream of as many zeros, with fsync)\n",
             cells.atoms(), steps + 1);
  fmt::print("{:<7} {:<24} {:<24} {}\n", "ranks", "snapshots", "checkpoint, verified", "dd");
  json result;
  for (const int ranks : {1, 2}) {
    std::vector<double> snapshots, checkpoints, streams;
    for (int n = 0; n < options.repeats; ++n) {
      auto command = tessera_melt(options, launch(options, ranks), "output")(cells, steps);
      command.push_back("melt.output.snapshots=1");
      run_together({command}, options.folder);
      const json summary = json::parse(std::ifstream(folder + "/summary.json"));
      const double bytes = summary.at("bytes_written").get<double>();
      snapshots.push_back(bytes / region_seconds(summary, "run/snapshot"));
      checkpoints.push_back(bytes_below(folder + "/checkpoint") / region_seconds(summary, "run/checkpoint"));
      streams.push_back(dd_rate(options, bytes));
      std::filesystem::remove_all(folder);
    }
    const Spread snapshot = spread_of(snapshots), checkpoint = spread_of(checkpoints), stream = spread_of(streams);
    fmt::print("{:<7} {:<24} {:<24} {}\n", ranks, text_of(snapshot, 1e9), text_of(checkpoint, 1e9),
               text_of(stream, 1e9));
    std::fflush(stdout);
    result[std::to_string(ranks)] = {
        {"snapshot", to_json(snapshot)}, {"checkpoint", to_json(checkpoint)}, {"dd", to_json(stream)}};
  }
  return result;
}

json compare_transforms(const Options& options) {
  const TransformRuns runs{launch(options, 1), launch(options, 2), options.transforms, options.folder};
  json result;
  fmt::print(
      "\nReal Fourier transforms forth and back, beside FFTW's own calls for as many at once; million values/s\n");
  fmt::print(row, "transforms x values", "tessera", "fftw", "ratio");
  for (const auto& [what, rates] : compare_batches(runs, options.repeats)) {
    print_row(what, rates);
    result[what] = to_json(rates, "tessera", "fftw");
  }
  fmt::print("\nOne line of 2^22 real values forth and back; million values/s\n");
  fmt::print(row, "", "two ranks", "one rank", "ratio");
  const auto line = compare_ranks_on_a_line(runs, options.repeats);
  print_row("line", line);
  result["line"] = to_json(line, "two_ranks", "one_rank");
  return result;
}

json compare_equations(const Options& options) {
  const EquationRuns runs{launch(options, 1),    launch(options, 2),    options.equations, options.tessera,
                          options.equation_deck, split(options.python), options.folder};
  json result;
  const auto show = [&](const char* title, const char* first, const char* second, double unit, auto&& comparison) {
    fmt::print("\n{}\n", title);
    fmt::print(row, "", first, second, "ratio");
    for (const auto& [what, times] : comparison(runs, options.repeats)) {
      print_row(what, times, unit);
      result[title][what] = to_json(times, first, second);
    }
  };
  show("A step of an equation, and the transforms that it needs by FFTW's own calls; microseconds", "tessera",
       "transforms", 1e-6, compare_with_transforms);
  if (const auto missing = missing_for_library(runs); !missing.empty())
    fmt::print("\nNot compared with controlgym 1.0.0: that takes {} (--python)\n", missing);
  else
    show("A step of controlgym 1.0.0 (its kernel's time elsewhere, times NumPy's transforms here by those there); us",
         "controlgym", "tessera", 1e-6, compare_with_library);
  show("1000 default environments at once, and 1000 steps of one; milliseconds", "batch", "singles", 1e-3,
       compare_batch_with_singles);
  show("A batch on two ranks, and two runs of half of it, one on each core; thousand steps of an environment/s",
       "two ranks", "two runs of half", 1e3, compare_ranks_on_a_batch);
  show("A substep on one line that ranks share; seconds", "two ranks", "one rank", 1.0,
       compare_ranks_on_a_large_equation);
  return result;
}

/// What a program of its own measures, as it prints it, line by line.
json show(const Options& options, int ranks, const std::string& program) {
  const auto lines = lines_of(launch(options, ranks) + Command{program}, options.folder);
  fmt::print("\n{}, ranks: {}\n{}\n", program, ranks, fmt::join(lines, "\n"));
  return lines;
}

bool is_wanted(const Options& options, const std::string& part) {
  return std::find(options.parts.begin(), options.parts.end(), part) != options.parts.end();
}

json measure(const Options& options) {
  json result;
  if (is_wanted(options, "lammps")) result["lammps"] = compare_with_lammps(options);
  if (is_wanted(options, "ceiling")) result["ceiling"] = compare_with_halves(options);
  if (is_wanted(options, "machine")) result["machine"] = compare_with_machine(options);
  if (is_wanted(options, "output")) result["output"] = compare_output(options);
  if (is_wanted(options, "fft")) result["fft"] = compare_transforms(options);
  if (is_wanted(options, "pde")) result["pde"] = compare_equations(options);
  if (is_wanted(options, "particles")) result["particles"] = show(options, 1, options.particles);
  if (is_wanted(options, "action"))
    for (const int ranks : {1, 2}) result["action"][std::to_string(ranks)] = show(options, ranks, options.action);
  if (is_wanted(options, "fsgld"))
    for (const int ranks : {1, 2}) result["fsgld"][std::to_string(ranks)] = show(options, ranks, options.chains);
  if (is_wanted(options, "trajcast")) result["trajcast"] = show(options, 1, options.forecasts);
  return result;
}

void declare(CLI::App& app, Options& options) {
  app.add_option("--tessera", options.tessera, "The program to measure")->capture_default_str();
  app.add_option("--deck", options.deck, "A deck whose stage \"melt\" is the Lennard-Jones melt")
      ->capture_default_str();
  app.add_option("--lammps", options.lammps, "LAMMPS")->capture_default_str();
  app.add_option("--lammps-args", options.lammps_arguments, "Its arguments, e.g. \"-pk intel 0 mode double -sf intel\"")
      ->capture_default_str();
  app.add_option("--python", options.python, "A Python that has NumPy")->capture_default_str();
  app.add_option("--launcher", options.launcher, "What starts ranks; -np N is added")->capture_default_str();
  app.add_option("--parts", options.parts, fmt::format("What to measure: {}", fmt::join(all_parts, ", ")))
      ->delimiter(',')
      ->check(CLI::IsMember(all_parts))
      ->capture_default_str();
  app.add_option("--repeats", options.repeats, "Of each measurement, in turns")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--short", options.lengths.short_steps, "Steps of the short run")->capture_default_str();
  app.add_option("--long", options.lengths.long_steps, "Steps of the long run")->capture_default_str();
  app.add_option("--json", options.json_path, "Write the numbers to this file as well");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  options.tessera = here / "tessera";
  options.transforms = here / "tessera_bench_fft";
  options.equations = here / "tessera_bench_pde";
  options.particles = here / "tessera_bench_particles";
  options.action = here / "tessera_bench_action";
  options.chains = here / "tessera_bench_fsgld";
  options.forecasts = here / "tessera_bench_trajcast";
  options.deck = TESSERA_MELT_DECK;
  options.equation_deck = TESSERA_BURGERS_DECK;
  CLI::App app("Measures Tessera beside LAMMPS and beside what this machine can do, and prints ratios.");
  declare(app, options);
  CLI11_PARSE(app, argc, argv);
  setenv("OMP_NUM_THREADS", "1", 0);
  setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
  setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);

  std::string folder = (std::filesystem::temp_directory_path() / "tessera_bench.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    fmt::print(stderr, "tessera_bench: error: {}: cannot be made\n", folder);
    return 1;
  }
  options.folder = folder;
  int status = 0;
  try {
    const json result = measure(options);
    if (!options.json_path.empty()) std::ofstream(options.json_path) << result.dump(2) << '\n';
  } catch (const std::exception& error) {
    fmt::print(stderr, "tessera_bench: error: {}\n", error.what());
    status = 1;
  }
  std::filesystem::remove_all(folder);
  return status;
}
