#include "trajcast_run.hpp"

#include "learn/trajcast/forecast_type.hpp"
#include "learn/trajcast/training_type.hpp"
#include "sim/md/md.hpp"
#include "stoppable.hpp"

namespace tessera::test {

namespace {

run::Registry registry_of_surrogates() {
  run::Registry registry;
  registry.add(sim::md::make_md_type());
  registry.add(stoppable(learn::trajcast::make_training_type()));
  registry.add(stoppable(learn::trajcast::make_forecast_type()));
  return registry;
}

}  // namespace

std::string run_trajcast(const std::string& stages, const Comm& comm, const std::string& place, std::int64_t steps) {
  stop_after(steps);
  return run_stages(registry_of_surrogates(), stages, comm, place);
}

std::string run_trajcast_alone(const std::string& stages, const std::string& place) {
  stop_after(0);
  return run_stages_alone(registry_of_surrogates(), stages, place);
}

std::string small_training(const std::string& keys, const std::string& pairs) {
  const std::string conserved = pairs == "benzene" ? "angular" : "linear";
  return "[[stage]]\nname = \"train\"\ntype = \"trajcast\"\nbatch = 2\noutput.series = 1\n" + keys +
         (keys.find("epochs") == std::string::npos ? "epochs = 4\n" : "") + "[[stage.trajectory]]\nfile = \"" +
         data_path("trajcast/" + pairs + "_pairs.h5") +
         "\"\n[stage.network]\nl_max = 1\nchannels = 4\nlayers = 2\ncutoff = 3.0\nmlp = [8]\nconserve = \"" +
         conserved + "\"\n";
}

}  // namespace tessera::test
