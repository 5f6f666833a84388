#include <fmt/format.h>

#include "learn/action/propagation.hpp"

namespace tessera::learn::action {

void bind(deck::Binder& b, StepControl& p) {
  b.value("relative", p.relative, {.low = 1e-13, .high = 1.0}, {"error of a step, in terms of the number it is of"});
  b.value("absolute", p.absolute, deck::positive, {"and beside that"});
  b.value("first_step", p.first_step, deck::positive, {"left out: a hundredth of the first interval", "time"});
}

void bind(deck::Binder& b, LangevinSteps& p) {
  b.value("steps", p.steps, {.low = 1, .high = 1 << 20}, {"at each time"});
  b.value("size", p.size, deck::positive, {"epsilon of x += epsilon/2 grad log q + sqrt(epsilon) z", "length^2"});
}

void bind(deck::Binder& b, PropagationParams& p) {
  b.value("steps", p.steps, {.low = 1, .high = 1 << 30}, {"of equal length"});
  b.value("frames", p.frames, {.low = 2, .high = 1 << 20},
          {"times whose particles are written to table.h5, equally far from one another, the first and the last among "
           "them"});
  b.check(p.frames < 2 || p.steps % (p.frames - 1) == 0, "frames",
          fmt::format("{} frames have {} intervals, which {} steps cannot be shared out to equally; expected a divisor "
                      "of the number of steps, plus 1",
                      p.frames, p.frames - 1, p.steps));
  b.choice(
      "integrator", p.integrator,
      {{"automatic", Integrator::automatic},
       {"euler", Integrator::euler},
       {"heun", Integrator::heun},
       {"rk4", Integrator::rk4},
       {"dp5", Integrator::dp5},
       {"euler_maruyama", Integrator::euler_maruyama},
       {"annealed_langevin", Integrator::annealed_langevin}},
      {"automatic: heun, euler_maruyama if particles diffuse, annealed_langevin of a score; dp5: with as many steps "
       "of its own as [stage.control] asks for"});
  if (b.is_describing() || p.integrator == Integrator::dp5) b.table("control", p.control, {"of dp5"});
  if (b.is_describing() || p.integrator == Integrator::annealed_langevin || p.integrator == Integrator::automatic)
    b.table("langevin", p.langevin, {"of annealed_langevin"});
  b.value("begin", p.begin, deck::any, {"first time; left out: that of the model", "time"});
  b.value("end", p.end, deck::any, {"last time; left out: that of the model", "time"});
  b.value("backward", p.backward, {"from the last time to the first"});
  b.value("log_density", p.log_density, {"follow the logarithm of the density along each path"});
  b.choice("growth_as", p.growth_as, {{"weights", GrowthAs::weights}, {"branching", GrowthAs::branching}},
           {"where particles multiply: they keep weights, or split and vanish"});
  b.value("resample_below", p.resample_below, deck::unit_interval,
          {"draw particles anew by their weights when the effective number falls under this part of them"});
  b.choice("precision", p.precision, {{"single", Precision::single_}, {"double", Precision::double_}},
           {"of the network's arithmetic"});
  if (b.is_describing()) return;
  b.check(!p.resample_below || p.growth_as == GrowthAs::weights, "resample_below",
          "particles that branch have no weights");
}

}  // namespace tessera::learn::action
