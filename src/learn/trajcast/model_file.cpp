#include "learn/trajcast/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "data/formats/words.hpp"

namespace tessera::learn::trajcast {

namespace {

constexpr const char* model_kind = "trajcast";
constexpr const char* weight_prefix = "weight.";
constexpr const char* parameter_prefix = "parameter.";
constexpr std::size_t weight_digits = 5;  // of a weight's number, so that names sort as weights do

/// Names in a file have no slashes.
std::string dotted(std::string name) {
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

data::ModelArray one_row(const std::string& name, const std::vector<double>& values) {
  return {name, 1, static_cast<std::int64_t>(values.size()), values};
}

data::ModelArray text_array(const std::string& name, const std::string& text) {
  std::vector<double> codes;
  for (const char letter : text) codes.push_back(static_cast<double>(static_cast<unsigned char>(letter)));
  return one_row(name, codes);
}

class ModelReader {
 public:
  ModelReader(const std::vector<data::ModelArray>& arrays, const std::string& where) : arrays_(arrays), where_(where) {}

  const data::ModelArray& find(const std::string& name) const {
    for (const auto& array : arrays_)
      if (array.name == name) return array;
    throw Error::input(fmt::format("{}: this model has no '{}'", where_, name));
  }
  const std::vector<double>& numbers(const std::string& name) const {
    const auto& array = find(name);
    for (const double value : array.values)
      if (!std::isfinite(value)) throw Error::input(fmt::format("{}: '{}' has a number {}", where_, name, value));
    return array.values;
  }
  std::vector<double> numbers(const std::string& name, std::size_t count) const {
    const auto& values = numbers(name);
    if (values.size() != count)
      throw Error::input(fmt::format("{}: '{}' has {} numbers; expected {}", where_, name, values.size(), count));
    return values;
  }

  std::vector<data::Species> species() const {
    std::string text;
    for (const double code : numbers("species")) {  // one name a line
      const bool is_letter = code > 32.0 && code < 256.0;
      text += is_letter ? static_cast<char>(static_cast<int>(code)) : ' ';
    }
    std::vector<std::string_view> names;
    data::split_words(text, names);
    if (names.empty()) throw Error::input(where_ + ": this model knows no species");
    const auto masses = numbers("masses", names.size());
    std::vector<data::Species> species;
    for (std::size_t n = 0; n < names.size(); ++n) {
      if (!(masses[n] > 0.0)) throw Error::input(fmt::format("{}: the mass of {} is {}", where_, names[n], masses[n]));
      species.push_back({std::string(names[n]), masses[n]});
    }
    return species;
  }

  std::vector<HistoryRow> history() const {
    std::vector<HistoryRow> rows;
    for (const auto& array : arrays_) {
      if (array.name != "history") continue;
      if (array.cols != 6) throw Error::input(where_ + ": 'history' has rows of another width than 6");
      for (std::size_t n = 0; n + 6 <= array.values.size(); n += 6) {
        const double* v = &array.values[n];
        rows.push_back({v[0], v[1], v[2], v[3], v[4], v[5]});
      }
    }
    return rows;
  }

 private:
  const std::vector<data::ModelArray>& arrays_;
  std::string where_;
};

std::string list_names(const std::vector<data::Species>& species) {
  std::string text;
  for (const auto& one : species) text += (text.empty() ? "" : ", ") + one.name;
  return text;
}

}  // namespace

data::Model to_model(const StoredNetwork& network) {
  data::Model model{model_kind, "", {}};
  auto& arrays = model.arrays;
  std::string names;
  std::vector<double> masses;
  for (const auto& species : network.species) {
    names += species.name + "\n";
    masses.push_back(species.mass);
  }
  arrays.push_back(text_array("species", names));
  arrays.push_back(one_row("masses", masses));
  arrays.push_back(one_row("interval", {network.interval}));
  arrays.push_back(one_row("seen", to_numbers(network.seen)));
  for (const auto& parameter : network.parameters)
    if (!parameter.values.empty()) arrays.push_back(one_row(parameter_prefix + parameter.name, parameter.values));
  for (std::size_t n = 0; n < network.weights.size(); ++n) {
    auto array = network.weights[n];
    array.name = fmt::format("{}{:0{}}.{}", weight_prefix, n, weight_digits, dotted(array.name));
    arrays.push_back(array);
  }
  if (!network.history.empty()) {
    data::ModelArray history{"history", static_cast<std::int64_t>(network.history.size()), 6, {}};
    for (const auto& row : network.history)
      history.values.insert(history.values.end(), {row.epoch, row.training_loss, row.validation_loss,
                                                   row.displacement_error, row.velocity_error, row.learning_rate});
    arrays.push_back(history);
  }
  return model;
}

StoredNetwork read_network(const Comm& comm, const std::string& path) {
  const auto model = data::read_model(comm, path, model_kind);
  const ModelReader reader(model.arrays, path);
  StoredNetwork network;
  network.species = reader.species();
  network.interval = reader.numbers("interval", 1).front();
  if (!(network.interval > 0.0))
    throw Error::input(fmt::format("{}: the interval of this model is {}", path, network.interval));
  network.seen = from_numbers(reader.numbers("seen"), path);
  network.history = reader.history();
  const std::string weights(weight_prefix), parameters(parameter_prefix);
  for (const auto& array : model.arrays) {  // sorted by name
    if (array.name.starts_with(parameters))
      network.parameters.push_back({array.name.substr(parameters.size()), reader.numbers(array.name)});
    if (!array.name.starts_with(weights)) continue;
    reader.numbers(array.name);
    auto weight = array;
    weight.name = array.name.substr(std::min(array.name.size(), weights.size() + weight_digits + 1));
    network.weights.push_back(std::move(weight));
  }
  if (network.weights.empty()) throw Error::input(path + ": this model has no weights");
  return network;
}

void check_weights(const StoredNetwork& network, const std::vector<TensorShape>& wanted, const std::string& where) {
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const auto& shape = wanted[n];
    const auto fail = [&](const std::string& found) {
      throw Error::input(fmt::format("{}: weights number {} are {}; the network wants {}, {} x {}", where, n, found,
                                     shape.name, shape.rows, shape.cols));
    };
    if (n >= network.weights.size()) fail("not there");
    const auto& array = network.weights[n];
    if (dotted(array.name) != dotted(shape.name) || array.rows * array.cols != shape.rows * shape.cols)
      fail(fmt::format("{}, {} x {}", array.name, array.rows, array.cols));
  }
  if (network.weights.size() > wanted.size())
    throw Error::input(
        fmt::format("{}: {} tensors of weights; the network wants {}", where, network.weights.size(), wanted.size()));
}

const std::vector<double>& find_numbers(const StoredNetwork& network, const std::string& name,
                                        const std::string& where) {
  for (const auto& parameter : network.parameters)
    if (parameter.name == name) return parameter.values;
  throw Error::input(fmt::format("{}: this model has no '{}'", where, name));
}

std::vector<int> match_species(const std::vector<data::Species>& known, const std::vector<data::Species>& system,
                               const std::string& where) {
  std::vector<int> index;
  for (const auto& species : system) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& other) { return other.name == species.name; });
    if (found == known.end())
      throw Error::input(
          fmt::format("{}: this model was trained for {}; the system has {}: train one with it, or give "
                      "the species of the system these names",
                      where, list_names(known), species.name));
    if (std::abs(found->mass - species.mass) > 0.02 * found->mass)
      throw Error::input(fmt::format("{}: {} has the mass {} g/mol in this model and {} in the system", where,
                                     species.name, found->mass, species.mass));
    index.push_back(static_cast<int>(found - known.begin()));
  }
  return index;
}

void check_same(double wanted, double made_for, const std::string& what, const std::string& where) {
  if (std::abs(wanted - made_for) > 1e-9 * std::abs(made_for))
    throw Error::input(fmt::format("{}: {} = {} was asked for; this model was trained with {}, and serves no other",
                                   where, what, wanted, made_for));
}

}  // namespace tessera::learn::trajcast
