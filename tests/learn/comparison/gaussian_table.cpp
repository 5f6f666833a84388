#include "gaussian_table.hpp"

#include <cmath>

#include "base/random.hpp"
#include "data/io/table_file.hpp"

namespace tessera::test {

data::Table make_table(const GaussianTable& samples, const Comm& comm) {
  data::Table table(comm);
  table.add<double>("time");
  table.add<double>("position", samples.dimension);
  if (samples.growth != 0.0) table.add<double>("log_weight");
  const Random random(samples.seed, RandomPurpose::test);
  const auto rows = comm.is_root() ? static_cast<std::int64_t>(samples.times.size()) * samples.rows : 0;
  table.append(rows);
  std::vector<double> times, positions, weights;
  for (std::int64_t row = 0; row < rows; ++row) {
    const double t = samples.times[static_cast<std::size_t>(row / samples.rows)];
    const auto id = static_cast<std::uint64_t>(row);
    times.push_back(t);
    for (int c = 0; c < samples.dimension; ++c)
      positions.push_back(random.normal(id, 0, static_cast<std::uint32_t>(c)).first +
                          (c == 0 ? samples.speed * t : 0.0));
    // Half of the samples weigh half as much as the mean, the others half as much more.
    weights.push_back(samples.growth * t + std::log(row % 2 == 0 ? 0.5 : 1.5));
  }
  data::set_rows(table.get<double>("time"), 0, times);
  data::set_rows(table.get<double>("position"), 0, positions);
  if (samples.growth != 0.0) data::set_rows(table.get<double>("log_weight"), 0, weights);
  table.balance();
  return table;
}

std::string write_table(const std::string& path, const data::Table& table) {
  data::TableFile file(table.comm(), path, table, "a deck", false, 0);
  file.append(table);
  file.close();
  return path;
}

std::string write_table(const std::string& path, const GaussianTable& samples) {
  return write_table(path, make_table(samples));
}

}  // namespace tessera::test
