#include "learn/fsgld/gradient_table.hpp"

#include <fmt/format.h>

#include <numeric>
#include <vector>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/region.hpp"
#include "data/io/table_state.hpp"

namespace tessera::learn::fsgld {

GradientTable::GradientTable(const Clients& clients, std::int64_t chains, std::int64_t dimensions, std::int64_t batch)
    : d_(dimensions), batch_(batch) {
  const auto rows = static_cast<double>(clients.rows().size());
  const double bytes = 8.0 * rows * static_cast<double>(chains) * static_cast<double>(dimensions);
  agree(clients.comm(), [&] {
    if (bytes > static_cast<double>(most_bytes))
      throw Error::input(
          fmt::format("control = \"saga\": gradients of {} rows for {} chains of {} parameters are {:.3g} "
                      "GiB on one rank, of at most {}; expected control = \"svrg\", fewer chains or more "
                      "ranks",
                      rows, chains, dimensions, bytes / 0x1p30, most_bytes >> 30));
  });
  table_ = data::RowArray<double>("fsgld gradients of rows", clients.rows().x.extent(0),
                                  static_cast<std::size_t>(chains * dimensions));
}

void GradientTable::fill(Model& model, const Rows& rows, std::int64_t first, const data::RowArray<double>& theta) {
  const std::size_t chains = theta.extent(0);
  RowChoice choice{Array1<std::int64_t>("first", chains), Array1<std::int64_t>("count", chains),
                   data::RowArray<std::int32_t>("drawn", chains, 1), false};
  Kokkos::deep_copy(choice.count, 1);
  const data::RowArray<double> sums("sums", chains, theta.extent(1));
  const auto table = table_;
  const std::int64_t d = d_;
  for (std::int64_t row = 0; row < rows.size(); ++row) {
    Kokkos::deep_copy(choice.first, row);
    model.sum_gradients(rows, theta, choice, {}, sums);
    Kokkos::parallel_for(
        "fsgld fill table", Range(0, sums.size()),
        KOKKOS_LAMBDA(const std::int64_t n) { table(row, first * d + n) = sums(n / d, n % d); });
  }
}

void GradientTable::find_differences(Model& model, const Rows& rows, const Array1<std::int64_t>& chain,
                                     const RowChoice& choice, const data::RowArray<double>& theta,
                                     const data::RowArray<double>& sums) {
  const Region region("fsgld/differences");
  const std::size_t count = theta.extent(0);
  new_ = new_storage_.rows(count, static_cast<std::size_t>(batch_ * d_));
  const RowChoice one{choice.first, choice.count, one_row_.rows(count, 1), false};
  const auto gradient = one_sum_.rows(count, static_cast<std::size_t>(d_));
  Kokkos::deep_copy(sums, 0.0);
  const auto table = table_, latest = new_;
  const std::int64_t d = d_;
  for (std::int64_t place = 0; place < batch_; ++place) {
    Kokkos::parallel_for(
        "fsgld choose row", Range(0, count), KOKKOS_LAMBDA(const int c) { one.drawn(c, 0) = choice.drawn(c, place); });
    model.sum_gradients(rows, theta, one, {}, gradient);
    Kokkos::parallel_for(
        "fsgld difference", Range(0, gradient.size()), KOKKOS_LAMBDA(const std::int64_t n) {
          const std::int64_t c = n / d, k = n % d;
          latest(c, place * d + k) = gradient(c, k);
          if (choice.count(c) > 0)
            sums(c, k) += gradient(c, k) - table(choice.row(static_cast<int>(c), place), chain(c) * d + k);
        });
  }
}

void GradientTable::replace(const Array1<std::int64_t>& chain, const RowChoice& choice,
                            const data::RowArray<double>& total) {
  const auto table = table_, latest = new_;
  const std::int64_t d = d_, batch = batch_;
  Kokkos::parallel_for(
      "fsgld replace gradients", Range(0, total.size()), KOKKOS_LAMBDA(const std::int64_t n) {
        const std::int64_t c = n / d, k = n % d;
        if (choice.count(c) == 0) return;
        // A row that was drawn twice is replaced once: the second time there is no difference.
        for (std::int64_t place = 0; place < batch; ++place) {
          double& old = table(choice.row(static_cast<int>(c), place), chain(c) * d + k);
          total(c, k) += latest(c, place * d + k) - old;
          old = latest(c, place * d + k);
        }
      });
}

void GradientTable::save(const Clients& clients, data::StateWriter& writer) const {
  data::Table table(clients.comm());
  table.add<double>("gradients", static_cast<int>(table_.extent(1)));
  const auto rows = static_cast<std::int64_t>(table_.extent(0));
  table.append(rows);
  data::set_rows(table.get<double>("gradients"), 0, data::host_copy(table_, 0, rows));
  put_table(writer, "gradients", table);
}

void GradientTable::restore(const Clients& clients, data::StateReader& reader) {
  data::Table table(clients.comm());
  table.add<double>("gradients", static_cast<int>(table_.extent(1)));
  get_table(reader, "gradients", table);
  if (table.num_global() != clients.num_rows())
    throw Error::input(
        fmt::format("a checkpoint with gradients of {} rows; expected {}", table.num_global(), clients.num_rows()));
  std::vector<std::int64_t> rows(table_.extent(0));
  std::iota(rows.begin(), rows.end(), clients.first_row_here());
  data::set_rows(table_, 0, table.gather<double>("gradients", rows));
}

}  // namespace tessera::learn::fsgld
