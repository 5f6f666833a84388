// Tables of clients' rows, made within a test.
#pragma once

#include <string>
#include <vector>

#include "learn/fsgld/clients.hpp"
#include "stored.hpp"

namespace tessera::test {

/// "<name>.h5" of the reference data.
std::string fsgld_data(const std::string& name);

/// Rows of one client.
struct Shard {
  std::vector<double> x, y;  ///< features one behind the other; responses, or none
};

/// Collective. With rows shared out over the ranks as files are read; held-out rows at the end, if there are any.
data::Table client_table(const Comm& comm, std::int64_t width, const std::vector<Shard>& shards,
                         const Shard& held_out = {});

/// Of datasets <group>/<x><n> and <group>/<y><n> of a file, n = 0, 1...; without y where that is empty.
std::vector<Shard> stored_shards(const std::string& path, const std::string& x, const std::string& y);

/// Two clouds of points for a classification, of which one number tells them apart: shards of unlike sizes.
std::vector<Shard> two_classes(std::int64_t width, const std::vector<std::int64_t>& sizes, std::uint32_t seed);

}  // namespace tessera::test
