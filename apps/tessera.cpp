// The command line: what is asked for, and one call into run/.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "base/runtime.hpp"
#include "deck/deck.hpp"
#include "run/commands.hpp"
#include "run/run.hpp"

namespace tessera {

namespace {

struct Options {
  run::RunOptions run;
  run::CheckOptions check;
  std::string type, from, to;
  data::ReadOptions read;
  bool log_all_ranks = false, is_verbose = false, is_profiled = false;
};

using Action = std::function<ExitStatus(const Comm&, const run::Registry&, const Options&)>;

void declare_deck(CLI::App& command, std::string& deck, std::vector<std::string>& overrides) {
  command.add_option("deck", deck, "Input deck (TOML)")->required();
  command.add_option("overrides", overrides,
                     "Values instead of the deck's: seed=7, melt.steps=100, melt.pair.cutoff=3");
}

void declare_run(CLI::App& app, Options& options, Action& action) {
  auto& command = *app.add_subcommand("run", "Run a deck");
  declare_deck(command, options.run.deck, options.run.overrides);
  command.add_option("-o,--out", options.run.out, "Run folder (default: runs/<name of the deck>)");
  command.add_flag("--resume", options.run.resume, "Go on from the newest checkpoint, on any number of ranks");
  command.add_flag("--force", options.run.force, "Replace the run that the folder holds");
  command.add_flag("--accept-changes", options.run.accept_changes,
                   "With --resume: go on although the deck has changed the physics");
  command.add_flag("--strict", options.run.strict, "Warnings are errors");
  command.add_flag("--profile", options.is_profiled,
                   "Wait for the device after every kernel, so that each gets its time");
  command.add_flag("--log-ranks", options.log_all_ranks, "All ranks speak, not rank 0 alone");
  command.add_flag("-v,--verbose", options.is_verbose, "Say more");
  command.footer(
      "Examples:\n"
      "  tessera run inputs/md/lj_melt.toml\n"
      "  mpirun -np 4 tessera run inputs/md/lj_melt.toml melt.steps=5000 --out runs/long\n"
      "  tessera run inputs/md/lj_melt.toml --resume\n"
      "SIGUSR1, SIGTERM, a file named stop in the run folder and the wall-clock limit end a run with a checkpoint.\n"
      "Exit status: 0 done, 2 the input is wrong, 75 stopped and resumable, 1 anything else.");
  command.callback([&action] {
    action = [](const Comm& comm, const run::Registry& registry, const Options& o) {
      Region::fence_always(o.is_profiled);
      return run::run_deck(comm, registry, o.run);
    };
  });
}

void declare_check(CLI::App& app, Options& options, Action& action) {
  auto& command = *app.add_subcommand("check", "Validate a deck and say what it would take");
  auto& check = options.check;
  declare_deck(command, check.deck, check.overrides);
  command.add_option("-n,--ranks", check.ranks, "Say it for so many ranks")->check(CLI::Range(1, 1'000'000'000));
  auto& rate = *command.add_option(
      "--rate", check.rate,
      "Model a step's time too: particle-steps/s that one rank does, or the summary.json of a run on one rank");
  const auto figure = [&](const char* name, double& value, const char* meaning, double low, double high) {
    command.add_option(name, value, meaning)->capture_default_str()->check(CLI::Range(low, high))->needs(&rate);
  };
  figure("--latency", check.network.latency, "Of the network, one way (s)", 0.0, 1e3);
  figure("--bandwidth", check.network.bandwidth, "That a rank sends with (bytes/s)", 1.0, 1e18);
  figure("--overhead", check.network.overhead, "That a rank spends on one message (s)", 0.0, 1e3);
  figure("--eager-limit", check.network.eager_limit, "Longer messages wait for the receiver (bytes)", 0.0, 1e18);
  command.footer(
      "Examples:\n"
      "  tessera check inputs/md/lj_melt.toml\n"
      "  tessera check inputs/md/lj_melt.toml melt.lattice.cells=[320,320,320] --ranks 4096 --rate 1e7\n"
      "  tessera check inputs/md/lj_melt.toml --ranks 64 --rate runs/lj_melt/summary.json --latency 2e-6");
  command.callback([&action] {
    action = [](const Comm& comm, const run::Registry& registry, const Options& o) {
      run::check_deck(comm, registry, o.check);
      return ExitStatus::done;
    };
  });
}

void declare_catalogue(CLI::App& app, Options& options, Action& action) {
  app.add_subcommand("list", "Kinds of stages")->callback([&action] {
    action = [](const Comm&, const run::Registry& registry, const Options&) {
      run::list_types(registry);
      return ExitStatus::done;
    };
  });
  auto& describe = *app.add_subcommand("describe", "All keys of a kind of stage, with meaning, unit and default");
  describe.add_option("type", options.type, "Kind of stage; without it, the top level of a deck");
  describe.callback([&action] {
    action = [](const Comm&, const run::Registry& registry, const Options& o) {
      run::describe_type(registry, o.type);
      return ExitStatus::done;
    };
  });
}

void declare_files(CLI::App& app, Options& options, Action& action) {
  auto& info = *app.add_subcommand("info", "What is in a run folder, a structure file or an HDF5 file");
  info.add_option("file", options.from, "File or folder")->required();
  info.callback([&action] {
    action = [](const Comm& comm, const run::Registry&, const Options& o) {
      run::info(comm, o.from);
      return ExitStatus::done;
    };
  });
  auto& convert = *app.add_subcommand(
      "convert", "A structure file into another format: extxyz, LAMMPS data, H5MD, openPMD snapshots");
  convert.add_option("from", options.from, "File to read")->required();
  convert.add_option("to", options.to, "File to write: .extxyz, .xyz, .data, .lmp, .h5md or .h5")->required();
  convert.add_option("--frame", options.read.frame, "Frame of a trajectory, from 0 (default: the last one)");
  convert.add_option("--step", options.read.step, "The frame of this step instead");
  convert.add_option("--atom-style", options.read.atom_style, "Of a LAMMPS data file that does not say it");
  convert.add_option("--group", options.read.group, "Group of particles of an H5MD file");
  convert.add_option("--species", options.read.species, "Names of types 1, 2...")
      ->allow_extra_args(false)
      ->delimiter(',');
  convert.add_option("--units", options.read.units, "Unit system to convert to where a format has units of its own");
  convert.add_option("--margin", options.read.margin, "Space around particles of a file without a box");
  convert.callback([&action] {
    action = [](const Comm& comm, const run::Registry&, const Options& o) {
      run::convert(comm, o.from, o.to, o.read);
      return ExitStatus::done;
    };
  });
}

std::string version_text() {
  const BuildInfo build = build_info();
  return fmt::format(
      "Tessera {}\ncompiler  {}, {} ({})\nKokkos    {}, {}\nMPI       {}\nHDF5      {}\nPETSc     {}\nSIMD      {}",
      build.version, build.compiler, build.flags, build.build_type, build.kokkos, build.backend, build.mpi, build.hdf5,
      build.petsc, build.simd);
}

/// What stands where a command should, if it is none.
std::string say_unknown_command(const CLI::App& app, int argc, char** argv) {
  char** const end = argv + argc;
  char** const word = std::find_if(argv + 1, end, [](const char* argument) { return argument[0] != '-'; });
  if (word == end) return "";
  std::vector<std::string> known;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == *word) return "";
    known.push_back(command->get_name());
  }
  const std::string nearest = deck::nearest_name(*word, known);
  return fmt::format("unknown command '{}'; expected one of {}{}", *word, fmt::join(known, ", "),
                     nearest.empty() ? "" : fmt::format(". Did you mean '{}'?", nearest));
}

/// Nothing is started before the command line is understood: --help and --version work where MPI does not.
int parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return -1;
  } catch (const CLI::CallForVersion& version) {
    if (launcher_rank() == 0) std::printf("%s\n", version.what());
    return 0;
  } catch (const CLI::ParseError& error) {
    const bool is_help = error.get_exit_code() == 0;
    if (launcher_rank() == 0) {
      const std::string unknown = say_unknown_command(app, argc, argv);
      if (is_help)
        app.exit(error);
      else
        log::error("command line: {}\n'tessera --help' and 'tessera COMMAND --help' say what there is",
                   unknown.empty() ? error.what() : unknown);
    }
    return is_help ? 0 : static_cast<int>(ExitStatus::bad_input);
  }
}

int act(const Action& action, const Options& options, int& argc, char** argv) {
  Runtime runtime(argc, argv);
  const Comm& comm = runtime.comm();
  log::start(comm.rank(), options.is_verbose ? log::Level::debug : log::Level::info, options.log_all_ranks);
  try {
    return static_cast<int>(action(comm, run::standard_registry(), options));
  } catch (...) {
    return static_cast<int>(settle_failure(comm, to_error(std::current_exception())));
  }
}

int start(int argc, char** argv) {
  launcher_rank();
  Options options;
  Action action;
  CLI::App app("Tessera simulates systems that evolve in time, and learns from them, from one input deck.", "tessera");
  app.require_subcommand(1);
  app.allow_extras(false);
  app.set_version_flag("--version", version_text);
  app.footer(
      "First steps:\n"
      "  tessera list                             what can be done\n"
      "  tessera describe md                      all keys of a molecular dynamics stage\n"
      "  tessera check inputs/md/lj_melt.toml     is the deck in order, what would it take\n"
      "  tessera run inputs/md/lj_melt.toml       run it\n"
      "Options that begin with --kokkos- go to Kokkos.");
  declare_run(app, options, action);
  declare_check(app, options, action);
  declare_catalogue(app, options, action);
  declare_files(app, options, action);

  // Kokkos takes its own arguments later.
  std::vector<char*> own;
  for (int n = 0; n < argc; ++n)
    if (std::string_view(argv[n]).substr(0, 9) != "--kokkos-") own.push_back(argv[n]);
  if (const int status = parse(app, static_cast<int>(own.size()), own.data()); status >= 0) return status;
  try {
    return act(action, options, argc, argv);
  } catch (const Error& error) {
    log::error("{}", error.what());
    return static_cast<int>(error.exit_status());
  }
}

}  // namespace

}  // namespace tessera

int main(int argc, char** argv) { return tessera::start(argc, argv); }
