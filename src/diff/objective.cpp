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

std::vector<Node> outputs(Node loss, const std::vector<Node>& others, const std::vector<Slice>& used) {
  std::vector<Node> nodes{sum(loss)}, wrt;
  for (const Node other : others) nodes.push_back(sum(other));
  for (const auto& slice : used) wrt.push_back(loss.graph().parameter(slice));
  for (const Node gradient : gradients(nodes.front(), wrt)) nodes.push_back(gradient);
  return nodes;
}

void add_numbers(const Array1<ExactSum>& totals, std::int64_t place, const Array2<double>& numbers) {
  for_each(
      "diff/add_numbers", static_cast<std::int64_t>(numbers.extent(1)),
      KOKKOS_LAMBDA(std::int64_t n) { totals(place + n).add(numbers(0, n)); });
}

void round_sums(const Array1<ExactSum>& totals, std::int64_t first, const Array1<double>& values) {
  for_each(
      "diff/round_sums", static_cast<std::int64_t>(values.extent(0)),
      KOKKOS_LAMBDA(std::int64_t n) { values(n) = totals(first + n).value(); });
}

}  // namespace

Objective::Objective(const Comm& comm, const Parameters& parameters, Node loss, const std::vector<Node>& others)
    : Objective(comm, parameters, loss, others, used_slices(loss.graph(), parameters)) {}

Objective::Objective(const Comm& comm, const Parameters& parameters, Node loss, const std::vector<Node>& others,
                     const std::vector<Slice>& used)
    : comm_(comm), program_(loss.graph(), outputs(loss, others, used)), sums_(1 + others.size()) {
  for (std::size_t n = 0; n < sums_.size(); ++n) places_.push_back(static_cast<std::int64_t>(n));
  for (const auto& slice : used) places_.push_back(static_cast<std::int64_t>(sums_.size()) + slice.first);
  const auto size = static_cast<std::size_t>(parameters.size());
  totals_ = Array1<ExactSum>("diff/totals", sums_.size() + size);
  host_totals_ = Kokkos::create_mirror_view(Kokkos::HostSpace(), totals_);
  gradient_ = Array1<double>("diff/gradient", size);
}

void Objective::clear() { Kokkos::deep_copy(totals_, ExactSum()); }

void Objective::add(const Array1<double>& parameters, std::int64_t count) {
  program_.run(parameters, count);
  for (std::size_t n = 0; n < places_.size(); ++n) add_numbers(totals_, places_[n], program_.output(n));
}

void Objective::reduce() {
  Kokkos::deep_copy(host_totals_, totals_);
  all_reduce(comm_, host_totals_.data(), static_cast<int>(host_totals_.extent(0)));
  Kokkos::deep_copy(totals_, host_totals_);
  for (std::size_t n = 0; n < sums_.size(); ++n) sums_[n] = host_totals_(n).value();
  round_sums(totals_, static_cast<std::int64_t>(sums_.size()), gradient_);
}

}  // namespace tessera::diff
