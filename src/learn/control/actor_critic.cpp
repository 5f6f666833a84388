#include "learn/control/actor_critic.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"

namespace tessera::learn::control {

namespace {

constexpr std::int64_t block_rows = 64;
constexpr double farthest = 10.0;       // that a normalised observation may be
constexpr double returns_weight = 0.2;  // of a new batch of returns: they change while the policy learns

using Rows = ActorCritic::Rows;

void normalise(const Rows& observations, const Array2<double>& moments, const Rows& seen) {
  const auto width = static_cast<std::int64_t>(seen.extent(1));
  Kokkos::parallel_for(
      "learn/normalise", Range(0, static_cast<std::int64_t>(seen.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t n = 0; n < width; ++n) {
          const double x = (observations(row, n) - moments(n, 0)) / moments(n, 1);
          seen(row, n) = x > farthest ? farthest : x < -farthest ? -farthest : x;
        }
      });
}

void copy_block(const Array2<double>& block, const Rows& rows, std::int64_t first, std::int64_t count) {
  const auto width = static_cast<std::int64_t>(rows.extent(1));
  Kokkos::parallel_for(
      "learn/copy_block", Range(0, count), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t n = 0; n < width; ++n) rows(first + row, n) = block(row, n);
      });
}

std::string to_text(const ActorCriticShape& shape) {
  return fmt::format("{} observations ({}), {} states for the critic, {} actions, width {}, returns {}",
                     shape.observations, shape.normalises_observations ? "normalised" : "as they are", shape.states,
                     shape.actions, shape.hidden, shape.normalises_returns ? "normalised" : "as they are");
}

}  // namespace

ActorCritic::ActorCritic(const ActorCriticShape& shape)
    : shape_(shape),
      actor_(parameters_, "actor", {shape.observations, shape.hidden, shape.hidden, shape.actions},
             diff::Function::relu),
      critic_(parameters_, "critic", {shape.sight(), shape.hidden, shape.hidden, 1}, diff::Function::relu),
      graph_(block_rows),
      input_(graph_.input(shape.observations)),
      act_(graph_, {actor_(parameters_, input_)}),
      critic_input_(graph_.input(shape.sight())),
      judge_(graph_, {critic_(parameters_, critic_input_)}),
      observations_(shape.sight()),
      returns_(1, returns_weight) {}

void ActorCritic::draw(std::uint32_t seed, double actor_scale) const {
  actor_.draw(parameters_, seed);
  critic_.draw(parameters_, seed);
  for (const char* name : {"actor.2.weight", "actor.2.bias"}) {
    const auto& slice = parameters_.find(name);
    auto values = parameters_.get(slice);
    for (auto& value : values) value *= actor_scale;
    parameters_.set(slice, values);
  }
}

Rows ActorCritic::seen(const Rows& observations) const {
  if (!shape_.normalises_observations) return observations;
  const auto width = observations.extent(1);
  const auto deviation = observations_.deviation();
  const HostArray2<double> host("learn/host_moments", width, 2);
  for (std::size_t n = 0; n < width; ++n) {
    host(n, 0) = observations_.mean()[n];
    host(n, 1) = deviation[n];
  }
  const Array2<double> moments("learn/moments", width, 2);
  Kokkos::deep_copy(moments, host);
  const auto result = make_uninitialized<Rows>("learn/seen", observations.extent(0), width);
  normalise(observations, moments, result);
  return result;
}

Rows ActorCritic::evaluate(diff::Program& program, diff::Node input, const Rows& observations) {
  const Rows rows = seen(observations);
  const auto total = static_cast<std::int64_t>(rows.extent(0));
  const auto result = make_uninitialized<Rows>("learn/evaluated", rows.extent(0), program.output(0).extent(1));
  for (std::int64_t first = 0; first < total; first += block_rows) {
    const std::int64_t count = std::min(block_rows, total - first);
    program.load(input, rows, first, count);
    program.run(parameters_.values(), count);
    copy_block(program.output(0), result, first, count);
  }
  return result;
}

void ActorCritic::act(const Rows& observations, const Rows& means) {
  Kokkos::deep_copy(means, evaluate(act_, input_, observations));
}

std::vector<double> ActorCritic::judge(const Rows& observations) {
  auto values = data::host_copy(evaluate(judge_, critic_input_, observations), 0,
                                static_cast<std::int64_t>(observations.extent(0)));
  if (shape_.normalises_returns)
    for (auto& value : values) value = return_mean() + return_deviation() * value;
  return values;
}

void ActorCritic::note_observations(const Comm& comm, const std::vector<double>& observations) {
  if (!shape_.normalises_observations) return;
  const auto mean = observations_.mean(), deviation = observations_.deviation();
  observations_.add(comm, observations);
  const auto &new_mean = observations_.mean(), new_deviation = observations_.deviation();
  for (const std::string layer : {"actor.0", "critic.0"}) {
    const auto& weight = parameters_.find(layer + ".weight");
    const auto& bias = parameters_.find(layer + ".bias");
    auto weights = parameters_.get(weight), biases = parameters_.get(bias);
    const auto inputs = static_cast<std::size_t>(weight.cols);
    for (std::size_t n = 0; n < weights.size(); ++n) {
      const std::size_t input = n % inputs;
      biases[n / inputs] += weights[n] * (new_mean[input] - mean[input]) / deviation[input];
      weights[n] *= new_deviation[input] / deviation[input];
    }
    parameters_.set(weight, weights);
    parameters_.set(bias, biases);
  }
}

void ActorCritic::note_returns(const Comm& comm, const std::vector<double>& returns) {
  if (!shape_.normalises_returns) return;
  const double mean = return_mean(), deviation = return_deviation();
  returns_.add(comm, returns);
  const auto& weight = parameters_.find("critic.2.weight");
  const auto& bias = parameters_.find("critic.2.bias");
  auto weights = parameters_.get(weight), biases = parameters_.get(bias);
  for (auto& w : weights) w *= deviation / return_deviation();
  for (auto& b : biases) b = (deviation * b + mean - return_mean()) / return_deviation();
  parameters_.set(weight, weights);
  parameters_.set(bias, biases);
}

std::vector<data::ModelArray> ActorCritic::to_arrays() const {
  auto arrays = parameters_.to_arrays();
  if (shape_.normalises_observations) {
    arrays.push_back({"observation.mean", 1, shape_.sight(), observations_.mean()});
    arrays.push_back({"observation.variance", 1, shape_.sight(), observations_.variance()});
    arrays.push_back({"observation.count", 1, 1, {observations_.count()}});
  }
  if (shape_.normalises_returns) {
    arrays.push_back({"return.mean", 1, 1, returns_.mean()});
    arrays.push_back({"return.variance", 1, 1, returns_.variance()});
    arrays.push_back({"return.count", 1, 1, {returns_.count()}});
  }
  return arrays;
}

std::unique_ptr<ActorCritic> ActorCritic::from_arrays(const std::vector<data::ModelArray>& arrays,
                                                      const std::string& where) {
  const auto find = [&](const std::string& name) {
    return std::find_if(arrays.begin(), arrays.end(), [&](const auto& array) { return array.name == name; });
  };
  const auto first = find("actor.0.weight"), last = find("actor.2.weight"), judge = find("critic.0.weight");
  if (first == arrays.end() || last == arrays.end() || judge == arrays.end() || judge->cols < first->cols)
    throw Error::input(fmt::format("{}: there are no networks 'actor' and 'critic' of three layers", where));
  const bool sees = find("observation.mean") != arrays.end(), judges = find("return.mean") != arrays.end();
  auto result = std::make_unique<ActorCritic>(ActorCriticShape{.observations = first->cols,
                                                               .actions = last->rows,
                                                               .hidden = first->rows,
                                                               .normalises_observations = sees,
                                                               .normalises_returns = judges,
                                                               .states = judge->cols - first->cols});
  result->parameters_.set_from_arrays(arrays, where);
  const auto get = [&](const std::string& name, std::int64_t width) {
    return data::find_array(arrays, name, 1, width, where).values;
  };
  if (sees)
    result->observations_.set(get("observation.mean", judge->cols), get("observation.variance", judge->cols),
                              get("observation.count", 1).front());
  if (judges) result->returns_.set(get("return.mean", 1), get("return.variance", 1), get("return.count", 1).front());
  return result;
}

void ActorCritic::take(const ActorCritic& other, const std::string& where) {
  if (!(shape_ == other.shape_))
    throw Error::input(fmt::format("{}: networks of {}; expected {}", where, to_text(other.shape_), to_text(shape_)));
  Kokkos::deep_copy(parameters_.values(), other.parameters_.values());
  observations_ = other.observations_;
  returns_ = other.returns_;
}

void ActorCritic::save(data::StateWriter& writer) const {
  for (const auto& slice : parameters_.slices()) writer.put(slice.name, parameters_.get(slice));
  observations_.save(writer, "observation");
  returns_.save(writer, "return");
}

void ActorCritic::restore(data::StateReader& reader) {
  std::vector<double> values;
  for (const auto& slice : parameters_.slices()) {
    reader.get(slice.name, values);
    if (static_cast<std::int64_t>(values.size()) != slice.size())
      throw Error::input(fmt::format("'{}' of a checkpoint has {} numbers; expected {} x {}", slice.name, values.size(),
                                     slice.rows, slice.cols));
    parameters_.set(slice, values);
  }
  observations_.restore(reader, "observation");
  returns_.restore(reader, "return");
}

}  // namespace tessera::learn::control
