#include "sim/pde/split_layout.hpp"

#include <algorithm>
#include <map>

#include "sim/pde/semilinear.hpp"

namespace tessera::sim::pde {

using math::BlockCut;
using math::RealFftLayout;
using math::Sent;

SpaceParams space_params(const PdeParams& params) {
  SpaceParams space;
  space.points.assign(params.points.rbegin(), params.points.rend());
  space.length.assign(params.length.rbegin(), params.length.rend());
  space.keep_nyquist =
      params.dimensions() == 1 && (params.fidelity == Fidelity::reference || is_linear(params.equation));
  if (is_linear(params.equation)) return space;
  const Nonlinearity nonlinearity = Semilinear{params.equation, {}}.nonlinearity();
  for (const auto n : space.points) space.padded.push_back(padded_points(n, nonlinearity, params.fidelity));
  return space;
}

std::vector<data::RowSpan> kept_rows(const SpaceParams& params, std::int64_t size, const math::Slab& slab) {
  const std::int64_t points = params.points.front(), last = slab.first + slab.count;
  const std::int64_t positive = points / 2 + (params.keep_nyquist ? 1 : 0);
  std::vector<data::RowSpan> spans;
  const auto add = [&](std::int64_t low, std::int64_t high, std::int64_t shift) {
    low = std::max(low, slab.first);
    high = std::min(high, last);
    if (low < high) spans.push_back({low - shift, high - low});
  };
  add(0, positive, 0);
  if (params.points.size() > 1) add(size - points / 2 + 1, size, size - points);
  return spans;
}

std::int64_t kept_in_row(const SpaceParams& params) {
  const auto& points = params.points;
  if (points.size() == 1) return 1;
  return points.back() / 2 * (points.size() == 3 ? points[1] - 1 : 1);
}

SplitLayout::SplitLayout(const SpaceParams& params, int ranks) : params_(params), sample_(params.points, ranks) {
  if (!params.padded.empty()) padded_.emplace(params.padded, ranks);
}

std::int64_t SplitLayout::kept_in(const RealFftLayout& layout, const math::FftShape& points, int rank) const {
  std::int64_t rows = 0;
  for (const auto& span : kept_rows(params_, points.front(), layout.modes().of(rank))) rows += span.count;
  return rows * kept_in_row(params_);
}

Sent SplitLayout::moved(int rank, bool to_finer) const {
  Sent sent;
  if (!padded_) return sent;
  const BlockCut mine = (to_finer ? sample_ : *padded_).modes(), theirs = (to_finer ? *padded_ : sample_).modes();
  const std::int64_t my_size = (to_finer ? params_.points : params_.padded).front(),
                     their_size = (to_finer ? params_.padded : params_.points).front();
  std::map<int, std::int64_t> rows;
  for (const auto& span : kept_rows(params_, my_size, mine.of(rank))) {
    // Frequencies below zero stand at the end of either spectrum.
    const bool is_negative = 2 * span.first >= params_.points.front() && params_.points.size() > 1;
    const std::int64_t first = span.first + (is_negative ? their_size - params_.points.front() : 0),
                       end = first + span.count;
    for (int other = theirs.owner(first); other <= theirs.owner(end - 1); ++other) {
      const math::Slab slab = theirs.of(other);
      rows[other] += std::min(end, slab.first + slab.count) - std::max(first, slab.first);
    }
  }
  rows.erase(rank);
  for (const auto& [other, count] : rows) {
    ++sent.messages;
    sent.bytes += static_cast<std::int64_t>(sizeof(Complex)) * count * kept_in_row(params_);
  }
  return sent;
}

namespace {

/// Of several exchanges in a step, the mean one.
class Several {
 public:
  void add(const Sent& sent, std::int64_t times) {
    messages_ += static_cast<double>(times * sent.messages);
    bytes_ += static_cast<double>(times * sent.bytes);
  }
  Exchange mean_of(const char* name, std::int64_t count) const {
    const auto n = static_cast<double>(count);
    return {name, n, messages_ / n, bytes_ / n, false};
  }

 private:
  double messages_ = 0.0, bytes_ = 0.0;
};

/// So many transforms to modes, and back.
void add_transforms(Communication& result, const RealFftLayout& layout, int rank, std::int64_t forward,
                    std::int64_t backward, const char* transposed, const char* mirrored) {
  Several transpositions, mirrors;
  for (const auto& [is_forward, times] : {std::pair{true, forward}, std::pair{false, backward}}) {
    transpositions.add(layout.slabs().transposed(rank, is_forward), times);
    mirrors.add(layout.mirrored(rank, is_forward), times);
  }
  const auto count = forward + backward;
  result.exchanges.push_back(transpositions.mean_of(transposed, count * layout.slabs().num_transpositions()));
  if (layout.is_line()) result.exchanges.push_back(mirrors.mean_of(mirrored, count));
}

Communication communication_of(const PdeParams& params, const SplitLayout& layout, int rank) {
  Communication result;
  result.collectives = 3.0;
  if (!layout.padded()) {
    const auto fields = params.num_fields();
    add_transforms(result, layout.sample(), rank, fields + 1, fields, "transpositions", "mirror modes");
    return result;
  }
  const auto substeps = count_substeps(*params.sample_time, *params.substep, params.fidelity);
  if (substeps > 0)
    add_transforms(result, *layout.padded(), rank, 4 * substeps, 4 * substeps, "finer: transpositions",
                   "finer: mirror modes");
  add_transforms(result, layout.sample(), rank, 2, 1, "transpositions", "mirror modes");
  Several moves;
  moves.add(layout.moved(rank, true), 2);
  moves.add(layout.moved(rank, false), 1);
  result.exchanges.push_back(moves.mean_of("modes to finer and back", 3));
  return result;
}

}  // namespace

Communication communication_of(const PdeParams& params, int rank, int ranks) {
  return communication_of(params, SplitLayout(space_params(params), ranks), rank);
}

Communication predict_communication(const PdeParams& params, std::int64_t rows, int ranks) {
  Communication most;
  most.collectives = 0.0;
  if (rows > 1 || ranks == 1) return most;
  const SplitLayout layout(space_params(params), ranks);
  Communication most_messages;
  for (int rank = 0; rank < ranks; ++rank) {
    const auto one = communication_of(params, layout, rank);
    if (rank == 0 || one.bytes() > most.bytes()) most = one;
    if (rank == 0 || one.messages() > most_messages.messages()) most_messages = one;
  }
  for (std::size_t n = 0; n < most.exchanges.size(); ++n)
    most.exchanges[n].messages = most_messages.exchanges[n].messages;
  return most;
}

}  // namespace tessera::sim::pde
