#include "learn/action/model.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "deck/formula.hpp"

namespace tessera::learn::action {

namespace {

constexpr const char* model_kind = "action";

/// A text as a row of its characters; empty ones are one 0.
data::ModelArray to_array(const std::string& name, const std::string& text) {
  std::vector<double> codes;
  for (const char letter : text) codes.push_back(static_cast<double>(static_cast<unsigned char>(letter)));
  if (codes.empty()) codes.push_back(0.0);
  return {name, 1, static_cast<std::int64_t>(codes.size()), codes};
}

const data::ModelArray& find_any(const std::vector<data::ModelArray>& arrays, const std::string& name,
                                 const std::string& where) {
  for (const auto& array : arrays)
    if (array.name == name) return array;
  throw Error::input(fmt::format("{}: this model has no '{}'", where, name));
}

std::string text_of(const data::ModelArray& array) {
  std::string text;
  for (const double code : array.values)
    if (code >= 1.0 && code < 256.0) text += static_cast<char>(static_cast<int>(code));
  return text;
}

double number_of(const std::vector<data::ModelArray>& arrays, const std::string& name, const std::string& where) {
  const double value = data::find_array(arrays, name, 1, 1, where).values.front();
  if (!std::isfinite(value)) throw Error::input(fmt::format("{}: '{}' is {}", where, name, value));
  return value;
}

DynamicsParams read_dynamics(const std::vector<data::ModelArray>& arrays, const std::string& where) {
  DynamicsParams params;
  params.sigma = text_of(find_any(arrays, "sigma", where));
  params.growth = number_of(arrays, "growth", where);
  params.cost_exponent = number_of(arrays, "cost_exponent", where);
  for (const auto& array : arrays)
    if (array.name.starts_with("parameter."))
      params.parameters.push_back({array.name.substr(std::string("parameter.").size()), array.values.at(0)});
  if (!(params.cost_exponent > 1.0) || !(params.growth >= 0.0))
    throw Error::input(where + ": the dynamics of this model are impossible");
  const auto fault = params.sigma.empty() ? "" : deck::find_formula_fault(time_names(params), params.sigma);
  if (!fault.empty()) throw Error::input(fmt::format("{}: sigma of this model: {}", where, fault));
  return params;
}

Corruption read_corruption(const std::vector<data::ModelArray>& arrays, const Network& network,
                           const std::string& where) {
  const auto& numbers = data::find_array(arrays, "corruption", 1, 5, where).values;
  const bool is_known = numbers[0] >= 0.0 && numbers[0] <= static_cast<double>(CorruptionKind::inpainting);
  for (const double number : numbers)
    if (!is_known || !(number >= 0.0 && number <= 65536.0))
      throw Error::input(where + ": this model restores images in a way that this program does not know");
  if (numbers[0] == 0.0) return {};
  const auto whole = [](double number) { return static_cast<std::int64_t>(number); };
  const ImageShape shape{whole(numbers[1]), whole(numbers[2]), whole(numbers[3])};
  const Corruption corruption(static_cast<CorruptionKind>(whole(numbers[0])), shape, numbers[4]);
  if (shape.size() != network.shape().dimensions || corruption.num_conditions() != network.shape().conditions)
    throw Error::input(where + ": the images of this model do not fit its network");
  return corruption;
}

}  // namespace

data::Model to_model(const Training& training) {
  data::Model model{model_kind, "", training.network().to_arrays(training.values())};
  const auto put = [&](const std::string& name, double value) { model.arrays.push_back({name, 1, 1, {value}}); };
  const auto& dynamics = training.params().dynamics;
  put("method", static_cast<double>(training.params().method));
  put("begin", training.scales().begin);
  put("duration", training.scales().duration);
  put("length", training.scales().length);
  put("growth", dynamics.growth);
  put("cost_exponent", dynamics.cost_exponent);
  const auto corruption = training.path().corruption();
  const auto& shape = corruption.shape();
  model.arrays.push_back({"corruption",
                          1,
                          5,
                          {static_cast<double>(corruption.kind()), static_cast<double>(shape.channels),
                           static_cast<double>(shape.height), static_cast<double>(shape.width), corruption.noise()}});
  model.arrays.push_back(to_array("sigma", dynamics.sigma));
  for (const auto& parameter : dynamics.parameters) put("parameter." + parameter.name, parameter.value);
  return model;
}

TrainedModel read_trained_model(const Comm& comm, const std::string& path) {
  const auto model = data::read_model(comm, path, model_kind);
  const auto& arrays = model.arrays;
  const double method = number_of(arrays, "method", path);
  if (!(method >= 0.0 && method <= static_cast<double>(Method::flow)))
    throw Error::input(path + ": this model was made by a method that this program does not know");
  const Scales scales{number_of(arrays, "begin", path), number_of(arrays, "duration", path),
                      number_of(arrays, "length", path)};
  if (!(scales.duration > 0.0) || !(scales.length > 0.0))
    throw Error::input(path + ": the units of this model are impossible");
  auto network = Network::from_arrays(arrays, path);
  const auto values = network.parameters().values();
  const auto corruption = read_corruption(arrays, network, path);
  return {static_cast<Method>(static_cast<int>(method)),
          scales,
          read_dynamics(arrays, path),
          std::move(network),
          values,
          corruption};
}

}  // namespace tessera::learn::action
