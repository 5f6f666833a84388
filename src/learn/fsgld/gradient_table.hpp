// The gradients that chains last saw of each row, for the differences of SAGA-LD (Dubey and others, NeurIPS 2016). They
// stay with the rows; what travels with a chain is their sum over all data.
#pragma once

#include <cstdint>

#include "data/io/state.hpp"
#include "learn/fsgld/growing.hpp"
#include "learn/fsgld/model.hpp"

namespace tessera::learn::fsgld {

class GradientTable {
 public:
  /// Of the clients' rows here and of all chains: rows * chains * parameters numbers. Throws Error (input) if that is
  /// more than most_bytes.
  GradientTable(const Clients& clients, std::int64_t chains, std::int64_t dimensions, std::int64_t batch);
  static constexpr std::int64_t most_bytes = std::int64_t{1} << 34;

  /// Gradients of all rows here, of the chains first, first + 1... at theta(0, :), theta(1, :)...
  void fill(Model& model, const Rows& rows, std::int64_t first, const data::RowArray<double>& theta);

  /// sums(chain, :) = sum over the rows chosen of what the gradient at theta(chain, :) is more than that of the table.
  void find_differences(Model& model, const Rows& rows, const Array1<std::int64_t>& chain, const RowChoice& choice,
                        const data::RowArray<double>& theta, const data::RowArray<double>& sums);
  /// Puts the gradients of the last differences into the table, and adds to total(chain, :) what its sum has grown by.
  void replace(const Array1<std::int64_t>& chain, const RowChoice& choice, const data::RowArray<double>& total);

  /// Collective. On any number of ranks.
  void save(const Clients& clients, data::StateWriter& writer) const;
  void restore(const Clients& clients, data::StateReader& reader);

 private:
  std::int64_t d_, batch_;
  data::RowArray<double> table_;  // (row here, chain * d + parameter)
  data::RowArray<double> new_;    // (chain here, place * d + parameter)
  GrowingRows<double> new_storage_{"fsgld new gradients"}, one_sum_{"fsgld gradient of a row"};
  GrowingRows<std::int32_t> one_row_{"fsgld row"};
};

}  // namespace tessera::learn::fsgld
