#include "sim/density/log_concave.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::sim::density {

namespace {

constexpr int tangents_per_lobe = 12;
constexpr double slack = 1e-10;  // above rounding errors

struct Tangent {
  double place;
  LogValue touched;
  double at(double x) const { return touched.value + touched.slope * (x - place); }
};

class Lobe {
 public:
  Lobe(const std::function<LogValue(double)>& log_density, double begin, double end)
      : log_density_(log_density), begin_(begin), end_(end) {
    double low = begin, high = std::isfinite(end) ? end : begin + 1.0;
    while (!std::isfinite(end) && log_density(high).slope > -0.1) high += high - begin;
    add(high < end ? high : 0.5 * (low + high));
    for (int n = 0; n < 60; ++n) {  // the maximum
      const double middle = 0.5 * (low + high);
      (log_density(middle).slope > 0.0 ? low : high) = middle;
    }
    if (low > begin && high < end) add(0.5 * (low + high));
    while (tangents_.size() < tangents_per_lobe) add(worst());
  }

  void append(std::vector<HatPiece>& pieces) const {
    for (std::size_t n = 0; n < tangents_.size(); ++n) {
      const double first = edge(n), last = edge(n + 1);
      if (!(last > first)) continue;
      HatPiece piece{first, last - first, tangents_[n].at(first) + slack, tangents_[n].touched.slope, 0.0, 0.0};
      if (std::abs(piece.slope * piece.width) < 1e-6) {
        piece.level = std::max(piece.level, piece.log_height(last));
        piece.slope = 0.0;
      }
      piece.mass = std::exp(piece.level) *
                   (piece.slope == 0.0 ? piece.width : std::expm1(piece.slope * piece.width) / piece.slope);
      pieces.push_back(piece);
    }
  }

 private:
  void add(double place) {
    const auto behind = std::upper_bound(tangents_.begin(), tangents_.end(), place,
                                         [](double x, const Tangent& tangent) { return x < tangent.place; });
    tangents_.insert(behind, {place, log_density_(place)});
  }

  /// Where tangent n takes over from the one before it.
  double edge(std::size_t n) const {
    if (n == 0) return begin_;
    if (n == tangents_.size()) return end_;
    const Tangent &left = tangents_[n - 1], &right = tangents_[n];
    const double bend = left.touched.slope - right.touched.slope;
    const double middle = 0.5 * (left.place + right.place);
    if (!(bend > 1e-12)) return middle;
    const double place = left.place + (right.at(left.place) - left.touched.value) / bend;
    return std::clamp(place, left.place, right.place);
  }

  /// Where one more tangent lowers the hat most.
  double worst() const {
    double place = 0.5 * (tangents_.front().place + tangents_.back().place), most = -1.0;
    const auto consider = [&](double x, double width, const Tangent& tangent) {
      const double excess = width * (std::exp(tangent.at(x)) - std::exp(log_density_(x).value));
      if (excess > most) {
        most = excess;
        place = x;
      }
    };
    const Tangent &first = tangents_.front(), &last = tangents_.back();
    consider(0.5 * (begin_ + first.place), first.place - begin_, first);
    if (std::isfinite(end_))
      consider(0.5 * (last.place + end_), end_ - last.place, last);
    else
      consider(last.place - 1.0 / last.touched.slope, -1.0 / last.touched.slope, last);
    for (std::size_t n = 1; n < tangents_.size(); ++n)
      consider(edge(n), tangents_[n].place - tangents_[n - 1].place, tangents_[n]);
    return place;
  }

  const std::function<LogValue(double)>& log_density_;
  double begin_, end_;
  std::vector<Tangent> tangents_;  // by place
};

}  // namespace

std::vector<HatPiece> make_hat(const std::function<LogValue(double)>& log_density, const std::vector<double>& ends) {
  std::vector<HatPiece> pieces;
  for (std::size_t n = 0; n + 1 < ends.size(); ++n) Lobe(log_density, ends[n], ends[n + 1]).append(pieces);
  double total = 0.0, sum = 0.0;
  for (const auto& piece : pieces) total += piece.mass;
  for (auto& piece : pieces) piece.upto = (sum += piece.mass) / total;
  pieces.back().upto = 1.0;
  return pieces;
}

}  // namespace tessera::sim::density
