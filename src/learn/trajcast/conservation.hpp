// The last layer: velocities are shifted and turned until momentum and, of molecules, angular momentum are what they
// should be (Thiemann et al., arXiv 2503.23794).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/sum.hpp"
#include "learn/trajcast/graph.hpp"
#include "learn/trajcast/hyperparameters.hpp"

namespace tessera::learn::trajcast {

/// Sums over the ranks that share configurations; all of them call it alike.
using RankSum = std::function<void(ExactSum* sums, int count)>;

/// A target has six numbers an atom: displacement and new velocity, in units of their scales. Everything is worked out
/// for each configuration by itself. No minimum image is taken.
class ConservationLayer {
 public:
  explicit ConservationLayer(const Hyperparameters& parameters) : parameters_(parameters) {}

  /// In place. Remembers what reverse() needs.
  void forward(const Graph& graph, const RankSum& sum, std::vector<double>& target);
  /// Reverse rule of the last forward(): the cotangent of its output becomes that of its input.
  void reverse(const Graph& graph, const RankSum& sum, std::vector<double>& cotangent) const;

 private:
  using Vector = std::array<double, 3>;
  using Tensor = std::array<Vector, 3>;
  struct Configuration {
    double mass = 0.0;
    bool is_centred = false;  ///< the mean displacement is removed
    Vector turn{};            ///< angular velocity that is added
    Tensor inverse{};         ///< of the tensor of inertia
  };
  void turn(const Graph& graph, const RankSum& sum, const std::vector<double>& target);

  Hyperparameters parameters_;
  std::vector<Configuration> configurations_;
  std::vector<double> velocities_, arms_;  ///< before the turn, A/fs; from the centre of mass, A
};

}  // namespace tessera::learn::trajcast
