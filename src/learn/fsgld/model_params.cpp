#include "learn/fsgld/model_params.hpp"

#include <fmt/format.h>

#include "learn/fsgld/linear_predictors.hpp"
#include "learn/fsgld/network_likelihood.hpp"

namespace tessera::learn::fsgld {

namespace {

void bind_layers(deck::Binder& b, ModelParams& p) {
  b.list("hidden", p.hidden, 0, {.low = 1, .high = 1 << 12}, {"of a network: widths of the hidden layers"});
  b.choice("activation", p.activation,
           {{"relu", diff::Function::relu},
            {"tanh", diff::Function::tanh},
            {"silu", diff::Function::silu},
            {"softplus", diff::Function::softplus},
            {"sigmoid", diff::Function::sigmoid}},
           {"of a network: behind its hidden layers"});
  b.value("single", p.is_single, {"of a network: arithmetic of 32 bits, sums over rows and chains of 64"});
  b.check(!p.hidden.empty(), "hidden", "a network without hidden layers; expected the width of at least one");
  b.value("outputs", p.outputs, {.low = 1, .high = most_formula_inputs - 1},
          {"of a network with a formula: how many; left out: 1"});
}

/// Either of parameters or of outputs of a network.
void bind_formula(deck::Binder& b, ModelParams& p, bool is_network) {
  const bool all = b.is_describing();
  if (all || !is_network) b.list("parameters", p.parameters, 0, {"of a formula: names of what is to be found"});
  if (!all && !is_network && !b.has("features")) p.features = {"x"};
  b.list("features", p.features, 0,
         {"of a formula: names of the columns of x; left out: x, and of a network's none are in it"});
  if (all || !is_network) b.value("response", p.has_response, {"of a formula of parameters: it has y"});
  auto names = is_network ? output_names(p, true) : likelihood_names(p);
  if (all) names.variables = {"parameters or o1, o2...", "features", "y"};
  b.formula("log_likelihood", p.log_likelihood, names,
            {"of a formula: log p of a row, up to a number, of parameters, features and the response y; or of a "
             "network's outputs o1, o2..., features and y, in the place of classes"});
  if (all) names.variables = {"o1, o2...", "features"};
  if (all || is_network)
    b.formula("prediction", p.prediction, all ? names : output_names(p, false),
              {"of a network with a formula: of y, for errors of held-out rows; left out: none"});
  if (all) return;
  const bool is_written = !p.log_likelihood.empty();
  const std::size_t inputs = is_network ? output_names(p, true).variables.size() : likelihood_names(p).variables.size();
  b.check(inputs <= most_formula_inputs, is_network ? "outputs" : "parameters",
          fmt::format("{} {}, features and y; expected at most {}", inputs, is_network ? "outputs" : "parameters",
                      most_formula_inputs));
  if (!is_network) {
    b.check(!p.parameters.empty(), "parameters", "a likelihood without parameters; expected the name of at least one");
    b.check(is_written, "log_likelihood", "expected a formula of parameters, features and y");
    return;
  }
  constexpr const char* missing = "only for a network with a formula; expected log_likelihood";
  b.check(is_written || !p.outputs, "outputs", missing);
  b.check(is_written || p.features.empty(), "features", missing);
  b.check(is_written || p.prediction.empty(), "prediction", missing);
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
  const bool is_network = p.kind == ModelKind::network, is_formula = p.kind == ModelKind::formula;
  if (all || is_network) bind_layers(b, p);
  if (all || is_network || is_formula) bind_formula(b, p, is_network);
  const bool is_built_in = is_network && p.log_likelihood.empty();  // one of two likelihoods
  if (all || is_built_in)
    b.value("regression", p.is_regression, {"of a network: its output is the mean of a number, with normal noise"});
  const bool has_number = is_built_in && p.is_regression, has_classes = is_built_in && !p.is_regression;
  if (all || p.kind == ModelKind::gaussian_mean || p.kind == ModelKind::linear || has_number)
    b.value("precision", p.precision, deck::positive, {"1/variance of a row around the mean, or of the noise"});
  if (all || p.kind == ModelKind::linear || p.kind == ModelKind::logistic || p.kind == ModelKind::softmax)
    b.value("constant", p.constant, {"a parameter is added to what features give"});
  if (all || p.kind == ModelKind::softmax || has_classes)
    b.value("classes", p.classes, {.low = 2, .high = most_predictors}, {"values 0, 1... of the response"});
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
