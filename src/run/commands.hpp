// The commands of the program besides `run`. What they find goes to the log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "data/formats/options.hpp"
#include "run/registry.hpp"
#include "run/step_time.hpp"

namespace tessera::run {

struct CheckOptions {
  std::string deck;
  std::vector<std::string> overrides;
  int ranks = 0;     ///< 0: as many as these
  std::string rate;  ///< measured on one rank, or the summary.json that has it; without it, no times
  Network network;
};

/// Collective. `tessera check`: validates a deck and says what its run would take.
void check_deck(const Comm& comm, const Registry& registry, const CheckOptions& options);

/// `tessera list`: the kinds of stages, a line each.
void list_types(const Registry& registry);

/// `tessera describe TYPE`: every key of such a stage; of the top level of a deck for an empty type.
/// Throws Error (input) naming the nearest type.
void describe_type(const Registry& registry, const std::string& type);

/// Collective. `tessera convert`: a structure file into another format.
void convert(const Comm& comm, const std::string& from, const std::string& to, const data::ReadOptions& options);

/// Collective. `tessera info`: what is in a run folder, a checkpoint, a structure file or any HDF5 file.
void info(const Comm& comm, const std::string& path);

}  // namespace tessera::run
