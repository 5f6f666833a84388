#include "sim/md/observables/vdos.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include "base/region.hpp"

namespace tessera::sim::md {

namespace {

using std::numbers::pi;

double window_at(Window window, double fraction) {
  if (window == Window::none) return fraction <= 1.0 ? 1.0 : 0.0;
  if (fraction >= 1.0) return 0.0;
  if (window == Window::gauss) return std::exp(-4.5 * fraction * fraction);
  const double cosine = std::cos(0.5 * pi * fraction);
  return cosine * cosine;
}

/// Integral of curve(t) cos(2 pi f t) from 0 to its end at the frequencies k/(2 end), trapezoidal rule.
std::vector<double> cosine_transform(const std::vector<double>& curve, double interval) {
  const std::size_t last = curve.size() - 1;
  std::vector<double> cosine(2 * last), result(curve.size());
  for (std::size_t n = 0; n < cosine.size(); ++n)
    cosine[n] = std::cos(pi * static_cast<double>(n) / static_cast<double>(last));
  for (std::size_t k = 0; k <= last; ++k) {
    double sum = 0.5 * (curve[0] + curve[last] * cosine[k * last % (2 * last)]);
    for (std::size_t n = 1; n < last; ++n) sum += curve[n] * cosine[k * n % (2 * last)];
    result[k] = sum * interval;
  }
  return result;
}

class Vdos final : public Observable {
 public:
  Vdos(const VdosParams& params, Engine& engine)
      : engine_(engine),
        params_(params),
        origins_(engine, "vdos_origin", "velocity", params, TimeOrigins::Product::dot) {}

  std::string name() const override { return "vdos"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_vdos");
    origins_.sample(engine, engine.system().particles.get<double>("velocity"));
  }

  sim::Report report() const override;
  void save(data::StateWriter& writer) const override { origins_.save(writer); }
  void restore(data::StateReader& reader) override { origins_.restore(reader); }

 private:
  const Engine& engine_;
  VdosParams params_;
  TimeOrigins origins_;
};

sim::Report Vdos::report() const {
  const auto& time = engine_.units().time_unit;
  const auto& species = engine_.system().species;
  sim::Report report{"vdos.csv", {{"frequency", "1/" + time}, {"vdos_total", time}}, {}};
  for (const auto& name : type_names(engine_)) report.columns.push_back({"vdos_" + name, time});
  std::size_t lags = 0;
  while (static_cast<std::int64_t>(lags) < origins_.num_lags() &&
         origins_.num_origins(static_cast<std::int64_t>(lags)) > 0)
    ++lags;
  if (lags < 2) return report;

  const double interval = static_cast<double>(params_.every) * engine_.dt();
  const double end = interval * static_cast<double>(lags - 1), length = params_.window_length.value_or(end);
  std::vector<std::vector<double>> curves(species.size(), std::vector<double>(lags));
  double first = 0.0;  // of all types at lag 0
  for (std::size_t t = 0; t < species.size(); ++t) {
    for (std::size_t lag = 0; lag < lags; ++lag)
      curves[t][lag] = species[t].mass * origins_.sum_of_type(static_cast<std::int64_t>(lag), static_cast<int>(t)) *
                       window_at(params_.window, interval * static_cast<double>(lag) / length);
    first += curves[t][0];
  }
  if (!(first > 0.0)) return report;
  for (auto& curve : curves) curve = cosine_transform(curve, interval);
  for (std::size_t k = 0; k < lags; ++k) {
    std::vector<double> row{0.5 * static_cast<double>(k) / end, 0.0};
    for (const auto& curve : curves) {
      row.push_back(4.0 * curve[k] / first);
      row[1] += row.back();
    }
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

void bind(deck::Binder& binder, VdosParams& params) {
  bind(binder, static_cast<OriginParams&>(params));
  binder.choice("window", params.window, {{"none", Window::none}, {"hann", Window::hann}, {"gauss", Window::gauss}},
                {"what the correlation is multiplied with before the transform"});
  binder.value("window_length", params.window_length, deck::positive,
               {"where the window has come to zero; left out: at the last lag", "time"});
}

std::unique_ptr<Observable> make_vdos(const VdosParams& params, Engine& engine) {
  return std::make_unique<Vdos>(params, engine);
}

}  // namespace tessera::sim::md
