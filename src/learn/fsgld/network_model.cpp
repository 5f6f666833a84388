#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/region.hpp"
#include "diff/loop.hpp"
#include "diff/mlp.hpp"
#include "learn/fsgld/network_block.hpp"
#include "learn/fsgld/network_likelihood.hpp"

namespace tessera::learn::fsgld {

namespace {

/// A Bayesian neural network. Each chain has weights of its own: chains go through a program one after the other.
template <class Real>
class NetworkModel final : public Model {
 public:
  NetworkModel(const ModelParams& params, std::int64_t width)
      : params_(params), width_(width), layers_(parameters_, "network", shape_of(params, width)) {
    if (!params.log_likelihood.empty()) likelihood_.emplace(params, most_rows);
  }

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
    ChosenRows chosen{rows, choice};
    for (int chain = 0; chain < static_cast<int>(theta.extent(0)); ++chain) {
      const std::int64_t here = counts(static_cast<std::size_t>(chain));
      const std::int64_t total = here == 0          ? 0
                                 : choice.takes_all ? here
                                                    : static_cast<std::int64_t>(choice.drawn.extent(1));
      const auto parameters = parameters_of(theta, chain);
      chosen.chain = chain;
      for (chosen.first = 0; chosen.first < total; chosen.first += most_rows) {
        chosen.count = std::min(most_rows, total - chosen.first);
        auto& block = block_of(chosen.count);
        auto& program = clip ? block.clipped : block.gradient;
        const auto x = program.input(block.network.x);
        load(chosen, x, program.input(block.network.y));
        if (clip) Kokkos::deep_copy(program.input(block.network.limit), static_cast<Real>(*clip));
        if (likelihood_) {
          Kokkos::deep_copy(block.scores.input(block.network.x), x);
          block.scores.run(parameters, chosen.count);
          likelihood_->find_slopes(chosen, block.scores.output(0), program.input(block.network.seed));
        }
        program.run(parameters, chosen.count);
        add_outputs(program, sums, chain);
      }
    }
  }

  Prediction prediction() const override {
    if (likelihood_) return likelihood_->predicts() ? Prediction::number : Prediction::none;
    return params_.is_regression ? Prediction::number : Prediction::classes;
  }
  std::int64_t prediction_width() const override {
    if (likelihood_) return likelihood_->predicts() ? 1 : 0;
    return params_.is_regression ? 1 : params_.classes;
  }

  void predict(const Rows& rows, std::int64_t first, std::int64_t count, const data::RowArray<double>& theta, int chain,
               const Array1<double>& log_likelihoods, const data::RowArray<double>& predictions) override {
    RowChoice all{Array1<std::int64_t>("first", 1), Array1<std::int64_t>("count", 1), {}, true};
    Kokkos::deep_copy(all.first, first);
    Kokkos::deep_copy(all.count, count);
    ChosenRows chosen{rows, all};
    const auto parameters = parameters_of(theta, chain);
    for (chosen.first = 0; chosen.first < count; chosen.first += most_rows) {
      chosen.count = std::min(most_rows, count - chosen.first);
      auto& block = block_of(chosen.count);
      load(chosen, block.scores.input(block.network.x), block.scores.input(block.network.y));
      block.scores.run(parameters, chosen.count);
      if (likelihood_)
        likelihood_->score(chosen, block.scores.output(0), log_likelihoods, predictions, chosen.first);
      else
        copy_scores(block.scores, chosen, log_likelihoods, predictions);
    }
  }

  void check(const Clients& clients) const override {
    if (!clients.has_response()) throw Error::input("the data have no responses (column `y`), which this model is of");
    if (likelihood_ && !params_.features.empty() && static_cast<std::int64_t>(params_.features.size()) != width_)
      throw Error::input(
          fmt::format("model.features: {} names for {} features of the data", params_.features.size(), width_));
    if (params_.is_regression || likelihood_) return;
    const auto classes = static_cast<double>(params_.classes);
    clients.check_response(fmt::format("one of 0, 1... {}", params_.classes - 1),
                           [classes](double y) { return y >= 0.0 && y < classes && y == std::floor(y); });
  }

  /// Public for the sake of nvcc, as what follows. Rows beyond those that count keep what they have, which is finite.
  void load(const ChosenRows& chosen, const Array2<Real>& x, const Array2<Real>& y) const {
    const auto width = static_cast<std::int64_t>(x.extent(1)), classes = static_cast<std::int64_t>(y.extent(1));
    const bool has_classes = !params_.is_regression && !likelihood_;
    diff::for_each(
        "fsgld load", chosen.count, KOKKOS_LAMBDA(std::int64_t n) {
          const std::int64_t row = chosen.row(n);
          for (std::int64_t k = 0; k < width; ++k) x(n, k) = static_cast<Real>(chosen.rows.x(row, k));
          if (!has_classes) {
            y(n, 0) = static_cast<Real>(chosen.rows.y(row));
            return;
          }
          const auto label = static_cast<std::int64_t>(chosen.rows.y(row));
          for (std::int64_t k = 0; k < classes; ++k) y(n, k) = k == label ? Real(1) : Real(0);
        });
  }

  void add_outputs(const diff::BasicProgram<Real>& program, const data::RowArray<double>& sums, int chain) const {
    for (std::size_t s = 0; s < parameters_.slices().size(); ++s) {
      const std::int64_t place = parameters_.slices()[s].first;
      const Real* numbers = program.output(s).data();
      double* sum = sums.data() + static_cast<std::int64_t>(sums.stride_0()) * chain + place;
      diff::for_each(
          "fsgld sum", parameters_.slices()[s].size(),
          KOKKOS_LAMBDA(std::int64_t n) { sum[n] += static_cast<double>(numbers[n]); });
    }
  }

  void copy_scores(const diff::BasicProgram<Real>& program, const ChosenRows& chosen,
                   const Array1<double>& log_likelihoods, const data::RowArray<double>& predictions) const {
    const auto logs = program.output(0), values = program.output(1);
    const bool has_predictions = predictions.extent(0) > 0;
    const auto width = static_cast<std::int64_t>(values.extent(1));
    const std::int64_t first = chosen.first;
    diff::for_each(
        "fsgld predictions", chosen.count, KOKKOS_LAMBDA(std::int64_t n) {
          log_likelihoods(first + n) = static_cast<double>(logs(n, 0));
          for (std::int64_t k = 0; k < width && has_predictions; ++k)
            predictions(first + n, k) = static_cast<double>(values(n, k));
        });
  }

 private:
  /// Rows that a program takes at once, at most.
  static constexpr std::int64_t most_rows = 64;

  static diff::MlpShape shape_of(const ModelParams& params, std::int64_t width) {
    std::vector<std::int64_t> widths{width};
    widths.insert(widths.end(), params.hidden.begin(), params.hidden.end());
    widths.push_back(!params.log_likelihood.empty() ? params.outputs.value_or(1)
                     : params.is_regression         ? 1
                                                    : params.classes);
    return {.widths = widths, .activation = params.activation};
  }
  static Array1<double> parameters_of(const data::RowArray<double>& theta, int chain) {
    return Array1<double>(theta.data() + static_cast<std::int64_t>(theta.stride_0()) * chain, theta.extent(1));
  }

  /// The smallest for so many rows.
  NetworkBlock<Real>& block_of(std::int64_t rows) {
    constexpr std::int64_t multiple = diff::Graph::row_multiple;
    auto& block = blocks_.at(static_cast<std::size_t>((rows - 1) / multiple));
    if (!block)
      block = std::make_unique<NetworkBlock<Real>>(params_, parameters_, width_,
                                                   (rows + multiple - 1) / multiple * multiple);
    return *block;
  }

  ModelParams params_;
  std::int64_t width_;
  diff::Parameters parameters_;
  diff::Mlp layers_;
  std::optional<NetworkLikelihood> likelihood_;
  std::array<std::unique_ptr<NetworkBlock<Real>>, most_rows / diff::Graph::row_multiple> blocks_;
};

}  // namespace

std::unique_ptr<Model> make_network_model(const ModelParams& params, std::int64_t width) {
  if (params.is_single) return std::make_unique<NetworkModel<float>>(params, width);
  return std::make_unique<NetworkModel<double>>(params, width);
}

}  // namespace tessera::learn::fsgld
