#include "learn/action/path.hpp"

namespace tessera::learn::action {

void bind(deck::Binder& b, PathParams& p) {
  b.choice("kind", p.kind,
           {{"nearest", PathKind::nearest},
            {"mixture", PathKind::mixture},
            {"linear", PathKind::linear},
            {"transport", PathKind::transport},
            {"generation", PathKind::generation},
            {"diffusion", PathKind::diffusion}},
           {"samples between snapshots: those of the nearest one, at its time; of either neighbour; points between two "
            "of them, drawn independently or by optimal transport; or, to and from the last snapshot, points between "
            "noise and a sample"});
  if (b.is_describing() || p.kind == PathKind::transport)
    b.value("transport_samples", p.transport_samples, {.low = 2, .high = 10000},
            {"of each snapshot, paired by optimal transport once", "samples"});
  if (b.is_describing() || p.kind == PathKind::generation || p.kind == PathKind::diffusion)
    b.value("noise", p.noise, deck::positive, {"deviation of the noise", "length"});
}

bool has_velocity(PathKind kind) { return kind != PathKind::nearest && kind != PathKind::mixture; }

bool has_neighbours(PathKind kind) { return kind == PathKind::mixture; }

}  // namespace tessera::learn::action
