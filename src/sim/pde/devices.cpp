#include "sim/pde/devices.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::sim::pde {

namespace {

Profile integer_profile(std::int64_t points, std::int64_t count, double width, std::int64_t j, std::int64_t offset) {
  const std::int64_t spacing = points / count;  // a whole number, as there
  const double extent = width * static_cast<double>(points);
  const double centre =
      std::trunc((0.5 + static_cast<double>(j)) * static_cast<double>(spacing) + static_cast<double>(offset));
  const auto first = static_cast<std::int64_t>(std::trunc(centre - 0.5 * extent)) - offset,
             last = static_cast<std::int64_t>(std::trunc(centre + 0.5 * extent)) - offset;
  return {first, std::vector<double>(static_cast<std::size_t>(std::max<std::int64_t>(0, last - first)), 1.0)};
}

/// A point stands for half a cell on both sides of it.
Profile even_profile(std::int64_t points, std::int64_t count, double width, std::int64_t j) {
  const double centre = (0.5 + static_cast<double>(j)) * static_cast<double>(points) / static_cast<double>(count),
               half = 0.5 * width * static_cast<double>(points);
  const double low = centre - half, high = centre + half;
  Profile profile{static_cast<std::int64_t>(std::floor(low + 0.5)), {}};
  for (std::int64_t n = profile.first; static_cast<double>(n) - 0.5 < high; ++n) {
    const auto x = static_cast<double>(n);
    profile.weights.push_back(std::min(high, x + 0.5) - std::max(low, x - 0.5));
  }
  return profile;
}

/// A grid point and its weight, or several in a row.
struct Piece {
  std::int64_t point, count;
  const double* weights;
};

/// The parts of a profile that lie in [low, high), around the circle.
std::vector<Piece> pieces_of(const Profile& profile, std::int64_t points, std::int64_t low, std::int64_t high) {
  std::vector<Piece> pieces;
  const auto length = static_cast<std::int64_t>(profile.weights.size());
  for (std::int64_t done = 0; done < length;) {
    const std::int64_t point = ((profile.first + done) % points + points) % points;
    const std::int64_t count = std::min(length - done, points - point);
    const std::int64_t begin = std::max(point, low), end = std::min(point + count, high);
    if (begin < end) pieces.push_back({begin, end - begin, profile.weights.data() + done + begin - point});
    done += count;
  }
  return pieces;
}

/// The same, point by point.
std::vector<Piece> points_of(const Profile& profile, std::int64_t points, std::int64_t low, std::int64_t high) {
  std::vector<Piece> result;
  for (const auto& piece : pieces_of(profile, points, low, high))
    for (std::int64_t n = 0; n < piece.count; ++n) result.push_back({piece.point + n, 1, piece.weights + n});
  return result;
}

}  // namespace

std::vector<Profile> actuator_profiles(Placement placement, std::int64_t points, std::int64_t count, double width,
                                       std::int64_t offset) {
  std::vector<Profile> profiles;
  for (std::int64_t j = 0; j < count; ++j)
    profiles.push_back(placement == Placement::integer ? integer_profile(points, count, width, j, offset)
                                                       : even_profile(points, count, width, j));
  return profiles;
}

std::vector<std::int64_t> sensor_points(Placement placement, std::int64_t points, std::int64_t count) {
  std::vector<std::int64_t> sensors;
  for (std::int64_t i = 0; i < count; ++i)
    sensors.push_back(placement == Placement::integer ? i * (points / count) : i * points / count);
  return sensors;
}

Actuators::Actuators(std::vector<std::vector<Profile>> profiles, const std::vector<std::int64_t>& points,
                     std::int64_t first_row, std::int64_t num_rows) {
  // One to three directions become three, those in front of a single point; rows are those of the first real one.
  const std::size_t missing = 3 - points.size();
  std::int64_t extent[3] = {1, 1, 1}, low[3] = {0, 0, 0}, high[3] = {1, 1, 1};
  for (std::size_t d = missing; d < 3; ++d) high[d] = extent[d] = points[d - missing];
  low[missing] = first_row;
  high[missing] = first_row + num_rows;
  profiles.insert(profiles.begin(), missing, {Profile{0, {1.0}}});
  for (const auto& p0 : profiles[0])
    for (const auto& p1 : profiles[1])
      for (const auto& p2 : profiles[2]) {
        for (const auto& i : points_of(p0, extent[0], low[0], high[0]))
          for (const auto& j : points_of(p1, extent[1], low[1], high[1]))
            for (const auto& k : pieces_of(p2, extent[2], low[2], high[2])) {
              const std::int64_t line = (i.point - low[0]) * (high[1] - low[1]) + j.point - low[1];
              add_run(line * (high[2] - low[2]) + k.point - low[2], *i.weights * *j.weights, k.weights, k.count);
            }
        ++count_;
      }
  num_points_ = (high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2]);
}

void Actuators::add_run(std::int64_t point, double scale, const double* weights, std::int64_t count) {
  runs_.push_back({count_, point, static_cast<std::int64_t>(weights_.size()), count});
  for (std::int64_t n = 0; n < count; ++n) weights_.push_back(scale * weights[n]);
}

void Actuators::apply(const double* actions, std::span<double> force) const {
  std::fill(force.begin(), force.end(), 0.0);
  for (const auto& run : runs_) {
    const double action = actions[run.actuator];
    double* const at = force.data() + run.point;
    const double* const weight = weights_.data() + run.begin;
    for (std::int64_t n = 0; n < run.count; ++n) at[n] += action * weight[n];
  }
}

std::vector<double> Actuators::values(std::int64_t actuator) const {
  std::vector<double> actions(static_cast<std::size_t>(count_), 0.0), force(static_cast<std::size_t>(num_points_));
  actions[static_cast<std::size_t>(actuator)] = 1.0;
  apply(actions.data(), force);
  return force;
}

}  // namespace tessera::sim::pde
