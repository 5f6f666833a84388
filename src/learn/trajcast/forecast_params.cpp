#include "learn/trajcast/forecast_params.hpp"

namespace tessera::learn::trajcast {

void bind(deck::Binder& b, GuardParams& p) {
  b.value("closest", p.closest, deck::non_negative, {"distance of two atoms, in the least one of the training pairs"});
  b.value("neighbours", p.neighbours, deck::positive, {"of an atom, in the largest number there"});
  b.value("displacement", p.displacement, deck::positive, {"of an atom in one step, in the largest one there"});
  b.value("temperature", p.temperature, deck::positive, {"in the highest one there"});
}

void bind(deck::Binder& b, ForecastParams& p) {
  b.value("model", p.model, {"name of an earlier stage that trained a network; either this or model_file"});
  b.file("model_file", p.model_file, {"model.h5 of an earlier run"});
  b.value("table_radial", p.table_radial, {.low = 0, .high = 1 << 16},
          {"knots of tables that replace the networks of distances; 0: none, at least 6"});
  b.choice("precision", p.precision, {{"double", Precision::double_}, {"single", Precision::single_}},
           {"of features; positions, velocities and sums are always double"});
  b.value("remove_momentum_every", p.remove_momentum_every, {.low = 0},
          {"steps after which momentum, and of molecules angular momentum, is taken away; 0: never", "steps"});
  b.table("guard", p.guard, {"ends the run where it leaves what the training pairs had"});
  b.check(p.table_radial == 0 || p.table_radial >= 6, "table_radial", "a table needs at least 6 knots");
  if (b.is_describing()) return;
  b.check(p.model.empty() != p.model_file.empty(), p.model.empty() ? "model" : "model_file",
          "a forecast needs either model, the name of an earlier stage, or model_file");
}

}  // namespace tessera::learn::trajcast
