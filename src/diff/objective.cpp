#include "diff/objective.hpp"

#include <algorithm>

#include "diff/gradients.hpp"
#include "diff/loop.hpp"

namespace tessera::diff {

namespace {

/// Those that the graph knows.
std::vector<Slice> used_slices(const Graph& graph, const Parameters& parameters) {
  std::vector<Slice> used;
  for (const auto& slice : parameters.slices())
    if (std::any_of(graph.entries().begin(), graph.entries().end(),
                    [&](const Entry& entry) { return entry.op == Operation::parameter && entry.first == slice.first; }))
      used.push_back(slice);
  return used;
}

/// The sums, then the gradient behind them.
std::vector<Total> totals_of(Node loss, const std::vector<Node>& others, const std::vector<Slice>& used) {
  std::vector<Total> totals{{sum(loss), 0}};
  for (const Node other : others) totals.push_back({sum(other), static_cast<std::int64_t>(totals.size())});
  const auto num_sums = static_cast<std::int64_t>(totals.size());
  std::vector<Node> wrt;
  for (const auto& slice : used) wrt.push_back(loss.graph().parameter(slice));
  const auto found = gradients(totals.front().node, wrt);
  for (std::size_t n = 0; n < used.size(); ++n) totals.push_back({found[n], num_sums + used[n].first});
  return totals;
}

void set_gradient(const Array1<double>& gradient, const Totals& totals, std::size_t first) {
  const double* high = totals.high.data() + first;
  const double* low = totals.low.data() + first;
  for_each(
      "diff/set_gradient", static_cast<std::int64_t>(gradient.extent(0)),
      KOKKOS_LAMBDA(std::int64_t n) { gradient(n) = high[n] + low[n]; });
}

}  // namespace

template <class Real>
BasicObjective<Real>::BasicObjective(const Comm& comm, const Parameters& parameters, Node loss,
                                     const std::vector<Node>& others, const std::vector<Node>& rows)
    : BasicObjective(comm, parameters, loss, others, rows, used_slices(loss.graph(), parameters)) {}

template <class Real>
BasicObjective<Real>::BasicObjective(const Comm& comm, const Parameters& parameters, Node loss,
                                     const std::vector<Node>& others, const std::vector<Node>& rows,
                                     const std::vector<Slice>& used)
    : comm_(comm),
      program_(loss.graph(), rows, totals_of(loss, others, used)),
      totals_(1 + others.size() + static_cast<std::size_t>(parameters.size())),
      sums_(1 + others.size()),
      gradient_("diff/gradient", static_cast<std::size_t>(parameters.size())) {
  host_high_ = Kokkos::create_mirror_view(Kokkos::HostSpace(), totals_.high);
  host_low_ = Kokkos::create_mirror_view(Kokkos::HostSpace(), totals_.low);
}

template <class Real>
void BasicObjective<Real>::add(const Array1<double>& parameters, std::int64_t count) {
  if (totals_.is_clear) program_.set_parameters(parameters);
  program_.run(count, &totals_);
}

template <class Real>
std::vector<double> BasicObjective<Real>::row_numbers(std::size_t n, std::int64_t count) const {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), program_.output(n));
  std::vector<double> numbers(static_cast<std::size_t>(count));
  for (std::size_t row = 0; row < numbers.size(); ++row) numbers[row] = static_cast<double>(host(row, 0));
  return numbers;
}

template <class Real>
void BasicObjective<Real>::reduce() {
  if (totals_.is_clear) totals_.fill_with_zeros();
  if (comm_.size() > 1) return reduce_over_ranks();
  const auto count = std::make_pair<std::size_t, std::size_t>(0, sums_.size());
  Kokkos::deep_copy(Kokkos::subview(host_high_, count), Kokkos::subview(totals_.high, count));
  Kokkos::deep_copy(Kokkos::subview(host_low_, count), Kokkos::subview(totals_.low, count));
  for (std::size_t n = 0; n < sums_.size(); ++n) sums_[n] = ExactSum{host_high_(n), host_low_(n)}.value();
  set_gradient(gradient_, totals_, sums_.size());
}

template <class Real>
void BasicObjective<Real>::reduce_over_ranks() {
  Kokkos::deep_copy(host_high_, totals_.high);
  Kokkos::deep_copy(host_low_, totals_.low);
  exchanged_.resize(host_high_.extent(0));
  for (std::size_t n = 0; n < exchanged_.size(); ++n) exchanged_[n] = {host_high_(n), host_low_(n)};
  all_reduce(comm_, exchanged_.data(), static_cast<int>(exchanged_.size()));
  for (std::size_t n = 0; n < sums_.size(); ++n) sums_[n] = exchanged_[n].value();
  const auto gradient = Kokkos::create_mirror_view(Kokkos::HostSpace(), gradient_);
  for (std::size_t n = 0; n < gradient.extent(0); ++n) gradient(n) = exchanged_[sums_.size() + n].value();
  Kokkos::deep_copy(gradient_, gradient);
}

template class BasicObjective<double>;
template class BasicObjective<float>;

}  // namespace tessera::diff
