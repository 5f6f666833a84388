#include "diff/parameters.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"

namespace tessera::diff {

namespace {

Array1<double> part(const Array1<double>& values, const Slice& slice) {
  return Kokkos::subview(values, std::make_pair(slice.first, slice.first + slice.size()));
}

template <class Draw>
std::vector<double> from_pairs(std::int64_t count, const Draw& draw) {
  std::vector<double> numbers(static_cast<std::size_t>(count));
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const auto pair = draw(n / 2);
    numbers[n] = n % 2 == 0 ? pair.first : pair.second;
  }
  return numbers;
}

}  // namespace

std::size_t Parameters::add(std::string_view name, std::int64_t rows, std::int64_t cols) {
  const bool is_taken =
      std::any_of(slices_.begin(), slices_.end(), [&](const auto& slice) { return slice.name == name; });
  if (is_taken) throw Error::internal(fmt::format("parameters '{}' exist already", name));
  if (rows < 1 || cols < 1) throw Error::internal(fmt::format("parameters '{}' of {} x {} numbers", name, rows, cols));
  slices_.push_back({std::string(name), rows, cols, size()});
  const Array1<double> old = values_;
  values_ = Array1<double>("diff/parameters", static_cast<std::size_t>(size() + rows * cols));
  if (old.extent(0) > 0)
    Kokkos::deep_copy(Kokkos::subview(values_, std::make_pair(std::size_t{0}, old.extent(0))), old);
  return slices_.size() - 1;
}

const Slice& Parameters::find(std::string_view name) const {
  for (const auto& slice : slices_)
    if (slice.name == name) return slice;
  throw Error::internal(fmt::format("there are no parameters '{}'", name));
}

std::vector<double> Parameters::get(const Slice& slice) const {
  std::vector<double> numbers(static_cast<std::size_t>(slice.size()));
  Kokkos::deep_copy(HostArray1<double>(numbers.data(), numbers.size()), part(values_, slice));
  return numbers;
}

void Parameters::set(const Slice& slice, const std::vector<double>& numbers) const {
  if (static_cast<std::int64_t>(numbers.size()) != slice.size())
    throw Error::internal(
        fmt::format("{} numbers for parameters '{}' of {} x {}", numbers.size(), slice.name, slice.rows, slice.cols));
  Kokkos::deep_copy(part(values_, slice),
                    Kokkos::View<const double*, Kokkos::HostSpace>(numbers.data(), numbers.size()));
}

void Parameters::draw_uniform(std::size_t slice, double limit, std::uint32_t seed) const {
  const Random random(seed, RandomPurpose::network_weights);
  auto numbers = from_pairs(slices_.at(slice).size(), [&](std::uint64_t id) { return random.uniform(id, slice); });
  for (auto& number : numbers) number = limit * (2.0 * number - 1.0);
  set(slices_[slice], numbers);
}

void Parameters::draw_normal(std::size_t slice, double deviation, std::uint32_t seed) const {
  const Random random(seed, RandomPurpose::network_weights);
  auto numbers = from_pairs(slices_.at(slice).size(), [&](std::uint64_t id) { return random.normal(id, slice); });
  for (auto& number : numbers) number *= deviation;
  set(slices_[slice], numbers);
}

std::vector<data::ModelArray> Parameters::to_arrays() const {
  std::vector<data::ModelArray> arrays;
  for (const auto& slice : slices_) arrays.push_back({slice.name, slice.rows, slice.cols, get(slice)});
  return arrays;
}

void Parameters::set_from_arrays(const std::vector<data::ModelArray>& arrays, const std::string& where) const {
  for (const auto& slice : slices_)
    set(slice, data::find_array(arrays, slice.name, slice.rows, slice.cols, where).values);
}

}  // namespace tessera::diff
