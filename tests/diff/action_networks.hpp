// The networks of the reference data of action matching: their scalar s(t, x) and the terms of its objective (Neklyudov
// and others, ICML 2023).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/table.hpp"
#include "diff/timed_mlp.hpp"

namespace tessera::test {

enum class ActionForm {
  scalar,  ///< s = h(t, x)
  quad,    ///< s = |x - h(t, x)|^2/2
  inner,   ///< s = h(t, x) . x
  vector,  ///< h itself
};

struct ActionNetwork {
  std::string name;
  ActionForm form;
  std::int64_t dim, time_width;
  diff::Function activation;
};
/// One of each form, with a raw time but for the third.
const std::vector<ActionNetwork>& action_networks();

/// "<name>.h5" of the folder that TESSERA_GOLDEN names, where it is there: all of the reference data; otherwise the
/// part in tests/data.
std::string action_data(const std::string& name);

/// A dataset of numbers, row by row; a number alone is one row.
struct Stored {
  std::int64_t rows = 1, width = 1;
  std::vector<double> numbers;
};
bool has_stored(const std::string& path, const std::string& dataset);
/// Local. Throws Error (input) if it cannot be read.
Stored read_stored(const std::string& path, const std::string& dataset);
/// The same, for the input of a program.
data::RowArray<double> read_rows(const std::string& path, const std::string& dataset);

/// A network with the weights of one group of a file.
class Action {
 public:
  Action(const ActionNetwork& network, const std::string& path, const std::string& group);

  const ActionNetwork& network() const { return network_; }
  const diff::Parameters& parameters() const { return parameters_; }
  std::int64_t num_layers() const { return num_layers_; }

  /// One number a row for rows of t and x (dim numbers for a vector).
  diff::Node operator()(diff::Node t, diff::Node x) const;

  /// Compares what belongs to each layer in an array of as many numbers as there are parameters, times a factor, with
  /// datasets <prefix>W0, <prefix>b0...: the largest difference, in terms of the largest number of the dataset.
  double largest_difference(const Array1<double>& values, double factor, const std::string& path,
                            const std::string& prefix) const;

 private:
  ActionNetwork network_;
  std::int64_t num_layers_ = 0;
  diff::Parameters parameters_;
  diff::Mlp mlp_;
};

/// A direction along one of `dim` numbers.
diff::Node axis(diff::Graph& graph, std::int64_t dim, std::int64_t n);

}  // namespace tessera::test
