#include "client_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"

namespace tessera::test {

std::string fsgld_data(const std::string& name) { return data_path("fsgld/" + name + ".h5"); }

data::Table client_table(const Comm& comm, std::int64_t width, const std::vector<Shard>& shards,
                         const Shard& held_out) {
  std::vector<std::int64_t> client, mark;
  std::vector<double> x, y;
  const auto add = [&](const Shard& shard, std::int64_t number, std::int64_t is_held_out) {
    const std::size_t rows = shard.x.size() / static_cast<std::size_t>(width);
    client.insert(client.end(), rows, number);
    mark.insert(mark.end(), rows, is_held_out);
    x.insert(x.end(), shard.x.begin(), shard.x.end());
    y.insert(y.end(), shard.y.begin(), shard.y.end());
  };
  for (std::size_t s = 0; s < shards.size(); ++s) add(shards[s], static_cast<std::int64_t>(s), 0);
  add(held_out, -1, 1);
  data::Table table(comm);
  table.add<std::int64_t>("client");
  table.add<double>("x", static_cast<int>(width));
  if (!y.empty()) table.add<double>("y");
  if (!held_out.x.empty()) table.add<std::int64_t>("held_out");
  const auto total = static_cast<std::int64_t>(client.size());
  const std::int64_t first = data::first_of_share(total, 1, comm.rank(), comm.size());
  const std::int64_t count = data::first_of_share(total, 1, comm.rank() + 1, comm.size()) - first;
  table.append(count);
  const auto part = [&](const auto& all, std::int64_t per_row) {
    using T = std::remove_cvref_t<decltype(all[0])>;
    return std::vector<T>(all.begin() + first * per_row, all.begin() + (first + count) * per_row);
  };
  data::set_rows(table.get<std::int64_t>("client"), 0, part(client, 1));
  data::set_rows(table.get<double>("x"), 0, part(x, width));
  if (!y.empty()) data::set_rows(table.get<double>("y"), 0, part(y, 1));
  if (!held_out.x.empty()) data::set_rows(table.get<std::int64_t>("held_out"), 0, part(mark, 1));
  return table;
}

std::vector<Shard> stored_shards(const std::string& path, const std::string& x, const std::string& y) {
  std::vector<Shard> shards;
  for (int n = 0; has_stored(path, fmt::format("{}{}", x, n)); ++n) {
    shards.push_back({read_stored(path, fmt::format("{}{}", x, n)).numbers, {}});
    if (!y.empty()) shards.back().y = read_stored(path, fmt::format("{}{}", y, n)).numbers;
  }
  return shards;
}

std::vector<Shard> two_classes(std::int64_t width, const std::vector<std::int64_t>& sizes, std::uint32_t seed) {
  const Random random(seed, RandomPurpose::test);
  std::vector<Shard> shards;
  std::uint64_t id = 0;
  for (const auto size : sizes) {
    shards.emplace_back();
    for (std::int64_t n = 0; n < size; ++n, ++id) {
      double sum = 0.0;
      for (std::int64_t k = 0; k < width; ++k) {
        shards.back().x.push_back(random.normal(id, 0, static_cast<std::uint32_t>(k)).first);
        sum += shards.back().x.back() / std::sqrt(static_cast<double>(k + 1));
      }
      shards.back().y.push_back(random.uniform(id, 1).first < 1.0 / (1.0 + std::exp(-sum)) ? 1.0 : 0.0);
    }
  }
  return shards;
}

}  // namespace tessera::test
