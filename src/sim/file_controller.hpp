// Actions from a file, step by step, the same in all episodes.
#pragma once

#include <string>

#include "deck/binder.hpp"
#include "sim/controller.hpp"

namespace tessera::sim {

struct FileActionParams {
  std::string path;
  std::string column = "action";  ///< of a table.h5
};
void bind(deck::Binder& binder, FileActionParams& params);

class FileController final : public Controller {
 public:
  /// Collective. A column of a table.h5, or a CSV with a row of numbers for each step (a first line that does not begin
  /// with a number is a heading). Of more rows than an episode has steps the first are used. Throws Error (input) if
  /// there are fewer, if a row has another number of actions than the environment, or if a table with a column "step"
  /// does not begin with the steps 0, 1, 2...
  FileController(const FileActionParams& params, const Environment& environment);

  std::string name() const override { return "file"; }
  void decide(const Environment& environment, const Environment::Rows& actions,
              const Environment::Rows& disturbances) override;

 private:
  Environment::Rows steps_;  // (step, action)
};

}  // namespace tessera::sim
