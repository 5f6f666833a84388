#include "diff/equivariant/channel_product.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "base/error.hpp"
#include "diff/equivariant/coupling.hpp"
#include "diff/equivariant/host_loop.hpp"
#include "diff/equivariant/path_kernels.hpp"

namespace tessera::diff {

namespace {

/// Asks for numbers that will be read soon; there may be none there.
template <class Real>
void prefetch(const Real* first, std::int64_t count) {
#if defined(__GNUC__)
  constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(Real));
  for (std::int64_t n = 0; n < count; n += line) __builtin_prefetch(first + n);
#else
  static_cast<void>(first);
  static_cast<void>(count);
#endif
}

}  // namespace

ChannelProduct::ChannelProduct(const Irreps& in, int l_harmonics, int l_out) : in_(in) {
  struct Candidate {
    ProductPath path;
    Ends ends;
  };
  std::vector<Candidate> found;
  for (std::size_t block = 0; block < in.blocks().size(); ++block) {
    const auto& [irrep, channels, offset] = in.blocks()[block];
    if (channels_ != 0 && channels != channels_) throw Error::internal("a channel product of unequal channels");
    channels_ = channels;
    for (int l2 = 0; l2 <= l_harmonics; ++l2)
      for (int l3 = std::abs(irrep.l - l2); l3 <= std::min(irrep.l + l2, l_out); ++l3)
        found.push_back(
            {.path = {.l1 = irrep.l, .l2 = l2, .l3 = l3, .in_offset = offset},
             .ends = {.block = block, .out = {.l = l3, .parity = l2 % 2 == 0 ? irrep.parity : -irrep.parity}}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Candidate& a, const Candidate& b) { return a.ends.out < b.ends.out; });
  for (const Candidate& candidate : found) {
    paths_.push_back(candidate.path);
    ends_.push_back(candidate.ends);
  }
  num_all_weights_ = num_weights();
  place();
}

ChannelProduct ChannelProduct::part(const Irreps& in, const std::vector<Irrep>& kept) const {
  ChannelProduct result;
  result.in_ = in;
  result.channels_ = channels_;
  result.num_all_weights_ = num_all_weights_;
  std::vector<std::size_t> numbers;
  for (std::size_t n = 0; n < paths_.size(); ++n) {
    const Block* block = in.find(in_.blocks()[ends_[n].block].irrep);
    if (block == nullptr || std::find(kept.begin(), kept.end(), ends_[n].out) == kept.end()) continue;
    numbers.push_back(n);
    result.paths_.push_back(paths_[n]);
    result.paths_.back().in_offset = block->offset;
    result.ends_.push_back({.block = static_cast<std::size_t>(block - in.blocks().data()), .out = ends_[n].out});
  }
  for (std::size_t n = 0; n < numbers.size(); ++n)
    if (numbers[n] != numbers[0] + n) throw Error::internal("paths of a part of a product do not lie side by side");
  if (!numbers.empty()) result.first_weight_ = first_weight_ + static_cast<std::int64_t>(numbers[0]) * channels_;
  result.place();
  return result;
}

/// Offsets of outputs, weights and coefficients.
void ChannelProduct::place() {
  std::map<Irrep, std::int64_t> counts;
  for (const Ends& ends : ends_) ++counts[ends.out];
  std::vector<Block> blocks;
  for (const auto& [irrep, count] : counts) blocks.push_back({.irrep = irrep, .channels = count * channels_});
  out_ = Irreps(blocks);
  std::map<Irrep, std::int64_t> next;
  std::map<std::tuple<int, int, int>, std::int64_t> tables;
  for (std::size_t n = 0; n < paths_.size(); ++n) {
    ProductPath& path = paths_[n];
    const Block& block = *out_.find(ends_[n].out);
    path.out_offset = block.offset + next[ends_[n].out]++ * channels_;
    path.out_stride = block.channels;
    path.weight_offset = static_cast<std::int64_t>(n) * channels_;
    const auto key = std::make_tuple(path.l1, path.l2, path.l3);
    const auto [table, is_new] = tables.emplace(key, num_coefficients_);
    path.coefficient_offset = table->second;
    if (!is_new) continue;
    const auto tensor = coupling_tensor(path.l1, path.l2, path.l3);
    const int n1 = 2 * path.l1 + 1, n2 = 2 * path.l2 + 1, n3 = 2 * path.l3 + 1;
    for (int m1 = 0; m1 < n1; ++m1)
      for (int m2 = 0; m2 < n2; ++m2)
        for (int m3 = 0; m3 < n3; ++m3) {
          const double value = tensor[static_cast<std::size_t>((m1 * n2 + m2) * n3 + m3)];
          if (value == 0.0) continue;
          require_kernel_reads(path, m1, m3);
          terms_.push_back({.to = table->second + m1 * n3 + m3,
                            .harmonic = path.l2 * path.l2 + m2,
                            .value = std::sqrt(static_cast<double>(n3)) * value});
        }
    num_coefficients_ += static_cast<std::int64_t>(n1) * n3;
  }
}

template <class Real>
void ChannelProduct::coefficients(const double* harmonics, double scale, Real* out) const {
  std::fill_n(out, num_coefficients_, Real(0));
  for (const Term& term : terms_) out[term.to] += static_cast<Real>(scale * term.value * harmonics[term.harmonic]);
}

void ChannelProduct::coefficients_reverse(const double* cotangent, double scale, double* harmonics_cotangent) const {
  for (const Term& term : terms_) harmonics_cotangent[term.harmonic] += scale * term.value * cotangent[term.to];
}

template <class Real>
void ChannelProduct::forward(const ProductInput<Real>& input, Real* out) const {
  const auto kernels = forward_kernels<Real>(paths_, channels_);
  const std::int64_t width = out_.size(), in_size = in_.size(), num_weights = this->num_weights();
  const auto num_paths = static_cast<std::int64_t>(paths_.size());
  const std::int64_t share = num_paths > 0 ? (in_size + num_paths - 1) / num_paths : 0;
  host_for("diff/channel_product", input.num_receivers, [&](std::int64_t receiver) {
    Real* row = out + receiver * width;
    const std::int64_t begin = input.first_edge[receiver], end = input.first_edge[receiver + 1];
    if (begin == end) std::fill_n(row, width, Real(0));
    // A few edges at a time: what they read stays near while all paths use it.
    ForwardCall<Real> call{.channels = channels_};
    for (std::int64_t first = begin; first < end; first += ForwardCall<Real>::most_edges) {
      call.is_first = first == begin;
      call.count = static_cast<int>(std::min<std::int64_t>(end - first, ForwardCall<Real>::most_edges));
      for (int k = 0; k < call.count; ++k) {
        const std::int64_t edge = first + k;
        call.features[k] = input.features + input.sender[edge] * in_size;
        call.weights[k] = input.weights + input.weight_row[edge] * num_weights;
        call.coefficients[k] = input.coefficients + edge * num_coefficients_;
      }
      const std::int64_t next = std::min<std::int64_t>(end - first - call.count, ForwardCall<Real>::most_edges);
      for (std::size_t n = 0; n < paths_.size(); ++n) {
        // The weights of the next path, and a share of the features of the next edges, are on their way meanwhile.
        if (n + 1 < paths_.size())
          for (int k = 0; k < call.count; ++k) prefetch(call.weights[k] + paths_[n + 1].weight_offset, channels_);
        for (std::int64_t k = 0; k < next; ++k)
          prefetch(
              input.features + input.sender[first + call.count + k] * in_size + static_cast<std::int64_t>(n) * share,
              share);
        kernels[n](paths_[n], call, row);
      }
    }
  });
}

template <class Real>
void ChannelProduct::reverse(const ProductInput<Real>& input, const WeightReaders& readers, const Real* out_cotangent,
                             Real* edge_cotangent, Real* weight_cotangent) const {
  const auto kernels = reverse_kernels<Real>(paths_);
  const std::int64_t width = out_.size(), in_size = in_.size(), num_weights = this->num_weights();
  host_for("diff/channel_product_reverse", readers.num_rows, [&](std::int64_t row) {
    ReverseCall<Real> call{.channels = channels_,
                           .weights = input.weights + row * num_weights,
                           .weight_cotangent = weight_cotangent + row * num_weights};
    std::fill_n(call.weight_cotangent, num_weights, Real(0));
    for (std::int64_t n = readers.first[row]; n < readers.first[row + 1]; ++n) {
      const std::int64_t edge = readers.edges[n];
      call.features = input.features + input.sender[edge] * in_size;
      call.coefficients = input.coefficients + edge * num_coefficients_;
      call.out_cotangent = out_cotangent + readers.receiver[edge] * width;
      call.feature_cotangent = edge_cotangent + edge * in_size;
      std::fill_n(call.feature_cotangent, in_size, Real(0));
      for (std::size_t k = 0; k < paths_.size(); ++k) kernels[k](paths_[k], call);
    }
  });
}

template <class Real>
void ChannelProduct::reverse_coefficients(const Real* features, const Real* weights, const Real* out_cotangent,
                                          double* cotangent) const {
  std::fill_n(cotangent, num_coefficients_, 0.0);
  for (const ProductPath& path : paths_) {
    const int n1 = 2 * path.l1 + 1, n3 = 2 * path.l3 + 1;
    for (int m1 = 0; m1 < n1; ++m1)
      for (int m3 = 0; m3 < n3; ++m3)
        for (std::int64_t u = 0; u < channels_; ++u)
          cotangent[path.coefficient_offset + m1 * n3 + m3] +=
              static_cast<double>(weights[path.weight_offset + u]) *
              static_cast<double>(features[path.in_offset + m1 * channels_ + u]) *
              static_cast<double>(out_cotangent[path.out_offset + m3 * path.out_stride + u]);
  }
}

template void ChannelProduct::coefficients(const double*, double, double*) const;
template void ChannelProduct::coefficients(const double*, double, float*) const;
template void ChannelProduct::forward(const ProductInput<double>&, double*) const;
template void ChannelProduct::forward(const ProductInput<float>&, float*) const;
template void ChannelProduct::reverse(const ProductInput<double>&, const WeightReaders&, const double*, double*,
                                      double*) const;
template void ChannelProduct::reverse(const ProductInput<float>&, const WeightReaders&, const float*, float*,
                                      float*) const;
template void ChannelProduct::reverse_coefficients(const double*, const double*, const double*, double*) const;
template void ChannelProduct::reverse_coefficients(const float*, const float*, const float*, double*) const;

}  // namespace tessera::diff
