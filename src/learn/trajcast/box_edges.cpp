#include "learn/trajcast/box_edges.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace tessera::learn::trajcast {

namespace {

using data::Box;
using data::Int3;
using data::Vec3;

constexpr std::int64_t most_edges = std::numeric_limits<int>::max();
constexpr int max_bins = 1024;  // along one direction

/// Particles in cells of a grid along the cell vectors, that are no shorter than the cutoff where there is room.
class BoxBins {
 public:
  BoxBins(const Box& box, const double* position, int count, double cutoff) : box_(box) {
    places_.resize(static_cast<std::size_t>(count));
    cells_.resize(places_.size());
    for (int i = 0; i < count; ++i) {
      Vec3 x{position[3 * i], position[3 * i + 1], position[3 * i + 2]};
      if (!box.can_follow(x)) throw Error::input(fmt::format("particle {} is at ({}, {}, {})", i, x[0], x[1], x[2]));
      cells_[static_cast<std::size_t>(i)] = box.wrap(x);
      places_[static_cast<std::size_t>(i)] = x;
    }
    for (int d = 0; d < 3; ++d) cut(d, cutoff);
    first_.assign(static_cast<std::size_t>(count_[0] * count_[1] * count_[2]), -1);
    next_.resize(places_.size());
    for (int i = count - 1; i >= 0; --i) {
      int& first = first_[static_cast<std::size_t>(number(bin_of(i)))];
      next_[static_cast<std::size_t>(i)] = first;
      first = i;
    }
  }

  const Vec3& place(int i) const { return places_[static_cast<std::size_t>(i)]; }
  /// Cells that were subtracted when a particle was wrapped.
  const Int3& cells(int i) const { return cells_[static_cast<std::size_t>(i)]; }

  /// Calls f(j, image) for all images that may be within the cutoff of i: x_j + image . cell, as wrapped.
  template <class F>
  void visit(int i, const F& f) const {
    const Int3 here = bin_of(i);
    for (int z = -reach_[2]; z <= reach_[2]; ++z)
      for (int y = -reach_[1]; y <= reach_[1]; ++y)
        for (int x = -reach_[0]; x <= reach_[0]; ++x) {
          const Int3 step{x, y, z};
          Int3 bin{0, 0, 0}, image{0, 0, 0};
          if (!go(here, step, bin, image)) continue;
          for (int j = first_[static_cast<std::size_t>(number(bin))]; j >= 0; j = next_[static_cast<std::size_t>(j)])
            f(j, image);
        }
  }

 private:
  void cut(int d, double cutoff) {
    low_[d] = 0.0;
    double length = 1.0;
    if (!box_.is_periodic[d] && !places_.empty()) {
      double high = -HUGE_VAL;
      low_[d] = HUGE_VAL;
      for (const auto& x : places_) {
        const double s = box_.to_fractional(x)[d];
        low_[d] = std::min(low_[d], s);
        high = std::max(high, s);
      }
      length = std::max(high - low_[d], 1e-12);
    }
    const double height = length * box_.height(d);
    count_[d] = static_cast<int>(std::clamp(std::floor(height / cutoff), 1.0, static_cast<double>(max_bins)));
    const double wanted = std::ceil(cutoff * count_[d] / height);
    if (box_.is_periodic[d] && wanted > 64.0)
      throw Error::input(fmt::format("a cutoff of {} reaches {} cells along direction {}: this box is absurdly thin",
                                     cutoff, wanted, d));
    reach_[d] = static_cast<int>(std::min(wanted, static_cast<double>(count_[d])));
    if (box_.is_periodic[d]) reach_[d] = static_cast<int>(wanted);
    width_[d] = length / count_[d];
  }

  Int3 bin_of(int i) const {
    const Vec3 s = box_.to_fractional(place(i));
    Int3 bin{0, 0, 0};
    for (int d = 0; d < 3; ++d)
      bin[d] = std::clamp(static_cast<int>(std::floor((s[d] - low_[d]) / width_[d])), 0, count_[d] - 1);
    return bin;
  }

  bool go(const Int3& from, const Int3& step, Int3& bin, Int3& image) const {
    for (int d = 0; d < 3; ++d) {
      bin[d] = from[d] + step[d];
      if (box_.is_periodic[d]) {
        image[d] = bin[d] >= 0 ? bin[d] / count_[d] : -((count_[d] - 1 - bin[d]) / count_[d]);
        bin[d] -= image[d] * count_[d];
      } else if (bin[d] < 0 || bin[d] >= count_[d]) {
        return false;
      }
    }
    return true;
  }

  int number(const Int3& bin) const { return bin[0] + count_[0] * (bin[1] + count_[1] * bin[2]); }

  Box box_;
  std::vector<Vec3> places_;
  std::vector<Int3> cells_;
  Vec3 low_{0, 0, 0}, width_{1, 1, 1};
  Int3 count_{1, 1, 1}, reach_{0, 0, 0};
  std::vector<int> first_, next_;
};

struct BoxPartner {
  int sender;
  std::array<int, 3> image;  // between positions as they were given
  Vec3 vector;

  bool operator<(const BoxPartner& other) const {
    return sender != other.sender ? sender < other.sender : image < other.image;
  }
};

/// Calls f(partners) for each particle in turn, sorted.
template <class F>
void visit_partners(const Box& box, const double* position, int count, double cutoff, const F& f) {
  if (!(cutoff >= Box::shortest && cutoff <= Box::longest))
    throw Error::input(fmt::format("edges within {} were asked for; expected a length", cutoff));
  const BoxBins bins(box, position, count, cutoff);
  std::vector<BoxPartner> found;
  for (int i = 0; i < count; ++i) {
    found.clear();
    const Vec3& x = bins.place(i);
    bins.visit(i, [&](int j, const Int3& image) {
      if (j == i && image[0] == 0 && image[1] == 0 && image[2] == 0) return;
      const Vec3 shift = box.shift(image), &y = bins.place(j);
      const Vec3 r{(y[0] - x[0]) + shift[0], (y[1] - x[1]) + shift[1], (y[2] - x[2]) + shift[2]};
      if (!(r[0] * r[0] + r[1] * r[1] + r[2] * r[2] < cutoff * cutoff)) return;
      std::array<int, 3> cells{};
      for (std::size_t d = 0; d < 3; ++d) cells[d] = image[d] - bins.cells(j)[d] + bins.cells(i)[d];
      found.push_back({j, cells, r});
    });
    std::sort(found.begin(), found.end());
    f(found);
  }
}

}  // namespace

HostEdges find_edges(const Box& box, const double* position, int count, double cutoff) {
  HostEdges edges;
  visit_partners(box, position, count, cutoff, [&](const std::vector<BoxPartner>& found) {
    if (static_cast<std::int64_t>(edges.sender.size() + found.size()) > most_edges)
      throw Error::input(fmt::format("a configuration has more than {} edges", most_edges));
    for (const auto& partner : found) {
      edges.sender.push_back(partner.sender);
      for (int c = 0; c < 3; ++c) edges.vector.push_back(partner.vector[c]);
    }
    edges.first_edge.push_back(static_cast<std::int64_t>(edges.sender.size()));
  });
  return edges;
}

EdgeSummary summarise_edges(const Box& box, const double* position, int count, double cutoff) {
  EdgeSummary summary;
  visit_partners(box, position, count, cutoff, [&](const std::vector<BoxPartner>& found) {
    const auto neighbours = static_cast<std::int64_t>(found.size());
    summary.num_edges += neighbours;
    summary.most_neighbours = std::max(summary.most_neighbours, neighbours);
    for (const auto& [sender, image, r] : found)
      summary.least_distance = std::min(summary.least_distance, std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]));
  });
  return summary;
}

}  // namespace tessera::learn::trajcast
