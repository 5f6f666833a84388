#include "sim/density/drawn_samples.hpp"

#include <fmt/format.h>

#include "base/random.hpp"
#include "sim/coordinate_names.hpp"

namespace tessera::sim::density {

namespace {

/// One of 2^14 ranges of numbers, by the name of a stage, hashed as by Fowler, Noll and Vo. Names that end alike have
/// like upper bits: they are mixed by the generator of random numbers.
std::int64_t first_number_of(const std::string& name) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  const std::uint32_t mixed = Random(0, RandomPurpose::density_shape).block(hash, 0, 0).v[0];
  return SampleSource::first_kept_number * static_cast<std::int64_t>(1 + (mixed >> 18));
}

void number_rows(const data::RowArray<std::int64_t>& id, std::int64_t first_row, std::int64_t first_id, int rows) {
  Kokkos::parallel_for(
      "density/number", Range(0, rows), KOKKOS_LAMBDA(int row) { id(first_row + row, 0) = first_id + row; });
}

}  // namespace

DrawnSamples::DrawnSamples(const StageContext& context, const SamplesParams& params)
    : source_(make_source(*params.density)),
      seed_(context.seed),
      first_number_(first_number_of(context.name)),
      names_(coordinate_names(source_->dimensions())),
      times_(params.times_of(*source_)),
      begin_{0} {
  for (std::size_t n = 0; n < times_.size(); ++n) {
    if (times_[n] < source_->begin() || times_[n] > source_->end())
      throw Error::input(fmt::format("times: {} is not a time of this density; expected one from {} to {}", times_[n],
                                     source_->begin(), source_->end()));
    begin_.push_back(begin_.back() + params.size_at(n));
  }
}

void DrawnSamples::add(std::size_t n, data::Table& table) const {
  const Comm& comm = table.comm();
  const std::int64_t first = data::first_of_share(count(n), 1, comm.rank(), comm.size());
  const int rows = static_cast<int>(data::first_of_share(count(n), 1, comm.rank() + 1, comm.size()) - first);
  const std::int64_t row = table.num_rows(), before = begin_[n] + first;
  table.append(rows);
  number_rows(table.get<std::int64_t>("id"), row, before + 1, rows);
  const Array1<double> times("density/times", static_cast<std::size_t>(rows));
  Kokkos::deep_copy(times, times_[n]);
  const auto here = std::make_pair(row, row + rows);
  source_->draw(seed_, first_number_ + before, times,
                data::RowArray<double>(Kokkos::subview(table.get<double>("position"), here, Kokkos::ALL())));
}

}  // namespace tessera::sim::density
