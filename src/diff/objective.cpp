#include "diff/objective.hpp"

#include <algorithm>

#include "diff/gradients.hpp"
#include "diff/host_copy.hpp"
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

/// Sums, the gradient, then what is read row by row.
std::vector<Node> outputs(Node loss, const std::vector<Node>& others, const std::vector<Node>& rows,
                          const std::vector<Slice>& used) {
  std::vector<Node> nodes{sum(loss)}, wrt;
  for (const Node other : others) nodes.push_back(sum(other));
  for (const auto& slice : used) wrt.push_back(loss.graph().parameter(slice));
  for (const Node gradient : gradients(nodes.front(), wrt)) nodes.push_back(gradient);
  nodes.insert(nodes.end(), rows.begin(), rows.end());
  return nodes;
}

/// ExactSum::add, as a loop that vectorises.
template <class Real>
void add_numbers(const Array1<double>& totals_high, const Array1<double>& totals_low, std::int64_t place,
                 const Array2<Real>& numbers) {
  double* high = totals_high.data() + place;
  double* low = totals_low.data() + place;
  const Real* x = numbers.data();
  for_each(
      "diff/add_numbers", static_cast<std::int64_t>(numbers.extent(1)), KOKKOS_LAMBDA(std::int64_t n) {
        const double value = static_cast<double>(x[n]), before = high[n];
        const double sum = before + value, part = sum - before;
        low[n] += (before - (sum - part)) + (value - part);
        high[n] = sum;
      });
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
    : comm_(comm), program_(loss.graph(), outputs(loss, others, rows, used)), sums_(1 + others.size()) {
  for (std::size_t n = 0; n < sums_.size(); ++n) places_.push_back(static_cast<std::int64_t>(n));
  for (const auto& slice : used) places_.push_back(static_cast<std::int64_t>(sums_.size()) + slice.first);
  const auto size = static_cast<std::size_t>(parameters.size());
  totals_.resize(sums_.size() + size);
  high_ = Array1<double>("diff/totals_high", totals_.size());
  low_ = Array1<double>("diff/totals_low", totals_.size());
  host_high_ = Kokkos::create_mirror_view(Kokkos::HostSpace(), high_);
  host_low_ = Kokkos::create_mirror_view(Kokkos::HostSpace(), low_);
  gradient_ = Array1<double>("diff/gradient", size);
}

template <class Real>
void BasicObjective<Real>::clear() {
  Kokkos::deep_copy(high_, 0.0);
  Kokkos::deep_copy(low_, 0.0);
}

template <class Real>
void BasicObjective<Real>::add(const Array1<double>& parameters, std::int64_t count) {
  program_.run(parameters, count);
  for (std::size_t n = 0; n < places_.size(); ++n) add_numbers(high_, low_, places_[n], program_.output(n));
}

template <class Real>
std::vector<double> BasicObjective<Real>::row_numbers(std::size_t n, std::int64_t count) const {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), program_.output(places_.size() + n));
  std::vector<double> numbers(static_cast<std::size_t>(count));
  for (std::size_t row = 0; row < numbers.size(); ++row) numbers[row] = static_cast<double>(host(row, 0));
  return numbers;
}

template <class Real>
void BasicObjective<Real>::reduce() {
  Kokkos::deep_copy(host_high_, high_);
  Kokkos::deep_copy(host_low_, low_);
  for (std::size_t n = 0; n < totals_.size(); ++n) totals_[n] = {host_high_(n), host_low_(n)};
  all_reduce(comm_, totals_.data(), static_cast<int>(totals_.size()));
  for (std::size_t n = 0; n < sums_.size(); ++n) sums_[n] = totals_[n].value();
  std::vector<double> gradient(gradient_.extent(0));
  for (std::size_t n = 0; n < gradient.size(); ++n) gradient[n] = totals_[sums_.size() + n].value();
  from_host(gradient_, gradient);
}

template class BasicObjective<double>;
template class BasicObjective<float>;

}  // namespace tessera::diff
