// Potentials of many bodies: forces and virials as derivatives, small boxes, crowds, ranks.
#include <cmath>

#include "catch.hpp"
#include "many_body_samples.hpp"
#include "sim/md/forces/many_body.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using sim::md::MdParams;

namespace {

struct Case {
  std::string name;
  MdParams params;
  Sample sample;
};

Sample with_types(Sample sample, int types) {
  for (std::size_t n = 0; n < sample.size(); ++n) sample.type.push_back(static_cast<int>(n * n / 3) % types);
  return sample;
}

/// Displaced crystals; the last ones are pressed together until more neighbours lie within the cutoff than are packed
/// at once.
std::vector<Case> all_cases() {
  const auto alloy = eam(data_path("md/AB.eam.alloy"), {"Aa", "Bb"});
  const auto fs = eam(data_path("md/AB.eam.fs"), {"Aa", "Bb"}, data::EamFormat::fs);
  const auto gan = stillinger_weber(data_path("md/GaN.sw"), {"Ga", "N"});
  const auto sic = tersoff(data_path("md/SiC.tersoff"), {"Si", "C"});
  const auto si = tersoff(data_path("md/Si.tersoff"), {"Si"});
  return {{"copper", copper(), crystal(2, 3.615, false, 0.2)},
          {"alloy", alloy, with_types(crystal(2, 3.7, false, 0.2), 2)},
          {"Finnis-Sinclair", fs, with_types(crystal(2, 3.7, false, 0.2), 2)},
          {"silicon", silicon(), crystal(2, 5.431, true, 0.3)},
          {"GaN", gan, with_types(crystal(2, 4.5, true, 0.2), 2)},
          {"Tersoff", si, crystal(2, 5.432, true, 0.3)},
          {"SiC", sic, with_types(crystal(2, 4.4, true, 0.2), 2)},
          {"crowded copper", copper(), crystal(3, 2.6, false, 0.05)},
          {"crowded alloy", alloy, with_types(crystal(3, 2.6, false, 0.05), 2)},
          {"crowded silicon", silicon(), crystal(2, 2.4, true, 0.03)},
          {"crowded GaN", gan, with_types(crystal(2, 2.2, true, 0.03), 2)},
          {"crowded Tersoff", si, crystal(2, 2.1, true, 0.02)},
          {"crowded SiC", sic, with_types(crystal(2, 1.9, true, 0.02), 2)}};
}

double potential(const Sample& sample, const MdParams& params) {
  return start_engine(sample, params, comm()).totals().potential;
}

/// Fourth-order difference of a function of a small number.
template <class F>
double slope_of(const F& f, double h) {
  return (f(-2.0 * h) - 8.0 * f(-h) + 8.0 * f(h) - f(2.0 * h)) / (12.0 * h);
}

Sample strained(const Sample& sample, int a, int b, double strain) {
  auto result = sample;
  double cell[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c) cell[d][c] = sample.box.cell[d][c] + (c == a ? strain * sample.box.cell[d][b] : 0.0);
  result.box = Box::triclinic(sample.box.origin, cell);
  for (std::size_t n = 0; n < sample.size(); ++n)
    result.x[3 * n + static_cast<std::size_t>(a)] += strain * sample.x[3 * n + static_cast<std::size_t>(b)];
  return result;
}

Sample repeated(const Sample& sample, int times) {
  Sample result = sample;
  result.x.clear();
  result.v.clear();
  result.type.clear();
  double cell[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c) cell[d][c] = times * sample.box.cell[d][c];
  result.box = Box::triclinic(sample.box.origin, cell);
  for (int copy = 0; copy < times * times * times; ++copy) {
    const auto shift = sample.box.shift({copy % times, copy / times % times, copy / times / times});
    for (std::size_t n = 0; n < sample.size(); ++n) {
      for (std::size_t c = 0; c < 3; ++c) result.x.push_back(sample.x[3 * n + c] + shift[static_cast<int>(c)]);
      if (!sample.type.empty()) result.type.push_back(sample.type[n]);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("Forces of many bodies are the gradient of the energy", "[md]") {
  for (const auto& [name, params, sample] : all_cases()) {
    const auto force = gather(start_engine(sample, params, comm()), "force");
    double total[3] = {};
    for (std::size_t k = 0; k < force.size(); ++k) total[k % 3] += force[k];
    for (const double sum : total) CHECK_THAT(sum, WithinAbs(0.0, 1e-10 * rms(force) * std::sqrt(force.size())));
    for (const std::size_t k : {std::size_t{0}, std::size_t{16}, force.size() - 1}) {
      CAPTURE(name, k);
      const auto moved = [&](double by) {
        auto other = sample;
        other.x[k] += by;
        return potential(other, params);
      };
      CHECK_THAT(force[k], WithinAbs(-slope_of(moved, 1e-4), 2e-6 * rms(force)));
    }
  }
}

TEST_CASE("Virials of many bodies are derivatives with volume and shear", "[md]") {
  const int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
  for (const auto& [name, params, sample] : all_cases()) {
    const auto totals = start_engine(sample, params, comm()).totals();
    double scale = std::abs(totals.potential);
    for (const double value : totals.virial) scale += std::abs(value);
    for (int n = 0; n < 6; ++n) {
      CAPTURE(name, n);
      const auto energy = [&](double strain) {
        return potential(strained(sample, first[n], second[n], strain), params);
      };
      CHECK_THAT(totals.virial[n], WithinAbs(-slope_of(energy, 1e-5), 1e-6 * scale));
    }
  }
}

TEST_CASE("A box narrower than the cutoff is the crystal that it repeats to", "[md]") {
  for (const auto& [name, params, edge, is_diamond, types] :
       {std::tuple{"copper", copper(), 3.615, false, 1}, std::tuple{"silicon", silicon(), 5.431, true, 1},
        std::tuple{"Tersoff", tersoff(data_path("md/Si.tersoff"), {"Si"}), 5.432, true, 1},
        std::tuple{"alloy", eam(data_path("md/AB.eam.alloy"), {"Aa", "Bb"}), 3.7, false, 2},
        std::tuple{"GaN", stillinger_weber(data_path("md/GaN.sw"), {"Ga", "N"}), 4.5, true, 2}}) {
    CAPTURE(name);
    auto small = crystal(1, edge, is_diamond, 0.25);
    if (types == 2) small = with_types(small, 2);
    const int times = 3;
    const auto one = start_engine(small, params, comm()), many = start_engine(repeated(small, times), params, comm());
    const auto a = one.totals(), b = many.totals();
    const double copies = times * times * times;
    CHECK_THAT(b.potential, WithinRel(copies * a.potential, 1e-11));
    for (int n = 0; n < 6; ++n) CHECK_THAT(b.virial[n], WithinAbs(copies * a.virial[n], 1e-10 * std::abs(b.potential)));
    const auto f = gather(one, "force");
    auto g = gather(many, "force");
    g.resize(f.size());
    CHECK(max_difference(f, g) < 1e-10 * rms(f));
  }
}

TEST_CASE("Densities from lists that hold each pair once or twice are the same", "[md]") {
  for (const auto& [name, params, sample] : all_cases()) {
    if (!params.eam || ExecSpace().concurrency() > 1) continue;
    auto engine = start_engine(sample, params, comm());
    const auto expected = gather(engine, "force");
    const double energy = engine.totals().potential;
    auto& particles = engine.system().particles;
    sim::md::ForceField field;
    add_many_body(field, params, comm(), engine.system().species);
    for (const auto count : {data::PairCount::half, data::PairCount::full}) {
      CAPTURE(name, static_cast<int>(count));
      data::Neighbourhood near;
      near.build(engine.tiling(), particles, field.cutoff() + 0.4, count);
      near.prune(particles, field.cutoff() + 0.2);
      field.rebuilt(particles, near);
      Kokkos::deep_copy(particles.get<double>("force"), 0.0);
      field.add_interior(particles, near);
      field.add_boundary(particles, near);
      CHECK(max_difference(gather(engine, "force"), expected) < 1e-11 * rms(expected));
      auto sums = field.sums(particles, near);
      all_reduce(comm(), &sums.energy, 1);
      CHECK_THAT(sums.energy.value(), WithinRel(energy, 1e-12));
    }
  }
}

TEST_CASE("Ranks agree with one rank on potentials of many bodies", "[md]") {
  const std::vector<Case> cases{
      {"copper", copper(), crystal(3, 3.615, false, 0.1)},
      {"alloy", eam(data_path("md/AB.eam.alloy"), {"Aa", "Bb"}), with_types(crystal(3, 3.7, false, 0.1), 2)},
      {"silicon", silicon(), crystal(3, 5.431, true, 0.1)},
      {"SiC", tersoff(data_path("md/SiC.tersoff"), {"Si", "C"}), with_types(crystal(3, 4.4, true, 0.1), 2)}};
  for (const auto& one : cases) {
    CAPTURE(one.name);
    auto sample = one.sample;
    sample.masses = {50.0};
    if (!sample.type.empty()) sample.masses.push_back(30.0);
    const auto run = [&](const Comm& on, data::Int3 grid) {
      auto engine = start_engine(sample, one.params, on, 0.001, grid);
      advance(engine, 10);
      const auto totals = engine.totals();
      std::vector<double> values{totals.potential, totals.kinetic, totals.virial[0], totals.virial[3]};
      for (const char* column : {"position", "velocity"}) {
        const auto part = gather(engine, column);
        values.insert(values.end(), part.begin(), part.end());
      }
      return values;
    };
    const auto expected = alone([&](const Comm& on) { return run(on, {0, 0, 0}); });
    const int n = comm().size();
    for (const data::Int3 grid : {data::Int3{0, 0, 0}, data::Int3{1, n, 1}}) {
      const auto found = run(comm(), grid);
      const std::vector<double> sums_a(expected.begin(), expected.begin() + 4),
          sums_b(found.begin(), found.begin() + 4);
      const std::vector<double> a(expected.begin() + 4, expected.end()), b(found.begin() + 4, found.end());
      CHECK(max_difference(a, b) < 1e-11);
      CHECK(max_difference(sums_a, sums_b) < 1e-11 * static_cast<double>(sample.size()) * 10.0);
    }
  }
}
