#include "learn/action/network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace tessera::learn::action {

using diff::Node;

namespace {

constexpr deck::Limits width_limits{.low = 1, .high = 1 << 14};

diff::TimeEmbedding make_embedding(const NetworkParams& p) {
  switch (p.embedding) {
    case EmbeddingKind::sinusoidal:
      return diff::TimeEmbedding::sinusoidal(p.embedding_size);
    case EmbeddingKind::periodic:
      return diff::TimeEmbedding::periodic(p.embedding_size / 2);
    default:
      return diff::TimeEmbedding::raw();
  }
}

/// Numbers that it sees of a place, and is told beside.
std::int64_t num_seen(const NetworkShape& shape) {
  return (shape.box.is_open() ? 1 : 3) * shape.dimensions + shape.conditions;
}

std::int64_t num_outputs(const NetworkShape& shape) { return shape.params.form == Form::scalar ? 1 : shape.dimensions; }

std::variant<diff::Mlp, diff::TimedMlp> make_layers(diff::Parameters& parameters, const NetworkShape& shape,
                                                    const diff::TimeEmbedding& embedding) {
  const auto& p = shape.params;
  if (p.architecture == Architecture::timed)
    return diff::TimedMlp(parameters, "h",
                          {.inputs = num_seen(shape),
                           .width = p.hidden.front(),
                           .layers = std::max<std::int64_t>(1, static_cast<std::int64_t>(p.hidden.size()) - 2),
                           .outputs = num_outputs(shape),
                           .activation = p.activation,
                           .embedding = embedding});
  std::vector<std::int64_t> widths{embedding.width() + num_seen(shape)};
  widths.insert(widths.end(), p.hidden.begin(), p.hidden.end());
  widths.push_back(num_outputs(shape));
  return diff::Mlp(parameters, "h",
                   diff::MlpShape{.widths = widths, .activation = p.activation, .is_residual = p.residual});
}

bool is_trivial(const NetworkShape& shape) {
  return shape.box.is_open() && std::all_of(shape.mean.begin(), shape.mean.end(), [](double x) { return x == 0.0; }) &&
         std::all_of(shape.deviation.begin(), shape.deviation.end(), [](double x) { return x == 1.0; });
}

/// Cosines and sines of 2 pi (x - low)/length; of open directions, those of 0.
Node waves(Node x, const Box& box) {
  constexpr double two_pi = 6.283185307179586;
  std::vector<double> rate, shift;
  for (std::size_t c = 0; c < box.length.size(); ++c) {
    rate.push_back(box.is_periodic(c) ? two_pi / box.length[c] : 0.0);
    shift.push_back(-rate.back() * box.low[c]);
  }
  auto& graph = x.graph();
  const Node angle = x * spread(graph.constants(rate)) + spread(graph.constants(shift));
  return join(apply(diff::Function::cos, angle), apply(diff::Function::sin, angle));
}

}  // namespace

void bind(deck::Binder& b, NetworkParams& p) {
  if (p.form != Form::vector)
    b.choice("form", p.form, {{"scalar", Form::scalar}, {"quad", Form::quad}, {"inner", Form::inner}},
             {"the action is the network's output h, |x - h|^2/2, or h . x"});
  b.choice("architecture", p.architecture, {{"mlp", Architecture::mlp}, {"timed", Architecture::timed}},
           {"timed: the time enters every hidden layer"});
  b.list("hidden", p.hidden, 0, width_limits, {"widths of the hidden layers"});
  b.choice("activation", p.activation,
           {{"silu", diff::Function::silu},
            {"tanh", diff::Function::tanh},
            {"softplus", diff::Function::softplus},
            {"sigmoid", diff::Function::sigmoid},
            {"sin", diff::Function::sin}},
           {"of hidden layers; all of these can be differentiated as often as is needed"});
  b.value("residual", p.residual, {"hidden layers of one width add what went into them"});
  b.choice(
      "embedding", p.embedding,
      {{"raw", EmbeddingKind::raw}, {"sinusoidal", EmbeddingKind::sinusoidal}, {"periodic", EmbeddingKind::periodic}},
      {"what the network sees of the time t in [0, 1]: t; sines and cosines of t times 10000^(-i/(n/2 - 1)); or t "
       "and those of 2 pi k t"});
  if (b.is_describing() || p.embedding != EmbeddingKind::raw)
    b.value("embedding_size", p.embedding_size, {.low = 2, .high = 4096},
            {"sines and cosines together: even, and at least 4 of sinusoidal"});
  b.choice("initialisation", p.initialisation,
           {{"fan_in", diff::Initialisation::fan_in},
            {"glorot", diff::Initialisation::glorot_uniform},
            {"lecun", diff::Initialisation::lecun_normal},
            {"he", diff::Initialisation::he_normal}},
           {"fan_in: uniform on +- 1/sqrt(inputs), as PyTorch does"});
  b.value("standardise", p.standardise, {"the network sees coordinates less their mean, over their deviation"});
  if (b.is_describing()) return;
  b.check(!p.hidden.empty(), "hidden", "a network without hidden layers; expected the width of at least one");
  if (p.embedding != EmbeddingKind::raw) {
    const std::int64_t least = p.embedding == EmbeddingKind::sinusoidal ? 4 : 2;
    b.check(p.embedding_size % 2 == 0 && p.embedding_size >= least, "embedding_size",
            fmt::format("{}; expected an even number, at least {}", p.embedding_size, least));
  }
  if (p.architecture != Architecture::timed) return;
  b.check(p.hidden.size() >= 3, "hidden",
          "a timed network has a layer before and one behind those that the time enters; expected at least 3 widths");
  b.check(std::all_of(p.hidden.begin(), p.hidden.end(), [&](auto n) { return n == p.hidden.front(); }), "hidden",
          "all hidden layers of a timed network are of one width");
  b.check(!p.residual, "residual", "a timed network has no residual layers");
}

Network::Network(const NetworkShape& shape)
    : shape_(shape), embedding_(make_embedding(shape.params)), layers_(make_layers(parameters_, shape, embedding_)) {
  const auto width = static_cast<std::size_t>(shape_.dimensions);
  if (shape_.mean.empty()) shape_.mean.assign(width, 0.0);
  if (shape_.deviation.empty()) shape_.deviation.assign(width, 1.0);
  if (shape_.mean.size() != width || shape_.deviation.size() != width ||
      (!shape_.box.is_open() && (shape_.box.length.size() != width || shape_.box.low.size() != width)))
    throw Error::internal("a network whose coordinates are standardised by others");
}

void Network::draw(std::uint32_t seed) const {
  std::visit([&](const auto& layers) { layers.draw(parameters_, seed, shape_.params.initialisation); }, layers_);
}

Node Network::field(const Place& place) const {
  const auto& [t, x, condition] = place;
  if ((condition ? condition->width() : 0) != shape_.conditions)
    throw Error::internal("a network that is told something else than it was made for");
  Node seen = x;
  if (!is_trivial(shape_)) {
    std::vector<double> inverse, shift;
    for (std::size_t c = 0; c < shape_.mean.size(); ++c) {
      const bool is_seen = !shape_.box.is_periodic(c);
      inverse.push_back(is_seen ? 1.0 / shape_.deviation[c] : 0.0);
      shift.push_back(is_seen ? -shape_.mean[c] / shape_.deviation[c] : 0.0);
    }
    auto& graph = x.graph();
    seen = x * spread(graph.constants(inverse)) + spread(graph.constants(shift));
  }
  if (!shape_.box.is_open()) seen = join(seen, waves(x, shape_.box));
  if (condition) seen = join(seen, *condition);
  const Node result = std::holds_alternative<diff::Mlp>(layers_)
                          ? std::get<diff::Mlp>(layers_)(parameters_, join(embedding_(t), seen))
                          : std::get<diff::TimedMlp>(layers_)(parameters_, t, seen);
  return shape_.output_scale == 1.0 ? result : shape_.output_scale * result;
}

Node Network::action(const Place& place) const {
  const Node h = field(place), x = place.x;
  switch (shape_.params.form) {
    case Form::scalar:
      return h;
    case Form::quad:
      return 0.5 * row_sum(square(x - h));
    case Form::inner:
      return row_sum(h * x);
    default:
      throw Error::internal("a vector field has no action");
  }
}

double flops_of(const Network& network) {
  double weights = 0.0;
  for (const auto& slice : network.parameters().slices())
    if (slice.name.ends_with(".weight")) weights += static_cast<double>(slice.size());
  return 2.0 * weights;
}

}  // namespace tessera::learn::action
