// Trajectories of which everything is known, side by side; and what is said where they do not go together.
#include "learn/comparison/side_by_side.hpp"

#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "learn/comparison/closing_table.hpp"
#include "learn/comparison/trajectory_reports.hpp"
#include "synthetic_trajectory.hpp"

using namespace tessera;
using namespace tessera::learn::comparison;
using test::SyntheticTrajectory;

namespace {

ComparedRow row_of(const Compared& compared, const std::string& label) {
  const auto found = std::find_if(compared.rows.begin(), compared.rows.end(),
                                  [&](const ComparedRow& row) { return row.label == label; });
  INFO(label);
  REQUIRE(found != compared.rows.end());
  return *found;
}

bool has_row(const Compared& compared, const std::string& label) {
  return std::any_of(compared.rows.begin(), compared.rows.end(),
                     [&](const ComparedRow& row) { return row.label == label; });
}

const SyntheticTrajectory truth, again{.temperature = 2.2, .line = 4.1, .peak = 3.2, .diffusion = 0.6};
const SyntheticTrajectory model{.temperature = 2.5,
                                .heating = 0.01,
                                .energy = -4.0,
                                .drift = 0.03,
                                .of_type = 2.6,
                                .line = 5.0,
                                .peak = 2.0,
                                .diffusion = 0.8};

Compared compare(const SyntheticTrajectory& data, const SyntheticTrajectory& reference = truth, double discard = 0.1) {
  const auto one = reference.make("reference"), other = again.make("again"), judged = data.make("model");
  return put_side_by_side(one, &other, judged, discard);
}

}  // namespace

TEST_CASE("numbers of series are found, with their differences and the floor", "[comparison]") {
  const auto compared = compare(model);
  const auto temperature = row_of(compared, "temperature");
  CHECK_THAT(temperature.reference.value, WithinAbs(2.0, 1e-14));
  // Means of neighbours are all the same: the blocks say that single values are no measure of the error.
  CHECK(temperature.reference.error <= 0.1 / std::sqrt(89.0) * 1.001);
  CHECK_THAT(temperature.data.value, WithinAbs(2.5 + 0.01 * 0.5 * (5.0 + 49.5), 1e-13));  // rows 10 to 99
  CHECK_THAT(temperature.difference, WithinAbs(temperature.data.value - 2.0, 1e-13));
  CHECK_THAT(temperature.floor, WithinAbs(0.2, 1e-13));
  const auto spread = row_of(compared, "temperature spread");
  CHECK_THAT(spread.reference.value, WithinAbs(0.1 * std::sqrt(90.0 / 89.0), 1e-13));
  CHECK_THAT(row_of(compared, "temperature spread / canonical").reference.value,
             WithinAbs(spread.reference.value / (2.0 * std::sqrt(2.0 / 297.0)), 1e-12));
  // Alternating values lean a little against the straight line: 0.1 / (sum of squared times) at most.
  CHECK_THAT(row_of(compared, "temperature drift").data.value, WithinAbs(0.01, 2e-4));
  CHECK_THAT(row_of(compared, "temperature_A").difference, WithinAbs(0.6, 1e-14));
  CHECK_THAT(row_of(compared, "total energy/N drift").data.value, WithinAbs(0.03, 1e-13));
  CHECK_THAT(row_of(compared, "total energy/N drift").difference, WithinAbs(0.03, 1e-13));
  CHECK(row_of(compared, "total energy/N drift").unit == "epsilon/tau");
  const auto energy = row_of(compared, "potential energy/N");
  CHECK_THAT(energy.reference.value, WithinAbs(-5.0 - 0.5 * 2.97 * 2.0, 1e-13));
  CHECK(compared.remarks.empty());
}

TEST_CASE("curves overlap, and differ, as was put into them", "[comparison]") {
  const auto compared = compare(model);
  const auto overlap = row_of(compared, "vdos_A: overlap");
  CHECK(overlap.is_distance);
  CHECK_THAT(overlap.difference, WithinAbs(0.25, 1e-12));   // triangles whose middles are 1 apart: (1 - 1/2)^2
  CHECK_THAT(overlap.floor, WithinAbs(0.95 * 0.95, 1e-2));  // 0.1 apart
  CHECK_THAT(row_of(compared, "vdos_B: overlap").difference, WithinAbs(1.0, 1e-12));
  CHECK_THAT(row_of(compared, "vdos_total: overlap").difference, WithinAbs(0.625, 1e-12));
  const auto peak = row_of(compared, "g_A_B: largest difference");
  CHECK_THAT(peak.difference, WithinAbs(1.0, 1e-13));
  CHECK_THAT(peak.floor, WithinAbs(0.2, 1e-13));
  CHECK_THAT(row_of(compared, "g_A_B: integrated difference").difference, WithinAbs(1.0, 1e-12));
  CHECK(row_of(compared, "g_A_B: integrated difference").unit == "sigma");
  CHECK(row_of(compared, "g_A_A: largest difference").difference == 0.0);
  CHECK_FALSE(has_row(compared, "g_total: largest difference"));
  CHECK_THAT(row_of(compared, "D_A").reference.value, WithinAbs(0.5, 1e-12));
  CHECK_THAT(row_of(compared, "D_A").difference, WithinAbs(0.3, 1e-12));
  CHECK_THAT(row_of(compared, "D_A").floor, WithinAbs(0.1, 1e-12));
  CHECK_THAT(row_of(compared, "D_B").data.value, WithinAbs(1.6, 1e-12));
}

TEST_CASE("halves of the reference are the floor where there is no second one", "[comparison]") {
  SyntheticTrajectory warming = truth;
  warming.heating = 0.01;
  const auto one = warming.make("reference"), judged = model.make("model");
  const auto compared = put_side_by_side(one, nullptr, judged, 0.0);
  CHECK_THAT(row_of(compared, "temperature").floor, WithinAbs(0.01 * 25.0, 1e-12));  // 50 rows apart
  CHECK(std::isnan(row_of(compared, "temperature drift").floor));
  CHECK(std::isnan(row_of(compared, "vdos_A: overlap").floor));
  CHECK(std::isnan(row_of(compared, "temperature").again.value));
}

TEST_CASE("a forecast without a potential has no energies, and says so", "[comparison]") {
  SyntheticTrajectory blind = model;
  blind.energy = 0.0;
  const auto compared = compare(blind);
  CHECK_FALSE(has_row(compared, "potential energy/N"));
  CHECK(has_row(compared, "temperature"));
  REQUIRE(compared.remarks.size() == 1);
  CHECK_THAT(compared.remarks[0], Contains("no energies: model has none"));
}

TEST_CASE("densities of states are compared where both reach", "[comparison]") {
  SyntheticTrajectory coarse = model;
  coarse.frequencies = 81;  // to 8
  const auto compared = compare(coarse);
  CHECK_THAT(row_of(compared, "vdos_A: overlap").difference, WithinAbs(0.25, 1e-12));
  REQUIRE(compared.remarks.size() == 1);
  CHECK_THAT(compared.remarks[0], Contains("normalised, up to 8 1/tau; one of them goes on to 10"));
}

TEST_CASE("what does not go together is refused, and why", "[comparison]") {
  SyntheticTrajectory other = model;
  other.other_type = "C";
  CHECK_THROWS_WITH(compare(other), Contains("model/msd.csv has msd_total, msd_A, msd_C: both need the same types"));
  SyntheticTrajectory few = model;
  few.rows = 4;
  CHECK_THROWS_WITH(compare(few, truth, 0.5), Contains("model: 2 rows of model/series.csv are compared"));
  const std::string head = "step,time [ps],temperature [K],potential_energy [eV],kinetic_energy [eV],total_energy [eV]";
  const CsvColumns metal(head + "\n0,0,300,-1,2,1\n", "series.csv");
  const Trajectory foreign("foreign", metal, 100, {});
  CHECK_THROWS_WITH(put_side_by_side(truth.make("reference"), nullptr, foreign, 0.0),
                    Contains("reference is in lj units, and foreign in metal"));
  CHECK_THROWS_WITH(Trajectory("odd", CsvColumns("step,time [s],loss\n0,0,1\n", "series.csv"), 1, {}),
                    Contains("no column \"temperature\"; trajectories come from stages of type md or forecast"));
  SyntheticTrajectory mixed = model;
  mixed.time = "fs";
  CHECK_THROWS_WITH(mixed.make("mixed"), Contains("belong to no system of units"));
  CHECK_THROWS_WITH(CsvColumns("a,b\n1,2\n3\n", "x.csv"), Contains("x.csv:3: '' is no number of column \"b\""));
  CHECK_THROWS_WITH(CsvColumns("a,b\n1,2,3\n", "x.csv"), Contains("x.csv:2: more numbers than columns"));
  CHECK_THROWS_WITH(CsvColumns("a,b\n1,two\n", "x.csv"), Contains("'two' is no number"));
  CHECK_THROWS_WITH(curve_of(CsvColumns("r,g\n1,2\n1,3\n", "x.csv"), "g"), Contains("does not ascend in line 3"));
}

TEST_CASE("numbers are written with as many digits as their errors let stand", "[comparison]") {
  CHECK(with_error({300.1234, 1.234}) == "300.1(12)");
  CHECK(with_error({-15.198012, 0.00123}) == "-15.1980(12)");
  CHECK(with_error({12345.6, 123.0}) == "12346(123)");
  CHECK(with_error({1.234e-6, 2.3e-8}) == "1.234(23)e-06");
  CHECK(with_error({0.0, 0.02}) == "0.000(20)");
  CHECK(with_error({2.5, 0.0}) == "2.5");
  CHECK(with_error({-7.97, 1e-16}) == "-7.97");
  CHECK(with_error({2.5, not_known.error}) == "2.5");
  CHECK(with_error(not_known) == "-");
}

TEST_CASE("the closing table fits a page, and the reports hold everything", "[comparison]") {
  const auto compared = compare(model);
  const auto lines = lines_of(compared, "model");
  CHECK(lines.size() == compared.rows.size() + 2);
  for (const auto& line : lines) CHECK(line.size() <= 100);
  const auto report = comparison_report({"model"}, {compared});
  REQUIRE(report.rows.size() == compared.rows.size());
  CHECK(report.words[0] == std::vector<std::string>{"model", "temperature", "epsilon/k_B"});
  CHECK(report.rows[0].size() == report.columns.size());

  const auto one = truth.make("reference"), judged = model.make("model");
  const auto histograms = histogram_reports({{"reference", &one}, {"model", &judged}}, 0.1, 20);
  REQUIRE(histograms.size() == 2);
  for (const auto& histogram : histograms)
    for (std::size_t n = 2; n < 4; ++n) {
      double integral = 0.0;
      for (const auto& row : histogram.rows) integral += (row[1] - row[0]) * row[n];
      CHECK_THAT(integral, WithinAbs(1.0, 1e-12));
    }
  CHECK(histograms[0].columns.back().name == "canonical");
  const auto curves = curve_reports({{"reference", &one}, {"model", &judged}});
  REQUIRE(curves.size() == 3);
  CHECK(curves[0].columns[1].name == "reference: g_total");
  CHECK(curves[0].columns[6].name == "model: g_A_B");
  CHECK(curves[0].rows[15][6] == 2.0);
}
