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
  b.choice("kind", p.kind, {{"mixture", DensityKind::mixture}},
           {"mixture: Gaussians whose weights, means and variances are formulas of the time"});
  const auto has = [&](DensityKind kind) { return b.is_describing() || p.kind == kind; };
  if (has(DensityKind::mixture)) bind_mixture(b, p.mixture);
}

std::shared_ptr<const SampleSource> make_source(const DensityParams& params) {
  switch (params.kind) {
    case DensityKind::mixture:
      return make_mixture(params.mixture);
  }
  throw Error::internal("a density of no kind");
}

MakeSampleSourceParams make_params_maker() {
  return [] { return std::make_unique<AnyDensityParams>(); };
}

}  // namespace tessera::sim::density
