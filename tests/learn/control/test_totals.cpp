// Default runs of all partial differential equations, through the stage, against figures of controlgym 1.0.0 (made with
// it, NumPy 1.24; noise-free, parameters of the starts at their means).
#include <fmt/format.h>

#include <cmath>

#include "data/io/table_file.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

struct Totals {
  const char* id;
  std::int64_t steps;
  double amplitude;                           ///< of the waves that act in the second run
  double start;                               ///< sum of u^2
  double total, end;                          ///< uncontrolled: sum of all rewards, sum of u^2 in the end
  double total_acted, end_acted, mean_acted;  ///< under the waves, and the mean of u in the end
};

constexpr Totals all_totals[] = {
    {"allen_cahn", 100, 1.0, 36.60325153, -12802.853, 224.7594173, -12573.00579, 222.6744277, -0.3294300218},
    {"burgers", 100, 0.5, 25.59999989, -1052.988364, 6.958020943, -1065.029139, 6.882959983, 0.1347291195},
    {"cahn_hilliard", 50, 1.0, 85.69140167, -6842.722451, 153.1973381, -7010.427388, 149.9461484, -0.1401420016},
    {"fisher", 100, 0.1, 128.0, -33830.49145, 1056.247073, -34060.58627, 1068.395322, -0.8085423128},
    {"ginzburg_landau", 100, 0.2, 1.9456, -6977.992746, 124.0108637, -15879.12012, 236.9960579, 0.2731955251},
    {"korteweg_de_vries", 100, 1.0, 24.13580681, -2413.547945, 24.13514321, -2971.988201, 25.59648765, -0.2916469223},
    {"kuramoto_sivashinsky", 500, 0.2, 64.0, -214963.53, 545.58, -220086.94, 343.86, -0.003093709},
    {"convection_diffusion_reaction", 100, 0.05, 19.99999992, -2649.074738, 48.41176789, -2063.015341, 38.37093534,
     0.3213780725},
    {"wave", 200, 0.05, 9.999999958, -2580.044805, 9.999999958, -6360.684549, 56.62135648, -0.2607902981},
    {"schrodinger", 500, 0.02, 12.79999995, -6399.999974, 12.79999995, -9405.808536, 17.31501355, 0.07821027143}};

/// As the library computes, left alone and under waves, from the start that is the mean of all.
std::string stage_of(const Totals& totals) {
  return fmt::format(
      "[[stage]]\nname = \"{0}\"\ntype = \"rollout\"\nepisodes = 2\nrecord.which = [\"state\"]\n"
      "controller = [{{kind = \"zero\"}}, {{kind = \"waves\", waves.amplitude = {1}}}]\n"
      "[stage.pde]\nid = \"{0}\"\nfidelity = \"reference\"\nsensor_noise = 0\n"
      "start = {{amplitude_width = 0, spread_width = 0, offset_width = 0}}\n",
      totals.id, totals.amplitude);
}

/// Two correct codes agree to 1e-10 and the figures have ten digits. The states of chaos have drifted apart by 2e-4 in
/// step 400 and by 3e-3 in step 500, which is 200 in the sum over all steps and 1.8 in the last.
double tolerance_of_total(const Totals& totals) {
  return totals.id == std::string("kuramoto_sivashinsky") ? 200.0 : 1e-9 * std::abs(totals.total);
}
double tolerance_of_end(const Totals& totals) {
  return totals.id == std::string("kuramoto_sivashinsky") ? 1.8 : 1e-9 * totals.end_acted;
}

double sum_of_squares(const double* values, std::size_t count) {
  double sum = 0.0;
  for (std::size_t n = 0; n < count; ++n) sum += values[n] * values[n];
  return sum;
}

void check_states(const Totals& totals, const data::Table& table) {
  const auto states = whole_column<double>(table, "state");
  const auto rows = static_cast<std::size_t>(2 * (totals.steps + 1)), width = states.size() / rows;
  REQUIRE(table.num_global() == static_cast<std::int64_t>(rows));
  const double* uncontrolled = states.data();
  const double* acted = uncontrolled + rows / 2 * width;
  const std::size_t end = static_cast<std::size_t>(totals.steps) * width;
  for (const double* run : {uncontrolled, acted}) CHECK_THAT(sum_of_squares(run, width), WithinRel(totals.start, 1e-9));
  CHECK_THAT(sum_of_squares(uncontrolled + end, width), WithinAbs(totals.end, tolerance_of_end(totals)));
  CHECK_THAT(sum_of_squares(acted + end, width), WithinAbs(totals.end_acted, tolerance_of_end(totals)));
  double mean = 0.0;
  for (std::size_t n = 0; n < width; ++n) mean += acted[end + n] / static_cast<double>(width);
  CHECK_THAT(mean, WithinAbs(totals.mean_acted, 6e-10));
}

}  // namespace

TEST_CASE("default runs of all equations earn what they do in controlgym", "[control]") {
  std::string deck;
  for (const auto& totals : all_totals) deck += stage_of(totals);
  const auto folder = run_stages(run::standard_registry(), deck);
  for (const auto& totals : all_totals) {
    CAPTURE(totals.id);
    CHECK_THAT(result_of(folder, "zero: mean return", totals.id), WithinAbs(totals.total, tolerance_of_total(totals)));
    CHECK_THAT(result_of(folder, "waves: mean return", totals.id),
               WithinAbs(totals.total_acted, tolerance_of_total(totals)));
    check_states(totals, data::read_table(comm(), folder + "/" + totals.id + "/table.h5"));
  }
}

// Equations whose actions come from an open loop alone are a stage of their own.
TEST_CASE("an equation left to itself earns the same as a stage of its own", "[control]") {
  const auto folder = run_stages(run::standard_registry(),
                                 "[[stage]]\nname = \"alone\"\ntype = \"pde\"\nid = \"allen_cahn\"\n"
                                 "fidelity = \"reference\"\nsensor_noise = 0\nstart.offset_width = 0\n");
  CHECK_THAT(result_of(folder, "mean return"), WithinRel(-12802.853, 1e-9));
}

TEST_CASE("a regulated equation earns what it does in controlgym", "[control]") {
  const std::string start = "[stage.pde.start]\namplitude_width = 0\nspread_width = 0\n";
  const auto folder = run_stages(
      run::standard_registry(),
      "[[stage]]\nname = \"lqr\"\ntype = \"rollout\"\ncontroller = [{kind = \"lqr\"}]\n"
      "[stage.pde]\nid = \"convection_diffusion_reaction\"\nfidelity = \"reference\"\nsensor_noise = 0\n" +
          start +
          "[[stage]]\nname = \"lqg\"\ntype = \"rollout\"\nepisodes = 30\n"
          "controller = [{kind = \"lqg\", lqg.start = \"state\"}]\n"
          "[stage.pde]\nid = \"convection_diffusion_reaction\"\nfidelity = \"reference\"\nprocess_noise = 1e-5\n"
          "sensor_noise = 0.05\n" +
          start);
  CHECK_THAT(result_of(folder, "mean return without last reward", "lqr"), WithinAbs(-33.19908, 5e-6));
  // One episode, with noise from another source: as likely as any of ours.
  const double deviation = result_of(folder, "standard error without last reward", "lqg") * std::sqrt(30.0);
  CHECK(deviation < 2.0);
  CHECK_THAT(result_of(folder, "mean return without last reward", "lqg"), WithinAbs(-34.937, 3.0 * deviation));
}
