#include "sim/md/granular/contacts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "sim/md/granular/contact_kernel.hpp"

namespace tessera::sim::md {

namespace {

/// Where forces of the columns act once more, after a restart.
void add_kept(const data::Particles& particles, const Array1<int>& frozen_types) {
  const auto force = particles.get<double>("force"), kept = particles.get<double>(contact_force_column);
  const auto type = particles.get<int>("type");
  Kokkos::parallel_for(
      "md/kept_contacts", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        const bool moves = frozen_types(type(i, 0)) == 0;
        for (int c = 0; c < 3; ++c) force(i, c) = moves ? force(i, c) + kept(i, c) : 0.0;
      });
}

void check_box(const data::Box& box, double diameter) {
  for (int d = 0; d < 3; ++d)
    if (box.is_periodic[d] && box.height(d) <= 2.0 * diameter)
      throw Error::input(fmt::format(
          "the box is {:.6g} long in direction {} with periodic sides: a grain of diameter {:g} could touch two images "
          "of another one; expected more than two diameters",
          box.height(d), "xyz"[d], diameter));
}

/// Of grains that come with diameters.
void check_diameters(const data::Particles& particles, const Array1<double>& radius) {
  if (!particles.has_column("diameter")) return;
  const auto host = [](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto diameter = host(particles.get<double>("diameter"));
  const auto expected = host(radius);
  const auto type = host(particles.get<int>("type"));
  const auto id = host(particles.get<std::int64_t>("id"));
  for (int i = 0; i < particles.num_owned(); ++i) {
    const double twice = 2.0 * expected(type(i, 0));
    if (std::abs(diameter(i, 0) - twice) > 1e-9 * twice)
      throw Error::input(
          fmt::format("grain {} has the diameter {} in its file, but its type has the radius {} in "
                      "[stage.granular]; expected half the diameter",
                      id(i, 0), diameter(i, 0), expected(type(i, 0))));
  }
}

class Contacts final : public ForceTerm {
 public:
  Contacts(const GranularParams& params, const GrainTypes& types, const Units& units,
           std::shared_ptr<ContactState> state)
      : types_(types),
        law_{params.stiffness, params.damping * units.mass_velocity2, params.tangential_stiffness.value(),
             params.tangential_damping.value() * units.mass_velocity2, params.friction},
        cutoff_(longest_cutoff(params)),
        is_lever_whole_(params.lever == LeverArm::radius),
        state_(std::move(state)) {}

  double cutoff() const override { return cutoff_; }
  bool needs_full_lists() const override { return true; }

  void rebuilt(data::Particles& particles, const data::Neighbourhood& near) override {
    const auto rows = static_cast<std::size_t>(particles.halo_begin() + particles.num_halo()) + pack_width;
    if (id_.extent(0) < rows || id_.extent(0) / 4 > rows) {
      id_ = Array2<std::int64_t>("ids of grains", rows + rows / 16, 1);
      motion_ = Array2<double>("motion of grains", rows + rows / 16, 6);
    }
    const auto ids = id_;
    const auto own = particles.get<std::int64_t>("id");
    Kokkos::parallel_for(
        "md/grain_ids", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) { ids(i, 0) = own(i, 0); });
    near.halo().forward(id_);
  }

  /// Velocities travel behind the positions, and nothing can begin without.
  void add_interior(const data::Particles&, const data::Neighbourhood&) const override {}

  void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const override {
    const Region region("md/contacts");
    if (state_->is_restored) {
      state_->is_restored = false;
      return add_kept(particles, types_.is_frozen);
    }
    copy_motion(particles);
    near.halo().forward_begin(motion_, data::Halo::Content::value);
    const int interior = near.num_interior(), all = near.pairs().num_owned_clusters;
    int crowded = run(particles, near, 0, interior);
    near.halo().forward_end(motion_);
    crowded = std::max(crowded, run(particles, near, interior, all));
    if (crowded >= 0 && !state_->problem) state_->problem = explain(particles, crowded);
  }

  std::optional<Error> problem() const override { return state_->problem; }

  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override {
    // Lists are short, and few of their pairs touch: about four for a grain in a dense flow.
    constexpr double distance = 8.0, contacts = 4.0, contact = 150.0, row_bytes = 8.0 * (3.0 + 12.0 + 16.0);
    constexpr double contact_bytes = 2.0 * 32.0 + 48.0;
    const double total = data::count_entries(near.inner(), particles.num_owned()).all;
    return {total * pack_width * distance + particles.num_owned() * contacts * contact,
            total * sizeof(int) + particles.num_owned() * (row_bytes + contacts * contact_bytes)};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood&) const override {
    const auto shares = particles.get<double>(contact_sums_column);
    ExactSums<7> total;
    Kokkos::parallel_reduce(
        "md/contact_sums", Range(0, particles.num_owned()),
        KOKKOS_LAMBDA(int i, ExactSums<7>& sum) {
          for (int n = 0; n < 7; ++n) sum.part[n].add(shares(i, n));
        },
        Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

  void copy_motion(const data::Particles& particles) const {
    const auto motion = motion_;
    const auto velocity = particles.get<double>("velocity"), spin = particles.get<double>(spin_column);
    Kokkos::parallel_for(
        "md/grain_motion", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
          for (int c = 0; c < 3; ++c) {
            motion(i, c) = velocity(i, c);
            motion(i, 3 + c) = spin(i, c);
          }
        });
  }

 private:
  /// Returns a row that has too many contacts, or -1.
  int run(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end) const {
    int crowded = -1;
    if (begin == end) return crowded;
    const ContactKernel kernel{{particles.get<double>("position"), near.inner(), cutoff_ * cutoff_},
                               near.work_order(),
                               particles.num_owned(),
                               law_,
                               types_,
                               is_lever_whole_,
                               state_->dt,
                               particles.get<int>("type"),
                               id_,
                               motion_,
                               particles.get<std::int64_t>(partner_column),
                               particles.get<double>(slip_column),
                               particles.get<double>("force"),
                               particles.get<double>(torque_column),
                               particles.get<double>(contact_force_column),
                               particles.get<double>(contact_sums_column)};
    Kokkos::parallel_reduce("md/contacts", Range(begin, end), kernel, Kokkos::Max<int>(crowded));
    return crowded;
  }

  static Error explain(const data::Particles& particles, int row) {
    std::int64_t id = 0;
    Kokkos::deep_copy(id, Kokkos::subview(particles.get<std::int64_t>("id"), row, 0));
    return Error::input(fmt::format(
        "grain {} touches more than {} others: spheres of one size have room for 12; look for grains that overlap, "
        "for types whose radii differ too much, or for a stiffness that is too low",
        id, max_contacts));
  }

  GrainTypes types_;
  ContactLaw law_;
  double cutoff_;
  bool is_lever_whole_;
  std::shared_ptr<ContactState> state_;
  Array2<std::int64_t> id_;  // of all rows, as in the next one
  Array2<double> motion_;    // velocity, angular velocity
};

}  // namespace

std::unique_ptr<ForceTerm> make_contacts(const GranularParams& params, const GrainTypes& types, const Units& units,
                                         std::shared_ptr<ContactState> state) {
  return std::make_unique<Contacts>(params, types, units, std::move(state));
}

Grains make_grains(const GranularParams& params, const data::System& system, const Units& units) {
  const auto types = make_grain_types(params, system.species);
  check_box(system.box, longest_cutoff(params));
  agree(system.particles.comm(), [&] { check_diameters(system.particles, types.radius); });
  const auto state = std::make_shared<ContactState>();
  const bool is_elastic = params.damping == 0.0 && params.friction == 0.0;
  return {make_contacts(params, types, units, state), make_rotation(types, is_elastic, state)};
}

double granular_bytes() {
  constexpr double columns = 3.0 + 3.0 + 3.0 + 7.0 + 4.0 * max_contacts, work = 7.0;
  return sizeof(double) * (columns + work);
}

void add_granular_exchange(Communication& communication) {
  auto exchange = communication.exchanges.front();
  exchange.name = "velocities";
  exchange.bytes *= 2.0;
  communication.exchanges.push_back(exchange);
}

}  // namespace tessera::sim::md
