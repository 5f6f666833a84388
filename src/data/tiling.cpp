#include "data/tiling.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace tessera::data {

std::vector<Int3> Tiling::grids(int num_tiles) {
  std::vector<Int3> all;
  for (int nx = 1; nx <= num_tiles; ++nx) {
    if (num_tiles % nx != 0) continue;
    for (int ny = 1; ny <= num_tiles / nx; ++ny)
      if ((num_tiles / nx) % ny == 0) all.push_back({nx, ny, num_tiles / nx / ny});
  }
  return all;
}

double Tiling::surface(const Box& box, const Int3& grid) {
  const double h[3] = {box.height(0) / grid[0], box.height(1) / grid[1], box.height(2) / grid[2]};
  return h[0] * h[1] + h[1] * h[2] + h[2] * h[0];
}

Int3 Tiling::best_grid(const Box& box, int num_tiles) {
  Int3 best{num_tiles, 1, 1};
  double least = std::numeric_limits<double>::max();
  for (const auto& grid : grids(num_tiles)) {
    // Ties go to cuts along the last directions: rows of the file order stay together.
    if (const double area = surface(box, grid); area < least * (1.0 - 1e-12)) {
      least = area;
      best = grid;
    }
  }
  return best;
}

Tiling::Tiling(const Comm& comm, const Box& box, Int3 grid) : Tiling(comm, box, grid, comm.rank()) {
  const std::int64_t tiles = std::int64_t{grid[0]} * grid[1] * grid[2];
  if (tiles != comm.size())
    throw Error::input(
        fmt::format("a grid of {} x {} x {} tiles does not fit {} ranks", grid[0], grid[1], grid[2], comm.size()));
}

Tiling Tiling::of_rank(const Comm& comm, const Box& box, Int3 grid, int rank) { return {comm, box, grid, rank}; }

Tiling::Tiling(const Comm& comm, const Box& box, Int3 grid, int rank)
    : comm_(comm), box_(box), grid_(grid), rank_(rank) {
  for (int d = 0; d < 3; ++d)
    if (grid[d] < 1 || grid[d] > max_tiles)
      throw Error::input(fmt::format("a grid of {} x {} x {} tiles: each number must lie between 1 and {}", grid[0],
                                     grid[1], grid[2], max_tiles));
  coordinates_ = {rank % grid[0], rank / grid[0] % grid[1], rank / grid[0] / grid[1]};
  for (int d = 0; d < 3; ++d) {
    auto& cuts = cuts_[static_cast<std::size_t>(d)];
    for (int n = 0; n <= grid[d]; ++n) cuts.push_back(static_cast<double>(n) / grid[d]);
  }
}

void Tiling::set_cuts(int d, std::vector<double> cuts) {
  const bool valid =
      static_cast<int>(cuts.size()) == grid_[d] + 1 && cuts.front() == 0.0 && cuts.back() == 1.0 &&
      std::adjacent_find(cuts.begin(), cuts.end(), [](double a, double b) { return !(a < b); }) == cuts.end();
  if (!valid)
    throw Error::input(fmt::format("the cuts of direction {} must be {} rising numbers from 0 to 1", d, grid_[d] + 1));
  cuts_[static_cast<std::size_t>(d)] = std::move(cuts);
}

int Tiling::owner(const Vec3& s) const {
  Int3 place{0, 0, 0};
  for (int d = 0; d < 3; ++d) {
    const auto& c = cuts(d);
    const auto above = std::upper_bound(c.begin() + 1, c.end() - 1, s[d]);
    place[d] = static_cast<int>(above - c.begin()) - 1;
  }
  return rank_of(place);
}

}  // namespace tessera::data
