// Networks in model files: "network" holds the numbers that shape them, in this order.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "diff/host_copy.hpp"
#include "learn/action/network.hpp"

namespace tessera::learn::action {

namespace {

constexpr std::int64_t num_choices = 10;

template <class T>
double number_of(T value) {
  return static_cast<double>(value);
}

template <class Enum>
Enum choice_of(double value, Enum last, const std::string& where) {
  if (!(value >= 0.0 && value <= number_of(last)) || value != static_cast<double>(static_cast<int>(value)))
    throw Error::input(where + ": the description of the network is none of this program's");
  return static_cast<Enum>(static_cast<int>(value));
}

data::ModelArray row_of(const std::string& name, const std::vector<double>& values) {
  return {name, 1, static_cast<std::int64_t>(values.size()), values};
}

/// With any number of columns.
const data::ModelArray& find_row(const std::vector<data::ModelArray>& arrays, const std::string& name,
                                 const std::string& where) {
  const auto found =
      std::find_if(arrays.begin(), arrays.end(), [&](const data::ModelArray& array) { return array.name == name; });
  if (found == arrays.end() || found->rows != 1 || found->cols < 1)
    throw Error::input(fmt::format("{}: this model has no row of numbers '{}'", where, name));
  return *found;
}

Box box_of(const std::vector<data::ModelArray>& arrays, std::int64_t dimensions, const std::string& where) {
  const Box box{data::find_array(arrays, "box_low", 1, dimensions, where).values,
                data::find_array(arrays, "box_length", 1, dimensions, where).values};
  for (std::size_t c = 0; c < box.low.size(); ++c)
    if (!std::isfinite(box.low[c]) || !(box.length[c] >= 0.0) || !std::isfinite(box.length[c]))
      throw Error::input(where + ": the box of this model is impossible");
  const bool is_open = std::all_of(box.length.begin(), box.length.end(), [](double x) { return x == 0.0; });
  return is_open ? Box{} : box;
}

}  // namespace

std::vector<data::ModelArray> Network::to_arrays(const Array1<double>& values) const {
  const auto& p = shape_.params;
  std::vector<data::ModelArray> arrays;
  arrays.push_back(row_of(
      "network", {number_of(shape_.dimensions), number_of(p.form), number_of(p.architecture), number_of(p.activation),
                  number_of(p.residual), number_of(p.embedding), number_of(p.embedding_size),
                  number_of(p.initialisation), number_of(p.standardise), shape_.output_scale}));
  arrays.push_back(row_of("conditions", {number_of(shape_.conditions)}));
  std::vector<double> widths(p.hidden.begin(), p.hidden.end());
  arrays.push_back(row_of("hidden", widths));
  arrays.push_back(row_of("mean", shape_.mean));
  arrays.push_back(row_of("deviation", shape_.deviation));
  const std::vector<double> open(shape_.mean.size(), 0.0);
  arrays.push_back(row_of("box_low", shape_.box.is_open() ? open : shape_.box.low));
  arrays.push_back(row_of("box_length", shape_.box.is_open() ? open : shape_.box.length));
  const auto host = diff::to_host(values);
  for (const auto& slice : parameters_.slices()) {
    const auto first = host.begin() + slice.first;
    arrays.push_back({slice.name, slice.rows, slice.cols, {first, first + slice.size()}});
  }
  return arrays;
}

Network Network::from_arrays(const std::vector<data::ModelArray>& arrays, const std::string& where) {
  const auto& numbers = data::find_array(arrays, "network", 1, num_choices, where).values;
  const auto& hidden = find_row(arrays, "hidden", where).values;
  NetworkShape shape;
  shape.dimensions = find_row(arrays, "mean", where).cols;
  if (numbers[0] != number_of(shape.dimensions))
    throw Error::input(where + ": the description of the network contradicts itself");
  const double conditions = data::find_array(arrays, "conditions", 1, 1, where).values.front();
  if (!(conditions >= 0.0 && conditions <= 65536.0))
    throw Error::input(fmt::format("{}: a network that is told {} numbers", where, conditions));
  shape.conditions = static_cast<std::int64_t>(conditions);
  auto& p = shape.params;
  p.form = choice_of(numbers[1], Form::vector, where);
  p.architecture = choice_of(numbers[2], Architecture::timed, where);
  p.activation = choice_of(numbers[3], diff::Function::sqrt, where);
  p.residual = numbers[4] != 0.0;
  p.embedding = choice_of(numbers[5], EmbeddingKind::periodic, where);
  p.embedding_size = static_cast<std::int64_t>(std::clamp(numbers[6], 2.0, 4096.0));
  p.initialisation = choice_of(numbers[7], diff::Initialisation::zero, where);
  p.standardise = numbers[8] != 0.0;
  shape.output_scale = numbers[9];
  p.hidden.clear();
  for (const double width : hidden) {
    if (!(width >= 1.0 && width <= 16384.0)) throw Error::input(fmt::format("{}: a layer of {} units", where, width));
    p.hidden.push_back(static_cast<std::int64_t>(width));
  }
  shape.mean = find_row(arrays, "mean", where).values;
  shape.deviation = data::find_array(arrays, "deviation", 1, shape.dimensions, where).values;
  if (std::any_of(shape.deviation.begin(), shape.deviation.end(), [](double x) { return !(x > 0.0); }) ||
      !std::isfinite(shape.output_scale))
    throw Error::input(where + ": a deviation of this model is not positive, or the scale of its output not finite");
  shape.box = box_of(arrays, shape.dimensions, where);
  Network network(shape);
  network.parameters_.set_from_arrays(arrays, where);
  return network;
}

}  // namespace tessera::learn::action
