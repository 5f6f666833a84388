#include "learn/action/box.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace tessera::learn::action {

namespace {

std::vector<double> repeated(const char* key, const std::vector<double>& values, int dimensions) {
  const auto wanted = static_cast<std::size_t>(dimensions);
  if (values.size() == 1) return std::vector<double>(wanted, values.front());
  if (values.size() == wanted) return values;
  throw Error::input(
      fmt::format("box.{}: {} numbers, and samples have {} coordinates; expected one of each, or one "
                  "number for all",
                  key, values.size(), dimensions));
}

}  // namespace

void bind(deck::Binder& b, Box& box) {
  b.list("low", box.low, 0, deck::any, {"lower end along each direction; 0 if left out", "length"});
  b.required("length");
  b.list("length", box.length, 0, deck::non_negative, {"of each direction; 0: that direction is open", "length"});
  if (b.is_describing()) return;
  if (box.low.empty()) box.low = {0.0};
  b.check(std::any_of(box.length.begin(), box.length.end(), [](double x) { return x > 0.0; }), "length",
          "all directions are open; leave out the box");
}

Box completed(const Box& box, int dimensions) {
  return {repeated("low", box.low, dimensions), repeated("length", box.length, dimensions)};
}

Box scaled(const Box& box, double length) {
  Box result = box;
  for (double& number : result.low) number /= length;
  for (double& number : result.length) number /= length;
  return result;
}

}  // namespace tessera::learn::action
