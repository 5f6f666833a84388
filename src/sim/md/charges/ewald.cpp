#include <algorithm>
#include <vector>

#include "base/region.hpp"
#include "sim/md/charges/constant_part.hpp"
#include "sim/md/charges/ewald_kernels.hpp"

namespace tessera::sim::md {

namespace {

template <class T>
Array1<T> to_device(const char* label, const std::vector<T>& values) {
  const auto result = make_uninitialized<Array1<T>>(label, values.size());
  const Kokkos::View<const T*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> source(values.data(),
                                                                                                  values.size());
  Kokkos::deep_copy(result, source);
  return result;
}

/// Positions, charges and forces of one chunk.
void copy_charges(const Array2<double>& from, int first, int last, const Array1<double>& to) {
  Kokkos::parallel_for(
      "md/copy_charges", Range(0, PhaseTable::chunk),
      KOKKOS_LAMBDA(int n) { to(n) = first + n < last ? from(first + n, 0) : 0.0; });
}

class Ewald final : public LongRange {
 public:
  Ewald(const data::Box& box, const Units& units, const ChargeSums& charges, const EwaldParams& params)
      : box_(box),
        coulomb_(units.coulomb),
        charges_(charges),
        alpha_(params.alpha),
        waves_(find_waves(box, params.alpha, params.k_cutoff)),
        rows_(to_device("wave rows", waves_.rows)),
        charge_("charges of a chunk", PhaseTable::chunk),
        sums_("structure factors", 2 * waves_.weight.size()),
        coefficients_("force coefficients", 4 * waves_.weight.size()),
        host_sums_(Kokkos::create_mirror_view(sums_)),
        host_coefficients_(Kokkos::create_mirror_view(coefficients_)) {
    int row = 0;
    for (int d = 0; d < 3; ++d) {
      table_.first[d] = row;
      row += 2 * (waves_.largest[d] + 1);
    }
    table_.values = Array1<double>("phases", static_cast<std::size_t>(row) * PhaseTable::stride);
  }

  void set_box(const data::Box& box) override {
    box_ = box;
    move_waves(box, alpha_, waves_);
    is_summed_ = false;
  }
  std::int64_t num_waves() const override { return waves_.count; }

  void rebuilt(data::Particles& /*particles*/, const data::Neighbourhood& /*near*/) override {}
  void add_interior(const data::Particles& particles, const data::Neighbourhood& /*near*/) const override {
    const Region region("md/add_ewald_forces");
    sum_waves(particles);
    set_coefficients();
    const auto force = particles.get<double>("force");
    for_chunks(particles, [&](int first, int last) {
      const ForceOfRows kernel{table_, rows_, charge_, coefficients_, force, box_, coulomb_, num_rows(), first, last};
      Kokkos::parallel_for("md/ewald_forces", Range(0, (last - first + simd::width - 1) / simd::width), kernel);
    });
  }
  void add_boundary(const data::Particles& /*particles*/, const data::Neighbourhood& /*near*/) const override {}

  StepCost cost(const data::Particles& particles, const data::Neighbourhood& /*near*/) const override {
    constexpr int chunk = PhaseTable::chunk;
    const int chunks = (particles.num_owned() + chunk - 1) / chunk;
    const int vectors = (particles.num_owned() + simd::width - 1) / simd::width;
    const auto entries = 0.5 * static_cast<double>(waves_.weight.size()), rows = static_cast<double>(num_rows());
    double powers = 0.0;
    for (const int n : waves_.largest) powers += n + 1;
    StepCost cost;
    // Tables twice: 6 for a power, 60 for sine and cosine; structure factors 8 an entry and 8 a row on whole chunks;
    // forces 16 and 15 on whole vectors.
    cost.flops = 2.0 * chunk * chunks * (6.0 * powers + 180.0) + chunk * chunks * (8.0 * entries + 8.0 * rows) +
                 simd::width * vectors * (16.0 * entries + 15.0 * rows);
    // Positions and charges twice, forces read and written; structure factors and coefficients once a chunk.
    cost.bytes = 8.0 * 14.0 * particles.num_owned() + chunks * entries * (128.0 + 64.0);
    return cost;
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& /*near*/) const override {
    if (!is_summed_) sum_waves(particles);
    ForceSums result;
    if (!particles.comm().is_root()) return result;  // all ranks have the same waves
    constexpr int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
    for (std::size_t entry = 0; entry < waves_.weight.size() / 2; ++entry)
      for (std::size_t side = 0; side < 2; ++side) {
        const double weight = waves_.weight[2 * entry + side];
        if (weight == 0.0) continue;
        const auto s = structure_factor(entry, side);
        const double energy = coulomb_ * weight * (s.re * s.re + s.im * s.im);
        result.energy.add(energy);
        const double* k = &waves_.k[3 * (2 * entry + side)];
        const double k2 = k[0] * k[0] + k[1] * k[1] + k[2] * k[2];
        const double factor = 2.0 * (1.0 / k2 + 0.25 / (alpha_ * alpha_));
        for (int n = 0; n < 6; ++n)
          result.virial[n].add(energy * ((n < 3 ? 1.0 : 0.0) - factor * k[first[n]] * k[second[n]]));
      }
    add_constant_part(charges_, alpha_, box_.volume(), coulomb_, result);
    return result;
  }

 private:
  struct Number {
    double re, im;
  };

  int num_rows() const { return static_cast<int>(waves_.rows.size()); }

  template <class Work>
  void for_chunks(const data::Particles& particles, const Work& work) const {
    const int count = particles.num_owned();
    const auto position = particles.get<double>("position"), charge = particles.get<double>("charge");
    for (int first = 0; first < count; first += PhaseTable::chunk) {
      const int last = std::min(first + PhaseTable::chunk, count);
      const FillPhases fill{table_, box_, position,
                            first,  last, {waves_.largest[0], waves_.largest[1], waves_.largest[2]}};
      Kokkos::parallel_for("md/fill_phases", Range(0, PhaseTable::chunk), fill);
      copy_charges(charge, first, last, charge_);
      work(first, last);
    }
  }

  void sum_waves(const data::Particles& particles) const {
    Kokkos::deep_copy(sums_, ExactSum{});
    for_chunks(particles, [&](int, int) {
      Kokkos::parallel_for("md/sum_waves", Range(0, num_rows()), SumRow{table_, rows_, charge_, sums_});
    });
    Kokkos::deep_copy(host_sums_, sums_);
    all_reduce(particles.comm(), host_sums_.data(), static_cast<int>(host_sums_.extent(0)));
    is_summed_ = true;
  }

  Number structure_factor(std::size_t entry, std::size_t side) const {
    const ExactSum* sum = &host_sums_(4 * entry);
    const double p[4] = {sum[0].value(), sum[1].value(), sum[2].value(), sum[3].value()};
    return side == 0 ? Number{p[0] - p[1], p[3] + p[2]} : Number{p[0] + p[1], p[3] - p[2]};
  }

  void set_coefficients() const {
    for (const auto& row : waves_.rows)
      for (int n = 0; n < row.length; ++n) {
        const auto entry = static_cast<std::size_t>(row.first + n);
        const double plus = 2.0 * waves_.weight[2 * entry], minus = 2.0 * waves_.weight[2 * entry + 1];
        const Number a = structure_factor(entry, 0), b = structure_factor(entry, 1);
        const double values[4] = {plus * a.re + minus * b.re, -plus * a.im - minus * b.im, plus * a.re - minus * b.re,
                                  -plus * a.im + minus * b.im};
        for (std::size_t c = 0; c < 4; ++c) {
          host_coefficients_(8 * entry + c) = values[c];
          host_coefficients_(8 * entry + 4 + c) = n * values[c];
        }
      }
    Kokkos::deep_copy(coefficients_, host_coefficients_);
  }

  data::Box box_;
  double coulomb_;
  ChargeSums charges_;
  double alpha_;
  Waves waves_;
  Array1<WaveRow> rows_;
  PhaseTable table_;
  Array1<double> charge_;
  Array1<ExactSum> sums_;        // (entry, 4), see SumRow
  Array1<double> coefficients_;  // (entry, 8), see ForceOfRows
  HostArray1<ExactSum> host_sums_;
  HostArray1<double> host_coefficients_;
  mutable bool is_summed_ = false;
};

}  // namespace

std::unique_ptr<LongRange> make_ewald(const data::Box& box, const Units& units, const ChargeSums& charges,
                                      const EwaldParams& params) {
  check_charges(box, charges, params.alpha, params.allow_background);
  return std::make_unique<Ewald>(box, units, charges, params);
}

}  // namespace tessera::sim::md
