// Runs of all systems in the library controlgym 1.0.0.
#include "math/golden.hpp"
#include "samples.hpp"
#include "sim/linear/model.hpp"
#include "sim/linear/system.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;

namespace {

constexpr int num_steps = 40;

/// Rows of what a run brought, and what it is measured by: the largest number of its kind in the run.
struct Run {
  Matrix state, observation, output, reward;
};

void set_row(Matrix& matrix, int row, const std::vector<double>& values) {
  for (int j = 0; j < matrix.cols(); ++j) matrix(row, j) = values[static_cast<std::size_t>(j)];
}

Run run(const std::string& id, bool is_disturbed) {
  LinearParams params;
  params.id = id;
  params.fidelity = sim::Fidelity::reference;
  const auto environment = make_environment(comm(), params, 1, 1);
  const auto& info = environment->info();
  environment->reset({}, same_rows(1, first_state(info.num_states)));
  const auto outputs = static_cast<int>(environment->output().extent(1));
  Run run{Matrix(num_steps + 1, static_cast<int>(info.num_states)),
          Matrix(num_steps, static_cast<int>(info.num_observations)), Matrix(num_steps, outputs), Matrix(num_steps, 1)};
  set_row(run.state, 0, numbers(environment->state()));
  for (int k = 0; k < num_steps; ++k) {
    const auto disturbance = is_disturbed ? wave(k, info.num_disturbances, 1.3)
                                          : std::vector<double>(static_cast<std::size_t>(info.num_disturbances));
    environment->step(same_rows(1, wave(k, info.num_actions, 0.7)), same_rows(1, disturbance));
    set_row(run.state, k + 1, numbers(environment->state()));
    set_row(run.observation, k, numbers(environment->observation()));
    set_row(run.output, k, numbers(environment->output()));
    set_row(run.reward, k, numbers(environment->reward()));
  }
  return run;
}

/// Compares what the file has; returns how many datasets those are.
int compare(const Run& run, const std::string& path, const std::string& group, double tolerance) {
  int compared = 0;
  const auto check = [&](const Matrix& found, const Matrix& whole, const std::string& name) {
    if (!has_golden(path, group + "/" + name)) return;
    CAPTURE(name);
    Matrix stored = read_golden(path, group + "/" + name);
    if (found.rows() == 1 && stored.cols() == 1 && found.cols() > 1) stored = math::transposed(stored);
    REQUIRE(math::shape(found) == math::shape(stored));
    CHECK(math::largest(found - stored) <= tolerance * math::largest(whole));
    ++compared;
  };
  const auto last = [](const Matrix& matrix) { return matrix.block(matrix.rows() - 1, 0, 1, matrix.cols()); };
  check(run.state, run.state, "state");
  check(last(run.state), run.state, "state_last");
  check(run.observation, run.observation, "observation");
  check(run.output, run.output, "output");
  check(last(run.output), run.output, "output_last");
  check(run.reward, run.reward, "reward");
  return compared;
}

int compare_all(const std::string& path) {
  int compared = 0;
  for (const auto& id : sim::linear::system_ids()) {
    if (id == "cm") continue;
    CAPTURE(id);
    for (const bool is_disturbed : {false, true}) {
      CAPTURE(is_disturbed);
      const std::string group = id + (is_disturbed ? "/open_loop_disturbed" : "/open_loop_quiet");
      compared += compare(run(id, is_disturbed), path, group, tolerance_of(id));
    }
  }
  return compared;
}

}  // namespace

// The outputs of iss are not stored.
TEST_CASE("All systems run like those of the library", "[linear]") {
  CHECK(compare_all(data_path("controlgym/linear_runs.h5")) == 37 * 7 - 2);
}

TEST_CASE("Every sample of all runs, if the complete data are there", "[linear]") {
  if (golden_folder().empty()) {
    SUCCEED("TESSERA_GOLDEN is not set");
    return;
  }
  CHECK(compare_all(golden_folder() + "/linear_envs.h5") == 37 * 8 - 2);
}

TEST_CASE("Weights of filters are those of the library", "[linear]") {
  const std::string path = data_path("controlgym/linear_runs.h5");
  int compared = 0;
  for (const auto& id : sim::linear::system_ids()) {
    const std::string dataset = id + "/is_measurement_weight_fallback";
    if (!has_golden(path, dataset)) continue;
    CAPTURE(id);
    LinearParams params;
    params.fidelity = sim::Fidelity::reference;
    params.noise_cov = 0.25;
    const auto system = sim::linear::linear_system(id);
    const auto model = make_model(system, params);
    const bool is_fallback = read_golden(path, dataset)(0, 0) == 1.0;
    const Matrix expected =
        is_fallback ? Matrix::identity(system.c.rows(), 0.25) : math::times_transposed(system.d21, system.d21);
    CHECK(math::largest(model.measurement - expected) == 0.0);
    CHECK(model.correlation.empty());
    ++compared;
  }
  CHECK(compared == 34);
}
