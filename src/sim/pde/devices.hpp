// Where actuators push and sensors read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tessera::sim::pde {

/// integer: by divisions of whole numbers, as controlgym 1.0.0 does it: gaps at the right end unless the numbers divide
/// the grid. even: at the middles of equal parts, with the part of a cell that an actuator's edge covers.
enum class Placement { even, integer };

/// What an actuator adds along one direction: weights at grid points [first, first + weights.size()), around the
/// circle.
struct Profile {
  std::int64_t first = 0;
  std::vector<double> weights;
};

/// `count` actuators over a circle of `points`, each `width` of it wide (a share). Shifted by `offset` points before
/// numbers are truncated (integer).
std::vector<Profile> actuator_profiles(Placement placement, std::int64_t points, std::int64_t count, double width,
                                       std::int64_t offset = 0);

/// Grid points that `count` sensors read.
std::vector<std::int64_t> sensor_points(Placement placement, std::int64_t points, std::int64_t count);

/// Boxes along one to three directions (slowest first): one actuator for each combination of profiles, the last
/// direction fastest. Holds what lies in rows [first_row, first_row + num_rows) of the slowest direction.
class Actuators {
 public:
  Actuators(std::vector<std::vector<Profile>> profiles, const std::vector<std::int64_t>& points, std::int64_t first_row,
            std::int64_t num_rows);

  std::int64_t count() const { return count_; }
  /// Fills `force` (rows here x points behind) with the sum of all actuators times these actions.
  void apply(const double* actions, std::span<double> force) const;
  /// Values of one actuator here.
  std::vector<double> values(std::int64_t actuator) const;

 private:
  /// Neighbouring points of one actuator and their weights.
  struct Run {
    std::int64_t actuator, point;
    std::int64_t begin, count;  // of weights_
  };
  void add_run(std::int64_t point, double scale, const double* weights, std::int64_t count);

  std::int64_t count_ = 0, num_points_ = 0;
  std::vector<Run> runs_;
  std::vector<double> weights_;
};

}  // namespace tessera::sim::pde
