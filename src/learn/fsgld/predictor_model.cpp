#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/region.hpp"
#include "learn/fsgld/linear_predictors.hpp"
#include "learn/fsgld/model_params.hpp"

namespace tessera::learn::fsgld {

namespace {

template <class Likelihood>
class PredictorModel final : public Model {
 public:
  PredictorModel(const Likelihood& likelihood, const PredictorLayout& layout, ModelKind kind)
      : likelihood_(likelihood), layout_(layout), kind_(kind) {}

  std::int64_t dimensions() const override { return likelihood_.num_predictors() * layout_.width(); }

  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    const bool is_metric = kind_ == ModelKind::metric;
    for (int k = 0; k < likelihood_.num_predictors(); ++k) {
      const std::string of_class = likelihood_.num_predictors() > 1 ? fmt::format("{}_", k) : "";
      for (std::int64_t n = 0; n < layout_.features; ++n)
        names.push_back(fmt::format("{}_{}{}", is_metric ? "gamma" : "theta", of_class, n + 1));
      if (layout_.has_constant) names.push_back(is_metric ? "mu" : fmt::format("constant{}", of_class));
    }
    return names;
  }

  void sum_gradients(const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice,
                     std::optional<double> clip, const data::RowArray<double>& sums) override {
    const Region region("fsgld/gradient");
    Kokkos::parallel_for(
        "fsgld gradient", Range(0, theta.extent(0)),
        GradientKernel<Likelihood>{likelihood_, layout_, rows, theta, sums, choice, clip.value_or(0.0)});
  }

  Prediction prediction() const override { return is_regression() ? Prediction::number : Prediction::classes; }
  std::int64_t prediction_width() const override {
    return is_regression() ? 1 : std::max<std::int64_t>(2, likelihood_.num_predictors());
  }
  void predict(const Rows& rows, std::int64_t first, std::int64_t count, const data::RowArray<double>& theta, int chain,
               const Array1<double>& log_likelihoods, const data::RowArray<double>& predictions) override {
    Kokkos::parallel_for(
        "fsgld predictions", Range(0, count),
        PredictionKernel<Likelihood>{likelihood_, layout_, rows, theta, chain, first, log_likelihoods, predictions});
  }

  void check(const Clients& clients) const override {
    if (!clients.has_response()) throw Error::input("the data have no responses (column `y`), which this model is of");
    if (is_regression()) return;
    const auto classes = static_cast<double>(prediction_width());
    clients.check_response(fmt::format("one of 0, 1... {}", prediction_width() - 1),
                           [classes](double y) { return y >= 0.0 && y < classes && y == std::floor(y); });
  }

  bool find_gaussian(const Rows& rows, std::int64_t first, std::int64_t count, std::vector<double>& precision,
                     std::vector<double>& shift) const override {
    if constexpr (std::is_same_v<Likelihood, LinearRegression>) {
      const auto d = static_cast<std::size_t>(dimensions());
      precision.assign(d * d, 0.0);
      shift.assign(d, 0.0);
      const auto x = data::host_copy(rows.x, first, count);
      const auto y = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), rows.y);
      std::vector<double> row(d, 1.0);
      for (std::int64_t n = 0; n < count; ++n) {
        std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(n * layout_.features), layout_.features, row.begin());
        for (std::size_t a = 0; a < d; ++a) {
          shift[a] += likelihood_.precision * row[a] * y(static_cast<std::size_t>(first + n));
          for (std::size_t b = 0; b < d; ++b) precision[a * d + b] += likelihood_.precision * row[a] * row[b];
        }
      }
      return true;
    }
    return Model::find_gaussian(rows, first, count, precision, shift);
  }

 private:
  static constexpr bool is_regression() { return std::is_same_v<Likelihood, LinearRegression>; }

  Likelihood likelihood_;
  PredictorLayout layout_;
  ModelKind kind_;
};

}  // namespace

std::unique_ptr<Model> make_predictor_model(const ModelParams& params, std::int64_t width) {
  PredictorLayout layout{.features = width, .has_constant = params.constant};
  switch (params.kind) {
    case ModelKind::linear:
      return std::make_unique<PredictorModel<LinearRegression>>(LinearRegression{params.precision}, layout,
                                                                params.kind);
    case ModelKind::softmax:
      return std::make_unique<PredictorModel<SoftmaxRegression>>(SoftmaxRegression{static_cast<int>(params.classes)},
                                                                 layout, params.kind);
    case ModelKind::metric:  // similar where mu exceeds the distance
      layout.sign = -1.0;
      layout.has_constant = true;
      return std::make_unique<PredictorModel<LogisticRegression>>(LogisticRegression{}, layout, params.kind);
    default:
      return std::make_unique<PredictorModel<LogisticRegression>>(LogisticRegression{}, layout, params.kind);
  }
}

}  // namespace tessera::learn::fsgld
