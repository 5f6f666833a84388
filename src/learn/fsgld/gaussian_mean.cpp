#include <fmt/format.h>

#include "base/region.hpp"
#include "learn/fsgld/model_params.hpp"

namespace tessera::learn::fsgld {

namespace {

/// x ~ N(theta, I/precision)
struct MeanGradient {
  double precision;
  Rows rows;
  data::RowArray<double> theta, sums;
  RowChoice choice;
  double clip;

  KOKKOS_INLINE_FUNCTION void operator()(const int chain) const {
    const std::int64_t d = rows.width();
    double* sum = &sums(chain, 0);
    const double* t = &theta(chain, 0);
    for (std::int64_t k = 0; k < d; ++k) sum[k] = 0.0;
    const std::int64_t total = choice.size(chain);
    for (std::int64_t n = 0; n < total; ++n) {
      const double* x = &rows.x(choice.row(chain, n), 0);
      double factor = precision;
      if (clip > 0.0) {
        double squares = 0.0;
        for (std::int64_t k = 0; k < d; ++k) squares += (x[k] - t[k]) * (x[k] - t[k]);
        const double norm = precision * kmath::sqrt(squares);
        if (norm > clip) factor *= clip / norm;
      }
      for (std::int64_t k = 0; k < d; ++k) sum[k] += factor * (x[k] - t[k]);
    }
  }
};

class GaussianMean final : public Model {
 public:
  GaussianMean(double precision, std::int64_t width) : precision_(precision), width_(width) {}

  std::int64_t dimensions() const override { return width_; }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (std::int64_t n = 0; n < width_; ++n) names.push_back(fmt::format("mean_{}", n + 1));
    return names;
  }
  void sum_gradients(const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice,
                     std::optional<double> clip, const data::RowArray<double>& sums) override {
    const Region region("fsgld/gradient");
    Kokkos::parallel_for("fsgld gradient", Range(0, theta.extent(0)),
                         MeanGradient{precision_, rows, theta, sums, choice, clip.value_or(0.0)});
  }
  Prediction prediction() const override { return Prediction::none; }
  std::int64_t prediction_width() const override { return 0; }
  void predict(const Rows& rows, std::int64_t first, std::int64_t count, const data::RowArray<double>& theta, int chain,
               const Array1<double>& log_likelihoods, const data::RowArray<double>& /*predictions*/) override {
    const double precision = precision_;
    Kokkos::parallel_for(
        "fsgld predictions", Range(0, count), KOKKOS_LAMBDA(const int n) {
          const auto d = static_cast<std::int64_t>(rows.x.extent(1));
          double squares = 0.0;
          for (std::int64_t k = 0; k < d; ++k) {
            const double r = rows.x(first + n, k) - theta(chain, k);
            squares += r * r;
          }
          log_likelihoods(n) = 0.5 * (static_cast<double>(d) * kmath::log(precision * (1.0 / 6.283185307179586476925)) -
                                      precision * squares);
        });
  }
  void check(const Clients& /*clients*/) const override {}
  bool find_gaussian(const Rows& rows, std::int64_t first, std::int64_t count, std::vector<double>& precision,
                     std::vector<double>& shift) const override {
    const auto d = static_cast<std::size_t>(width_);
    precision.assign(d * d, 0.0);
    shift.assign(d, 0.0);
    const auto x = data::host_copy(rows.x, first, count);
    for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n)
      for (std::size_t k = 0; k < d; ++k) shift[k] += precision_ * x[n * d + k];
    for (std::size_t k = 0; k < d; ++k) precision[k * d + k] = precision_ * static_cast<double>(count);
    return true;
  }

 private:
  double precision_;
  std::int64_t width_;
};

}  // namespace

std::unique_ptr<Model> make_gaussian_mean(double precision, std::int64_t width) {
  return std::make_unique<GaussianMean>(precision, width);
}

}  // namespace tessera::learn::fsgld
