// What the ranks of a stage tell each other in a step, as predicted: src/run makes times of it for a given network.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace tessera::sim {

/// Messages to neighbours that leave together, and that a rank waits for before it goes on.
struct Exchange {
  std::string name;              ///< "positions"
  double per_step = 1.0;         ///< how often, in a mean step
  double messages = 0.0;         ///< that the rank with most sends, each time
  double bytes = 0.0;            ///< in all of them
  bool is_acknowledged = false;  ///< a sender waits until its messages are taken (Comm::sparse_exchange)
};

struct Communication {
  std::vector<Exchange> exchanges;
  double collectives = 1.0;  ///< reductions and barriers over all ranks, in a mean step
  double reach = 0.0;        ///< of the work on pairs, in mean distances of items (density^(-1/d)); 0: no pairs
  double work = 1.0;         ///< a step's work on a rank, relative to as many items far from any border (pair_work)

  double messages() const {
    double sum = 0.0;
    for (const auto& exchange : exchanges) sum += exchange.per_step * exchange.messages;
    return sum;
  }
  double bytes() const {
    double sum = 0.0;
    for (const auto& exchange : exchanges) sum += exchange.per_step * exchange.bytes;
    return sum;
  }
};

/// Work on the pairs of a tile of these edges, relative to one so large that its surface does not count: a pair inside
/// the tile is computed once, one with a copy on both sides. A copy of one's own (periodic box on one rank) counts too.
/// The mean share of a sphere around a point of the tile that lies inside is 1 - 3/8 radius/edge a direction.
inline double pair_work(const double (&edge)[3], double radius) {
  double inside = 1.0;
  for (const double length : edge) inside *= std::max(0.0, 1.0 - 0.375 * radius / length);
  return 2.0 - inside;
}

}  // namespace tessera::sim
