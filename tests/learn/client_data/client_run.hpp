// Stages of federated data, made without the loop, and what is in their table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "learn/client_data/stage.hpp"
#include "stage_run.hpp"

namespace tessera::test {

/// Collective. A stage with these keys and the seed 5, started.
std::unique_ptr<learn::client_data::ClientDataStage> started_data(const std::string& keys,
                                                                  const Comm& comm = test::comm());
/// "no error" if there is none.
std::string complaint_about_data(const std::string& keys);

/// All rows of a table, on all ranks.
struct WholeTable {
  std::vector<std::int64_t> client, id, held_out;  ///< the last one empty if there is no such column
  std::vector<double> x, y;                        ///< likewise y
  std::size_t width = 0;

  std::size_t size() const { return client.size(); }
  bool operator==(const WholeTable&) const = default;
};
/// Collective.
WholeTable whole_table(const data::Table& table);
WholeTable data_with(const std::string& keys, const Comm& comm = test::comm());

/// Collective. A text in a file of that name in a folder of its own; its path.
std::string write_data(const std::string& name, const std::string& text);

/// The report of that name of a stage.
std::vector<std::vector<double>> report_of(learn::client_data::ClientDataStage& stage, const std::string& file);

}  // namespace tessera::test
