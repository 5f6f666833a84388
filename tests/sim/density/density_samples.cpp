#include "density_samples.hpp"

#include <algorithm>
#include <cmath>

#include "data/io/h5_input.hpp"
#include "run/files.hpp"
#include "sim/density/params.hpp"
#include "sim/density/samples_params.hpp"
#include "stage_deck.hpp"

namespace tessera::test {

std::shared_ptr<const sim::SampleSource> density_of(const std::string& keys) {
  const auto params = read_stage<sim::density::SamplesParams>("[stage.density]\n" + keys);
  return sim::density::make_source(*params.density);
}

std::string complaint_about_density(const std::string& keys) {
  try {
    density_of(keys);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string problem(const std::string& name) {
  const std::string mixture = "kind = 'mixture'\n", component = "[[stage.density.component]]\n";
  const auto two_modes = [&](const std::string& mu, const std::string& v) {
    std::string text = mixture;
    for (const char* sign : {"-", ""})
      text += component + "mean = ['" + sign + "0.6*(" + mu + ")', '" + sign + "0.8*(" + mu + ")']\nvariance = ['" + v +
              "']\n";
    return text;
  };
  if (name == "P1")
    return mixture + component +
           "mean = ['1.5*exp(-1.2*t)', '-0.5*exp(-1.2*t)']\nvariance = ['0.5/1.2 + (0.3 - 0.5/1.2)*exp(-2.4*t)', "
           "'0.5/1.2 + (1.8 - 0.5/1.2)*exp(-2.4*t)']\n";
  if (name == "P2") return mixture + component + "mean = [0, 0, 0]\nvariance = ['0.5 + 1.5*t']\n";
  if (name == "P3a") return two_modes("0.5 + 2*t", "0.25");
  if (name == "P3b") return two_modes("0.5 + 1.5*t", "0.2 + 0.4*t");
  if (name == "P4") return mixture + component + "mean = [0, 0]\nvariance = [2, 0.5]\nrotation_rate = 1.5\n";
  if (name == "P5")
    return mixture + "mass = 'exp(0.4*t)'\n" + component +
           "mean = ['1.5*t', '-0.5*t']\nvariance = ['0.5 + 0.7*t', '1 - 0.4*t']\n";
  if (name == "P6")
    return mixture + "[[stage.density.parameter]]\nname = 'v0'\nvalue = 0.3\n" + component +
           "mean = ['0.8*t']\nvariance = ['v0 + t^2/(4*v0)']\n";
  return mixture + component + "weight = '0.7 - 0.4*t'\nmean = [-1.5]\nvariance = [0.25]\n" + component +
         "weight = '0.3 + 0.4*t'\nmean = [1.5]\nvariance = [0.25]\n";
}

namespace {

Array1<double> times_of(double time, std::size_t count) {
  const Array1<double> times("test/times", count);
  Kokkos::deep_copy(times, time);
  return times;
}

}  // namespace

std::vector<double> draw_at(const sim::SampleSource& source, double time, int count, std::int64_t first,
                            std::uint32_t seed) {
  const auto rows = static_cast<std::size_t>(count);
  const data::RowArray<double> positions("test/positions", rows, static_cast<std::size_t>(source.dimensions()));
  source.draw(seed, first, times_of(time, rows), positions);
  return data::host_copy(positions, 0, count);
}

std::vector<double> log_density_at(const sim::SampleSource& source, double time, const std::vector<double>& positions) {
  const auto d = static_cast<std::size_t>(source.dimensions()), rows = positions.size() / d;
  const data::RowArray<double> places("test/positions", rows, d);
  data::set_rows(places, 0, positions);
  const Array1<double> result("test/result", rows);
  source.log_density(times_of(time, rows), places, result);
  std::vector<double> values(rows);
  Kokkos::deep_copy(HostArray1<double>(values.data(), rows), result);
  return values;
}

Statistics statistics_of(const std::vector<double>& positions, int dimensions) {
  const auto d = static_cast<std::size_t>(dimensions), rows = positions.size() / d;
  const auto count = static_cast<double>(rows);
  Statistics all{std::vector<double>(d), std::vector<double>(d * d)};
  for (std::size_t n = 0; n < positions.size(); ++n) all.mean[n % d] += positions[n] / count;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t a = 0; a < d; ++a)
      for (std::size_t b = 0; b < d; ++b)
        all.covariance[a * d + b] +=
            (positions[row * d + a] - all.mean[a]) * (positions[row * d + b] - all.mean[b]) / count;
  return all;
}

double chi_square_deviation(const std::vector<double>& counts, const std::vector<double>& probabilities) {
  double total = 0.0, statistic = 0.0, rest = 1.0;
  for (const double count : counts) total += count;
  for (std::size_t n = 0; n < probabilities.size(); ++n) {
    const double expected = total * probabilities[n];
    statistic += (counts[n] - expected) * (counts[n] - expected) / expected;
    rest -= probabilities[n];
  }
  double freedom = static_cast<double>(probabilities.size()) - 1.0;
  if (counts.size() > probabilities.size()) {
    const double expected = total * rest;
    statistic += (counts.back() - expected) * (counts.back() - expected) / expected;
    freedom += 1.0;
  }
  return (statistic - freedom) / std::sqrt(2.0 * freedom);
}

std::string write_cells(const std::string& text) {
  const std::string path = scratch_folder() + "/cells.csv";
  put_file(path, text);
  return path;
}

std::vector<double> golden_density(const std::string& dataset) {
  const data::h5::Input file(data_path("action_matching/densities.h5"));
  const data::h5::Id set = file.open_dataset(file.id(), dataset, dataset);
  const auto extents = data::h5::extents(set);
  std::size_t count = 1;
  for (const auto extent : extents) count *= extent;
  std::vector<double> values(count);
  file.read_block(set, std::vector<hsize_t>(extents.size()), extents, H5T_NATIVE_DOUBLE, values.data(), dataset);
  return values;
}

}  // namespace tessera::test
