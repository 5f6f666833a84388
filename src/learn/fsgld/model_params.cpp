#include "learn/fsgld/model_params.hpp"

#include <fmt/format.h>

#include "learn/fsgld/linear_predictors.hpp"

namespace tessera::learn::fsgld {

namespace {

void bind_network(deck::Binder& b, ModelParams& p) {
  b.list("hidden", p.hidden, 0, {.low = 1, .high = 1 << 12}, {"of a network: widths of the hidden layers"});
  b.choice("activation", p.activation,
           {{"relu", diff::Function::relu},
            {"tanh", diff::Function::tanh},
            {"silu", diff::Function::silu},
            {"softplus", diff::Function::softplus},
            {"sigmoid", diff::Function::sigmoid}},
           {"of a network: behind its hidden layers"});
  b.value("regression", p.is_regression, {"of a network: its output is the mean of a number, with normal noise"});
  b.value("single", p.is_single, {"of a network: arithmetic of 32 bits, sums over rows and chains of 64"});
  b.check(!p.hidden.empty(), "hidden", "a network without hidden layers; expected the width of at least one");
}

void bind_formula(deck::Binder& b, ModelParams& p) {
  b.list("parameters", p.parameters, 0, {"of a formula: names of what is to be found"});
  b.list("features", p.features, 0, {"of a formula: names of the columns of x"});
  b.value("response", p.has_response, {"of a formula: it has y"});
  b.formula("log_likelihood", p.log_likelihood, likelihood_names(p),
            {"of a formula: log p of a row, up to a number, of parameters, features and the response y"});
  if (b.is_describing()) return;
  b.check(!p.parameters.empty(), "parameters", "a likelihood without parameters; expected the name of at least one");
  b.check(!p.log_likelihood.empty(), "log_likelihood", "expected a formula of parameters, features and y");
  const std::size_t inputs = p.parameters.size() + p.features.size() + 1;
  b.check(inputs <= most_formula_inputs, "parameters",
          fmt::format("{} parameters and features; expected at most {}", inputs - 1, most_formula_inputs - 1));
}

}  // namespace

void bind(deck::Binder& b, ModelParams& p) {
  b.choice("kind", p.kind,
           {{"gaussian_mean", ModelKind::gaussian_mean},
            {"linear", ModelKind::linear},
            {"logistic", ModelKind::logistic},
            {"softmax", ModelKind::softmax},
            {"metric", ModelKind::metric},
            {"network", ModelKind::network},
            {"formula", ModelKind::formula}},
           {"rows around a mean; a response that is linear in the features, with noise; classes 0 and 1; more classes; "
            "pairs that are similar (1) where a weighted distance is below a threshold, features being squared "
            "differences (Yang and others 2007); a fully connected neural network; or a formula of one's own"});
  const bool all = b.is_describing();
  const bool is_network = p.kind == ModelKind::network;
  if (all || p.kind == ModelKind::gaussian_mean || p.kind == ModelKind::linear || (is_network && p.is_regression))
    b.value("precision", p.precision, deck::positive, {"1/variance of a row around the mean, or of the noise"});
  if (all || p.kind == ModelKind::linear || p.kind == ModelKind::logistic || p.kind == ModelKind::softmax)
    b.value("constant", p.constant, {"a parameter is added to what features give"});
  if (all || p.kind == ModelKind::softmax || is_network)
    b.value("classes", p.classes, {.low = 2, .high = most_predictors}, {"values 0, 1... of the response"});
  if (all || is_network) bind_network(b, p);
  if (all || p.kind == ModelKind::formula) bind_formula(b, p);
}

std::unique_ptr<Model> make_model(const ModelParams& params, std::int64_t width) {
  switch (params.kind) {
    case ModelKind::gaussian_mean:
      return make_gaussian_mean(params.precision, width);
    case ModelKind::formula:
      return make_formula_model(params, width);
    case ModelKind::network:
      return make_network_model(params, width);
    default:
      return make_predictor_model(params, width);
  }
}

}  // namespace tessera::learn::fsgld
