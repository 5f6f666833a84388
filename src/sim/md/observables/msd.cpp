#include "sim/md/observables/msd.hpp"

#include <numeric>
#include <vector>

#include "base/region.hpp"
#include "sim/md/create.hpp"

namespace tessera::sim::md {

namespace {

/// Positions as if the box had never been left.
Array2<double> unwrapped(const data::System& system) {
  const auto position = system.particles.get<double>("position");
  const auto image = system.particles.get<int>("image");
  const data::Box box = system.box;
  const int rows = system.particles.num_owned();
  const auto result = make_uninitialized<Array2<double>>("unwrapped", static_cast<std::size_t>(rows), 3);
  Kokkos::parallel_for(
      "md/unwrap", Range(0, rows), KOKKOS_LAMBDA(int i) {
        const data::Vec3 shift = box.shift({image(i, 0), image(i, 1), image(i, 2)});
        for (int c = 0; c < 3; ++c) result(i, c) = position(i, c) + shift[c];
      });
  return result;
}

/// Slope of the straight line with least squares through (x, y), from `first` on.
double slope(const std::vector<double>& x, const std::vector<double>& y, std::size_t first) {
  const auto count = static_cast<double>(x.size() - first);
  double mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0;
  for (std::size_t n = first; n < x.size(); ++n) {
    mean_x += x[n] / count;
    mean_y += y[n] / count;
  }
  for (std::size_t n = first; n < x.size(); ++n) {
    xx += (x[n] - mean_x) * (x[n] - mean_x);
    xy += (x[n] - mean_x) * (y[n] - mean_y);
  }
  return xx > 0.0 ? xy / xx : 0.0;
}

class Msd final : public Observable {
 public:
  Msd(const MsdParams& params, Engine& engine)
      : engine_(engine),
        params_(params),
        origins_(engine, "msd_origin", "length", params, TimeOrigins::Product::squared_distance) {}

  std::string name() const override { return "msd"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_msd");
    origins_.sample(engine, unwrapped(engine.system()));
  }

  sim::Report report() const override;
  void save(data::StateWriter& writer) const override { origins_.save(writer); }
  void restore(data::StateReader& reader) override { origins_.restore(reader); }

 private:
  const Engine& engine_;
  MsdParams params_;
  TimeOrigins origins_;
};

sim::Report Msd::report() const {
  const auto counts = count_types(engine_.system());
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  const auto& units = engine_.units();
  const std::string length2 = units.length_unit + "^2";
  sim::Report report{"msd.csv", {{"time", units.time_unit}, {"msd_total", length2}}, {}};
  for (const auto& name : type_names(engine_)) report.columns.push_back({"msd_" + name, length2});
  report.columns.push_back({"D_total", length2 + "/" + units.time_unit});
  for (const auto& name : type_names(engine_)) report.columns.push_back({"D_" + name, length2 + "/" + units.time_unit});

  const double interval = static_cast<double>(params_.every) * engine_.dt();
  std::vector<double> times;
  std::vector<std::vector<double>> curves(counts.size() + 1);  // total first
  for (std::int64_t lag = 0; lag < origins_.num_lags() && origins_.num_origins(lag) > 0; ++lag) {
    times.push_back(static_cast<double>(lag) * interval);
    std::vector<double> row{times.back()};
    for (std::size_t n = 0; n < curves.size(); ++n) {
      const double sum = n == 0 ? origins_.sum(lag) : origins_.sum_of_type(lag, static_cast<int>(n) - 1);
      const std::int64_t particles = n == 0 ? total : counts[n - 1];
      curves[n].push_back(particles == 0 ? 0.0 : sum / static_cast<double>(particles));
      row.push_back(curves[n].back());
    }
    const auto half = static_cast<std::size_t>(lag / 2);
    for (const auto& curve : curves) row.push_back(slope(times, curve, half) / 6.0);
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

std::unique_ptr<Observable> make_msd(const MsdParams& params, Engine& engine) {
  return std::make_unique<Msd>(params, engine);
}

}  // namespace tessera::sim::md
