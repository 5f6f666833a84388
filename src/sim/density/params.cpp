#include "sim/density/params.hpp"

namespace tessera::sim::density {

namespace {

class AnyDensityParams final : public SampleSourceParams {
 public:
  void bind(deck::Binder& binder) override { density::bind(binder, params_); }
  std::shared_ptr<const SampleSource> make() const override { return make_source(params_); }

 private:
  DensityParams params_;
};

}  // namespace

void bind(deck::Binder& b, DensityParams& p) {
  b.required("kind");
  b.choice("kind", p.kind,
           {{"mixture", DensityKind::mixture},
            {"hydrogen", DensityKind::hydrogen},
            {"petals", DensityKind::petals},
            {"branching_cells", DensityKind::branching_cells},
            {"gaussian_field", DensityKind::gaussian_field},
            {"uniform", DensityKind::uniform}},
           {"mixture: Gaussians whose weights, means and variances are formulas of the time; hydrogen: an electron in "
            "a superposition of stationary states of the atom; petals: points that run along the petals of a flower; "
            "branching_cells: Gaussians along the branches of a random tree; gaussian_field: images whose power "
            "spectrum changes; uniform: spread evenly over a box"});
  const auto has = [&](DensityKind kind) { return b.is_describing() || p.kind == kind; };
  if (has(DensityKind::mixture)) bind_mixture(b, p.mixture);
  if (has(DensityKind::hydrogen)) bind_hydrogen(b, p.hydrogen);
  if (has(DensityKind::petals)) bind_petals(b, p.petals);
  if (has(DensityKind::branching_cells)) bind_branching_cells(b, p.branching_cells);
  if (has(DensityKind::gaussian_field)) bind_gaussian_field(b, p.gaussian_field);
  if (has(DensityKind::uniform)) bind_uniform(b, p.uniform);
}

std::shared_ptr<const SampleSource> make_source(const DensityParams& params) {
  switch (params.kind) {
    case DensityKind::mixture:
      return make_mixture(params.mixture);
    case DensityKind::hydrogen:
      return std::make_shared<const Hydrogen>(params.hydrogen);
    case DensityKind::petals:
      return make_petals(params.petals);
    case DensityKind::branching_cells:
      return make_mixture(branching_mixture(params.branching_cells));
    case DensityKind::gaussian_field:
      return make_gaussian_field(params.gaussian_field);
    case DensityKind::uniform:
      return make_uniform(params.uniform);
  }
  throw Error::internal("a density of no kind");
}

MakeSampleSourceParams make_params_maker() {
  return [] { return std::make_unique<AnyDensityParams>(); };
}

}  // namespace tessera::sim::density
