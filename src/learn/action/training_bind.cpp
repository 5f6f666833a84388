#include <fmt/format.h>

#include <algorithm>

#include "deck/formula.hpp"
#include "learn/action/training.hpp"

namespace tessera::learn::action {

namespace {

constexpr deck::Limits count_limits{.low = 1, .high = 1 << 30};

void bind_objective(deck::Binder& b, TrainingParams& p) {
  b.choice("estimator", p.estimator,
           {{"standard", Estimator::standard},
            {"difference", Estimator::difference},
            {"path_velocity", Estimator::path_velocity}},
           {"of E_0[s] - E_1[s] + int E[ds/dt] dt: as it stands; by differences between neighbouring snapshots (of a "
            "path of kind \"mixture\"); by the velocity of samples along the path (\"linear\", \"transport\", "
            "\"generation\", \"diffusion\", \"torus\")"});
  bind(b, p.dynamics);
  if (b.is_describing()) return;
  b.check(p.estimator != Estimator::difference || (p.has_path && has_neighbours(p.path.kind)), "estimator",
          "differences between neighbours are those of a path of kind \"mixture\"");
  b.check(p.estimator != Estimator::path_velocity || (p.has_path && has_velocity(p.path.kind)), "estimator",
          "samples of this path have no velocity; expected a path of kind \"linear\", \"transport\", \"generation\", "
          "\"diffusion\" or \"torus\"");
}

void check_box(deck::Binder& b, const TrainingParams& p) {
  const bool is_torus = p.has_path && p.path.kind == PathKind::torus;
  b.check(!is_torus || p.box, "path", "a torus is a periodic box; expected [stage.box]");
  if (!p.box) return;
  const auto& length = p.box->length;
  b.check(!is_torus || std::all_of(length.begin(), length.end(), [](double x) { return x > 0.0; }), "box",
          "a torus is periodic in all directions; expected lengths above 0");
  b.check(!p.has_path || fits_box(p.path.kind), "box",
          "samples of this path leave a periodic box; expected a path of kind \"nearest\", \"mixture\" or \"torus\"");
  b.check(p.network.form == Form::scalar || p.network.form == Form::vector, "box",
          "an action of this form is not periodic; expected network.form = \"scalar\"");
}

}  // namespace

void bind(deck::Binder& b, TrainingParams& p) {
  b.value("iterations", p.iterations, count_limits, {"steps of the optimiser"});
  b.value("batch", p.batch, {.low = 1, .high = 1 << 24}, {"samples of an iteration, over all ranks"});
  if (b.is_describing() || p.has_path) b.table("path", p.path, {"samples at times between those of the data"});
  b.table("box", p.box, {"periodic directions, those of a simulation for example; left out: open space"});
  if (p.method == Method::action) bind_objective(b, p);
  if (p.method == Method::flow && !b.is_describing())
    b.check(p.has_path && has_velocity(p.path.kind), "path",
            "a flow is matched to the velocity of samples; expected a path of kind \"linear\", \"transport\", "
            "\"generation\", \"diffusion\" or \"torus\"");
  if (p.method == Method::action || p.method == Method::sliced_score)
    b.value(
        "probes", p.probes, {.low = 0, .high = 64},
        {"random directions that stand for the trace of second derivatives; 0: the exact one; left out: exact up to "
         "8 dimensions, then 1"});
  b.formula("weight", p.weight, time_names(p.dynamics), {"formula of t: weight of a time in the objective"});
  b.choice("times", p.times,
           {{"quasirandom", TimeKind::quasirandom}, {"uniform", TimeKind::uniform}, {"learned", TimeKind::learned}},
           {"how times are drawn: a low-discrepancy sequence; independently; or where the integrand varies most"});
  if (b.is_describing() || p.has_path) {
    b.value("held_out_every", p.held_out_every, {.low = 1},
            {"between looks at the loss of samples that are held out, where some are", "iterations"});
    b.choice("keep", p.keep, {{"last", Keep::last}, {"best", Keep::best}},
             {"the model: as it is at the end, or as it was when the loss of held-out samples was least"});
  }
  b.choice("precision", p.precision, {{"single", Precision::single_}, {"double", Precision::double_}},
           {"of the network's arithmetic; sums and weights are double"});
  b.value("length", p.length, deck::positive,
          {"unit of length of the network; left out: the samples' root mean square deviation", "length"});
  if (p.method != Method::action)
    b.value("output_scale", p.output_scale, deck::positive, {"times what the network's last layer gives"});
  b.table("network", p.network, {"what is learned"});
  b.table("optimiser", p.optimiser, {"how it is learned"});
  if (!b.is_describing()) check_box(b, p);
}

}  // namespace tessera::learn::action
