// What a deck says of a likelihood.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "deck/formula.hpp"
#include "diff/graph.hpp"
#include "learn/fsgld/model.hpp"

namespace tessera::learn::fsgld {

enum class ModelKind { gaussian_mean, linear, logistic, softmax, metric, network, formula };

struct ModelParams {
  ModelKind kind = ModelKind::gaussian_mean;
  double precision = 1.0;  ///< of a row around the mean; of the noise of a response
  bool constant = false;   ///< a parameter that is added to each linear predictor
  std::int64_t classes = 2;
  std::vector<std::int64_t> hidden{18, 18, 8};
  diff::Function activation = diff::Function::relu;
  bool is_regression = false;  ///< of a network: a number with normal noise instead of classes
  bool is_single = false;      ///< its arithmetic is float
  /// Formula of parameters or of a network's outputs o1, o2..., of features and the response y.
  std::string log_likelihood = {};
  std::vector<std::string> parameters = {}, features = {};  ///< as the formula calls them
  bool has_response = true;
  std::optional<std::int64_t> outputs = {};  ///< of a network with a formula; absent: 1
  std::string prediction = {};               ///< likewise: of the response, a formula of outputs and features
};
/// Parameters or outputs, features and the response that a formula has, together.
inline constexpr int most_formula_inputs = 48;
/// In this order.
deck::FormulaNames likelihood_names(const ModelParams& params);

void bind(deck::Binder& binder, ModelParams& params);

/// For rows of `width` features.
std::unique_ptr<Model> make_model(const ModelParams& params, std::int64_t width);

// Internal: one source each.
std::unique_ptr<Model> make_gaussian_mean(double precision, std::int64_t width);
std::unique_ptr<Model> make_predictor_model(const ModelParams& params, std::int64_t width);
std::unique_ptr<Model> make_formula_model(const ModelParams& params, std::int64_t width);
std::unique_ptr<Model> make_network_model(const ModelParams& params, std::int64_t width);

}  // namespace tessera::learn::fsgld
