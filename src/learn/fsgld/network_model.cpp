#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/region.hpp"
#include "diff/gradients.hpp"
#include "diff/loop.hpp"
#include "diff/mlp.hpp"
#include "diff/program.hpp"
#include "learn/fsgld/model_params.hpp"

namespace tessera::learn::fsgld {

namespace {

using diff::Node;

/// Rows that a program takes at once.
constexpr std::int64_t block_rows = 64;

/// log of the sum of the exponentials of each row.
Node log_sum_exp(Node x) {
  Node top = slice(x, 0, 1);
  for (std::int64_t k = 1; k < x.width(); ++k) top = maximum(top, slice(x, k, 1));
  top = hold(top);
  return top + apply(diff::Function::log, row_sum(apply(diff::Function::exp, x - repeat(top, x.width()))));
}

/// A Bayesian neural network. Each chain has weights of its own: chains go through one program one after the other.
template <class Real>
class NetworkModel final : public Model {
 public:
  NetworkModel(const ModelParams& params, std::int64_t width)
      : params_(params),
        layers_(parameters_, "network", shape_of(params, width)),
        graph_(block_rows),
        x_(graph_.input(width)),
        y_(graph_.input(params.is_regression ? 1 : params.classes)),
        output_(layers_(parameters_, x_)),
        log_likelihood_(make_log_likelihood()),
        gradient_(graph_, gradient_nodes()),
        prediction_(graph_, {log_likelihood_, make_prediction()}) {}

  std::int64_t dimensions() const override { return parameters_.size(); }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& slice : parameters_.slices())
      for (std::int64_t n = 0; n < slice.size(); ++n) names.push_back(fmt::format("{}_{}", slice.name, n + 1));
    return names;
  }
  std::vector<double> start(std::uint32_t seed, std::int64_t chain) const override {
    // Chains begin at weights of their own: Xavier's uniform ones, biases 0.
    const auto own_seed = seed + 0x9e3779b9U * (static_cast<std::uint32_t>(chain) + 1U);
    layers_.draw(parameters_, own_seed, diff::Initialisation::glorot_uniform);
    std::vector<double> values;
    for (const auto& slice : parameters_.slices()) {
      const auto numbers = parameters_.get(slice);
      values.insert(values.end(), numbers.begin(), numbers.end());
    }
    return values;
  }

  void sum_gradients(const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice,
                     std::optional<double> clip, const data::RowArray<double>& sums) override {
    const Region region("fsgld/gradient");
    Kokkos::deep_copy(sums, 0.0);
    const auto counts = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), choice.count);
    for (int chain = 0; chain < static_cast<int>(theta.extent(0)); ++chain) {
      if (counts(static_cast<std::size_t>(chain)) == 0) continue;
      const std::int64_t total = choice.takes_all ? counts(static_cast<std::size_t>(chain))
                                                  : static_cast<std::int64_t>(choice.drawn.extent(1));
      const std::int64_t at_once = clip ? 1 : block_rows;
      for (std::int64_t first = 0; first < total; first += at_once) {
        const std::int64_t count = std::min(at_once, total - first);
        load(gradient_, rows, choice, chain, first, count);
        gradient_.run(parameters_of(theta, chain), count);
        add_outputs(sums, chain, clip);
      }
    }
  }

  Prediction prediction() const override { return params_.is_regression ? Prediction::number : Prediction::classes; }
  std::int64_t prediction_width() const override { return params_.is_regression ? 1 : params_.classes; }

  void predict(const Rows& rows, std::int64_t first, std::int64_t count, const data::RowArray<double>& theta, int chain,
               const Array1<double>& log_likelihoods, const data::RowArray<double>& predictions) override {
    RowChoice all{Array1<std::int64_t>("first", 1), Array1<std::int64_t>("count", 1), {}, true};
    Kokkos::deep_copy(all.first, first);
    Kokkos::deep_copy(all.count, count);
    for (std::int64_t begin = 0; begin < count; begin += block_rows) {
      const std::int64_t block = std::min(block_rows, count - begin);
      load(prediction_, rows, all, 0, begin, block);
      prediction_.run(parameters_of(theta, chain), block);
      const auto logs = prediction_.output(0), values = prediction_.output(1);
      const bool has_predictions = predictions.extent(0) > 0;
      const auto width = static_cast<std::int64_t>(values.extent(1));
      diff::for_each(
          "fsgld predictions", block, KOKKOS_LAMBDA(std::int64_t n) {
            log_likelihoods(begin + n) = static_cast<double>(logs(n, 0));
            for (std::int64_t k = 0; k < width && has_predictions; ++k)
              predictions(begin + n, k) = static_cast<double>(values(n, k));
          });
    }
  }

  void check(const Clients& clients) const override {
    if (!clients.has_response()) throw Error::input("the data have no responses (column `y`), which this model is of");
    if (params_.is_regression) return;
    const auto classes = static_cast<double>(params_.classes);
    clients.check_response(fmt::format("one of 0, 1... {}", params_.classes - 1),
                           [classes](double y) { return y >= 0.0 && y < classes && y == std::floor(y); });
  }

  /// Public for the sake of nvcc. Rows beyond `count` repeat the first of them.
  void load(diff::BasicProgram<Real>& program, const Rows& rows, const RowChoice& choice, int chain, std::int64_t first,
            std::int64_t count) const {
    const auto x = program.input(x_), y = program.input(y_);
    const auto width = static_cast<std::int64_t>(x.extent(1)), classes = static_cast<std::int64_t>(y.extent(1));
    const std::int64_t block = program.block_rows();
    const bool is_regression = params_.is_regression;
    diff::for_each(
        "fsgld load", block, KOKKOS_LAMBDA(std::int64_t n) {
          const std::int64_t row = choice.row(chain, first + (n < count ? n : 0));
          for (std::int64_t k = 0; k < width; ++k) x(n, k) = static_cast<Real>(rows.x(row, k));
          if (is_regression) {
            y(n, 0) = static_cast<Real>(rows.y(row));
            return;
          }
          const auto label = static_cast<std::int64_t>(rows.y(row));
          for (std::int64_t k = 0; k < classes; ++k) y(n, k) = k == label ? Real(1) : Real(0);
        });
  }

  /// Public for the sake of nvcc.
  void add_outputs(const data::RowArray<double>& sums, int chain, std::optional<double> clip) const {
    double factor = 1.0;
    if (clip) {
      double squares = 0.0;
      for (std::size_t s = 0; s < parameters_.slices().size(); ++s) {
        const auto numbers = gradient_.output(s);
        double part = 0.0;
        Kokkos::parallel_reduce(
            "fsgld norm", Range(0, numbers.extent(1)),
            KOKKOS_LAMBDA(const std::int64_t n, double& sum) {
              sum += static_cast<double>(numbers(0, n)) * static_cast<double>(numbers(0, n));
            },
            part);
        squares += part;
      }
      const double norm = std::sqrt(squares);
      if (norm > *clip) factor = *clip / norm;
    }
    for (std::size_t s = 0; s < parameters_.slices().size(); ++s) {
      const std::int64_t place = parameters_.slices()[s].first;
      const Real* numbers = gradient_.output(s).data();
      double* sum = sums.data() + static_cast<std::int64_t>(sums.stride_0()) * chain + place;
      diff::for_each(
          "fsgld sum", parameters_.slices()[s].size(),
          KOKKOS_LAMBDA(std::int64_t n) { sum[n] += factor * static_cast<double>(numbers[n]); });
    }
  }

 private:
  static diff::MlpShape shape_of(const ModelParams& params, std::int64_t width) {
    std::vector<std::int64_t> widths{width};
    widths.insert(widths.end(), params.hidden.begin(), params.hidden.end());
    widths.push_back(params.is_regression ? 1 : params.classes);
    return {.widths = widths, .activation = params.activation};
  }
  static Array1<double> parameters_of(const data::RowArray<double>& theta, int chain) {
    return Array1<double>(theta.data() + static_cast<std::int64_t>(theta.stride_0()) * chain, theta.extent(1));
  }

  Node make_log_likelihood() {
    if (!params_.is_regression) return row_sum(y_ * output_) - log_sum_exp(output_);
    const double constant = 0.5 * std::log(params_.precision / 6.283185307179586476925);
    return scale_shift(square(y_ - output_), -0.5 * params_.precision, constant);
  }
  Node make_prediction() {
    if (params_.is_regression) return output_;
    return apply(diff::Function::exp, output_ - repeat(log_sum_exp(output_), params_.classes));
  }
  /// One for each slice, in their order.
  std::vector<Node> gradient_nodes() {
    std::vector<Node> wrt;
    for (const auto& slice : parameters_.slices()) wrt.push_back(graph_.parameter(slice));
    return gradients(sum(log_likelihood_), wrt);
  }

  ModelParams params_;
  diff::Parameters parameters_;
  diff::Mlp layers_;
  diff::Graph graph_;
  Node x_, y_, output_, log_likelihood_;
  diff::BasicProgram<Real> gradient_, prediction_;
};

}  // namespace

std::unique_ptr<Model> make_network_model(const ModelParams& params, std::int64_t width) {
  if (params.is_single) return std::make_unique<NetworkModel<float>>(params, width);
  return std::make_unique<NetworkModel<double>>(params, width);
}

}  // namespace tessera::learn::fsgld
