// Learned numbers in a file of their own, model.h5, with all that is needed to use them again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"

namespace tessera::data {

struct ModelArray {
  std::string name;
  std::int64_t rows = 0, cols = 0;
  std::vector<double> values;  ///< row by row
};

struct Model {
  std::string kind;                ///< what it is a model of, "ppo"
  std::string deck;                ///< that it came from
  std::vector<ModelArray> arrays;  ///< parameters, and other numbers beside them
};

/// Local. Throws Error (input) if there is none of this shape.
const ModelArray& find_array(const std::vector<ModelArray>& arrays, const std::string& name, std::int64_t rows,
                             std::int64_t cols, const std::string& where);

/// Collective. Writes /arrays/<name>, rows x cols each, with a hash of all of them; a file of that name is replaced.
/// The model is the same on all ranks. Throws Error (io).
void write_model(const Comm& comm, const std::string& path, const Model& model);

/// Collective. Throws Error (input) for a damaged or foreign file, or a model of another kind.
Model read_model(const Comm& comm, const std::string& path, const std::string& kind);

}  // namespace tessera::data
