#include "learn/trajcast/training_params.hpp"

namespace tessera::learn::trajcast {

void bind(deck::Binder& b, NetworkParams& p) {
  constexpr deck::Limits some{.low = 1, .high = 1 << 12};
  b.value("l_max", p.l_max, {.low = 1, .high = 4}, {"highest rotation order of features"});
  b.value("channels", p.channels, some, {"of each kind of feature"});
  b.value("layers", p.layers, {.low = 1, .high = 64}, {"rounds of messages between atoms"});
  b.required("cutoff");
  b.value("cutoff", p.cutoff, deck::positive, {"atoms closer than this send messages to each other", "A"});
  b.value("radial_functions", p.radial_functions, some, {"of distances, with learned frequencies"});
  b.value("envelope_power", p.envelope_power, {.low = 2, .high = 64}, {"how sharply messages vanish at the cutoff"});
  b.value("speed_max", p.speed_max, deck::positive,
          {"where functions of speeds end; left out: 4 times the root mean square speed of the lightest", "A/fs"});
  b.value("speed_functions", p.speed_functions, some, {"Gaussians between speeds of zero and speed_max"});
  b.list("mlp", p.mlp, 0, some, {"widths of the hidden layers of the networks that weigh messages and speeds"});
  b.choice("conserve", p.conserve,
           {{"none", Conservation::none}, {"linear", Conservation::linear}, {"angular", Conservation::angular}},
           {"momentum, and for molecules by themselves angular momentum too"});
  b.value("at_rest", p.is_at_rest, {"what is conserved is zero; otherwise each configuration keeps what it has"});
  b.check(!p.mlp.empty(), "mlp", "at least one hidden layer is needed");
}

void bind(deck::Binder& b, PlateauParams& p) {
  b.value("factor", p.factor, {.low = 0.0, .high = 1.0, .open_low = true}, {"of the learning rate, each time"});
  b.value("patience", p.patience, {.low = 0}, {"epochs without improvement that are let pass", "epochs"});
  b.value("least_rate", p.least_rate, deck::non_negative, {"the learning rate falls no further"});
}

void bind(deck::Binder& b, TrainingParams& p) {
  bind(b, p.pairs);
  b.table("network", p.network, {"sizes of the network"});
  b.value("epochs", p.epochs, {.low = 1, .high = 1 << 24}, {"at most so many passes through the pairs", "epochs"});
  b.value("batch", p.batch, {.low = 1, .high = 1 << 20}, {"configurations a step of the optimiser", "configurations"});
  b.value("early_stop", p.early_stop, {.low = 0},
          {"epochs without a better validation loss that end the training; 0: never", "epochs"});
  b.value("time_reversal", p.time_reversal,
          {"each pair is learned backwards too, which Newton's equations allow: twice the data"});
  b.choice("parallel", p.parallel, {{"configurations", Parallel::configurations}, {"domains", Parallel::domains}},
           {"what ranks share: the configurations of a batch, or the atoms of each, which suits those that are too "
            "large for one rank"});
  b.choice("loss", p.loss, {{"mse", Loss::mse}, {"mae", Loss::mae}},
           {"mean of squared or absolute errors, of displacements and velocities in equal parts"});
  b.choice("precision", p.precision, {{"double", Precision::double_}, {"single", Precision::single_}},
           {"of features and their derivatives; sums, weights and the optimiser are always double"});
  b.value("table_radial", p.table_radial, {.low = 0, .high = 1 << 16},
          {"knots of tables through which the networks of distances are learned: they are worked out at knots, once a "
           "step, and not at every edge; the closing table says by how much they are off; 0: none, at least 6"});
  b.check(p.table_radial == 0 || p.table_radial >= 6, "table_radial", "a table needs at least 6 knots");
  b.table("optimiser", p.optimiser, {"steps in the space of weights"});
  b.table("plateau", p.plateau, {"when the learning rate is reduced"});
}

}  // namespace tessera::learn::trajcast
