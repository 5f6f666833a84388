#include "sim/md/forces/reach.hpp"

namespace tessera::sim::md {

namespace {

class Reach final : public ForceTerm {
 public:
  explicit Reach(double cutoff) : cutoff_(cutoff) {}
  double cutoff() const override { return cutoff_; }
  bool needs_full_lists() const override { return true; }
  void add_interior(const data::Particles&, const data::Neighbourhood&) const override {}
  void add_boundary(const data::Particles&, const data::Neighbourhood&) const override {}
  StepCost cost(const data::Particles&, const data::Neighbourhood&) const override { return {}; }
  ForceSums sums(const data::Particles&, const data::Neighbourhood&) const override { return {}; }

 private:
  double cutoff_;
};

}  // namespace

std::unique_ptr<ForceTerm> make_reach(double cutoff) { return std::make_unique<Reach>(cutoff); }

}  // namespace tessera::sim::md
