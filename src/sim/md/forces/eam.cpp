#include "sim/md/forces/eam.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/region.hpp"
#include "sim/md/forces/eam_kernels.hpp"

namespace tessera::sim::md {

namespace {

Array1<double> on_device(const char* label, const std::vector<double>& values) {
  const auto view = make_uninitialized<Array1<double>>(label, values.size());
  const auto host = Kokkos::create_mirror_view(view);
  std::copy(values.begin(), values.end(), host.data());
  Kokkos::deep_copy(view, host);
  return view;
}

EamFunctions make_functions(const data::EamTables& tables, const std::vector<std::size_t>& elements) {
  const std::size_t types = elements.size(), intervals = tables.r_phi[0].size() - 1;
  if (types * types * intervals * EamFunctions::row > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw Error::input(
        fmt::format("{} types with tables of {} distances are more than can be looked up", types, intervals + 1));
  std::vector<double> by_distance(types * types * intervals * EamFunctions::row), embedding;
  double* row = by_distance.data();
  for (const auto a : elements)
    for (const auto b : elements) {
      const auto density = hermite_coefficients(tables.elements[b].density_at(a));
      const auto r_phi = hermite_coefficients(tables.r_phi[data::eam_pair(a, b)]);
      for (std::size_t m = 0; m < intervals; ++m, row += EamFunctions::row) {
        std::copy_n(density.begin() + static_cast<std::ptrdiff_t>(4 * m), 4, row);
        std::copy_n(r_phi.begin() + static_cast<std::ptrdiff_t>(4 * m), 4, row + EamFunctions::r_phi);
      }
    }
  for (const auto e : elements) {
    const auto c = hermite_coefficients(tables.elements[e].embedding);
    embedding.insert(embedding.end(), c.begin(), c.end());
  }
  EamFunctions functions;
  functions.by_distance = on_device("eam tables", by_distance);
  functions.embedding = on_device("eam embedding", embedding);
  functions.num_types = static_cast<int>(types);
  functions.intervals = static_cast<int>(intervals);
  functions.density_intervals = static_cast<int>(tables.elements[0].embedding.size()) - 1;
  functions.inverse_dr = 1.0 / tables.dr;
  functions.inverse_drho = 1.0 / tables.drho;
  return functions;
}

/// Work(multi_type, reaction) with both as constants.
template <class Work>
void with_variant(bool multi_type, bool reaction, const Work& work) {
  using std::false_type, std::true_type;
  if (multi_type)
    reaction ? work(true_type{}, true_type{}) : work(true_type{}, false_type{});
  else
    reaction ? work(false_type{}, true_type{}) : work(false_type{}, false_type{});
}

}  // namespace

class EamForce final : public ForceTerm {
 public:
  EamForce(const data::EamTables& tables, const std::vector<std::size_t>& elements)
      : functions_(make_functions(tables, elements)), cutoff_(tables.cutoff) {}

  double cutoff() const override { return cutoff_; }

  void rebuilt(data::Particles& particles, const data::Neighbourhood&) override {
    const auto rows = static_cast<std::size_t>(particles.halo_begin() + particles.num_halo()) + pack_width;
    if (rho_.extent(0) >= rows && rho_.extent(0) / 4 <= rows) return;
    rho_ = Array1<double>("eam density", rows + rows / 16);
    slope_ = Array2<double>("eam slope", rows + rows / 16, 1);
  }

  void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const override {
    Kokkos::deep_copy(rho_, 0.0);
    add_densities(particles, near, 0, near.num_interior());
  }

  void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const override {
    const int interior = near.num_interior(), all = near.pairs().num_owned_clusters;
    add_densities(particles, near, interior, all);
    embed(particles);
    near.halo().forward_begin(slope_, data::Halo::Content::value);
    add_forces(particles, near, 0, interior);
    near.halo().forward_end(slope_);
    add_forces(particles, near, interior, all);
  }

  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override {
    // Both passes test all lanes of the lists; those within the cutoff are not counted apart, but about half of them.
    constexpr double distance = 8.0, density = 14.0, force = 42.0, within = 0.5;
    constexpr double row_bytes = 24.0 * 5.0 + 8.0 * 8.0;
    const double total = data::count_entries(near.inner(), particles.num_owned()).all;
    return {total * pack_width * (2.0 * distance + within * (density + force)) + 12.0 * particles.num_owned(),
            2.0 * total * sizeof(int) + particles.num_owned() * row_bytes};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override {
    const Region region("md/eam_sums");
    ExactSums<7> total;
    const auto in = inputs(particles, near);
    const bool half = near.pairs().count == data::PairCount::half;
    const Range rows(0, particles.num_owned());
    if (functions_.num_types > 1)
      Kokkos::parallel_reduce("md/eam_sums", rows, EamSumKernel<true>{in, rho_, slope_, half},
                              Kokkos::Sum<ExactSums<7>>(total));
    else
      Kokkos::parallel_reduce("md/eam_sums", rows, EamSumKernel<false>{in, rho_, slope_, half},
                              Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

  void embed(const data::Particles& particles) const {
    const auto functions = functions_;
    const auto type = particles.get<int>("type");
    const auto rho = rho_;
    const auto slope = slope_;
    Kokkos::parallel_for(
        "md/eam_embed", Range(0, particles.num_owned()),
        KOKKOS_LAMBDA(int i) { functions.embed(functions.num_types > 1 ? type(i, 0) : 0, rho(i), slope(i, 0)); });
  }

 private:
  EamInputs inputs(const data::Particles& particles, const data::Neighbourhood& near) const {
    return {{particles.get<double>("position"), near.inner(), cutoff_ * cutoff_},
            particles.get<int>("type"),
            functions_,
            near.work_order(),
            particles.num_owned()};
  }

  void add_densities(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end) const {
    const Region region("md/eam_density");
    const auto in = inputs(particles, near);
    with_variant(functions_.num_types > 1, near.pairs().count == data::PairCount::half,
                 [&](auto multi_type, auto reaction) {
                   const EamDensityKernel<decltype(multi_type)::value, decltype(reaction)::value> kernel{in, rho_};
                   Kokkos::parallel_for("md/eam_density", Range(begin, end), kernel);
                 });
  }

  void add_forces(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end) const {
    const Region region("md/eam_force");
    const auto in = inputs(particles, near);
    const auto force = particles.get<double>("force");
    with_variant(
        functions_.num_types > 1, near.pairs().count == data::PairCount::half, [&](auto multi_type, auto reaction) {
          const EamForceKernel<decltype(multi_type)::value, decltype(reaction)::value> kernel{in, slope_, force};
          Kokkos::parallel_for("md/eam_force", Range(begin, end), kernel);
        });
  }

  EamFunctions functions_;
  double cutoff_;
  Array1<double> rho_;    // of owned rows
  Array2<double> slope_;  // F'(rho) of all rows
};

std::unique_ptr<ForceTerm> make_eam(const data::EamTables& tables, const std::vector<std::size_t>& elements) {
  return std::make_unique<EamForce>(tables, elements);
}

}  // namespace tessera::sim::md
