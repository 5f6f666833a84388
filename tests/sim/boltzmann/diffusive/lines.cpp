#include "lines.hpp"

#include <fmt/format.h>

#include "stage_deck.hpp"
#include "stored.hpp"

namespace tessera::test {

namespace {

bool has_key(const std::string& keys, const std::string& key) {
  return ("\n" + keys).find("\n" + key + " ") != std::string::npos;
}

}  // namespace

LinearKineticParams line_params(const std::string& collisions, double eps, const std::string& keys) {
  std::string text = fmt::format("collisions = \"{}\"\neps = {:e}\n", collisions, eps);
  if (!has_key(keys, "duration") && !has_key(keys, "steps")) text += "duration = 0.1\n";
  text += keys;
  if (keys.find("[stage.start]") == std::string::npos)
    text += fmt::format("[stage.start]\ndensity = \"1 + {}*cos(2*pi*x/L)\"\n", wave_height);
  return read_stage<LinearKineticParams>(text);
}

KineticLine run_line(const LinearKineticParams& params, const Comm& group) {
  const auto steps = sim::boltzmann::diffusive::choose_time_steps(params);
  KineticLine line(group, params, steps.dt);
  line.start();
  for (std::int64_t n = 0; n < steps.count; ++n) line.step();
  return line;
}

double amplitude_of(const LinearKineticParams& params) { return sum_line(run_line(params)).cosine / wave_height; }

std::vector<double> densities(const KineticLine& line) {
  const auto values = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), line.density().values());
  std::vector<double> result;
  for (int n = 0; n < line.density().mesh().count()[0]; ++n) result.push_back(values(n + 1, 0, 0, 0));
  return result;
}

Amplitudes golden_amplitudes(const std::string& collisions) {
  const std::string path = data_path("boltzmann/linear_kinetic.h5"),
                    group = collisions == "isotropic" ? "linear_transport/" : "vlasov_fokker_planck/";
  return {read_stored(path, group + "eps").numbers, read_stored(path, group + "t").numbers,
          read_stored(path, group + "amplitude").numbers};
}

}  // namespace tessera::test
