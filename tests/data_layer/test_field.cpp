// Ghost layers against direct evaluation, their adjoint, and what is sent for them.
#include <cmath>

#include "base/random.hpp"
#include "base/traffic.hpp"
#include "data/exchange_size.hpp"
#include "fields.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// Whole numbers of both signs.
void fill_randomly(const Field& field, int seed, bool with_ghosts) {
  const Random random(static_cast<std::uint64_t>(seed), RandomPurpose::test);
  std::uint64_t n = 0;
  const auto rank = static_cast<std::uint64_t>(field.mesh().comm().rank());
  for_values(field, with_ghosts, [&](const auto&, int, double& value) {
    value = std::floor(2000.0 * random.uniform(1000000 * rank + n++, 0).first) - 1000.0;
  });
}

std::vector<double> all_values(const Field& field) {
  std::vector<double> values;
  for_values(field, true, [&](const auto&, int, double& value) { values.push_back(value); });
  return values;
}

/// Collective. Product over all values, ghosts too; exact for whole numbers.
double dot_with_ghosts(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) sum += a[n] * b[n];
  return comm().all_reduce(sum, Op::sum);
}

}  // namespace

TEST_CASE("ghost layers are what the cells are that they are copies of", "[data]") {
  for (const auto& kind : mesh_kinds())
    for (const int layers : {0, 1, 2, 3, 5})
      for (const int components : {1, 3}) {
        INFO(kind.name << ", " << layers << " layers, " << components << " components");
        Field field(make_mesh(kind), "u", components, layers);
        for (const double version : {0.0, 0.5}) {
          fill(field, version);
          field.exchange();
          REQUIRE_ALL(wrong_values(field, version) == 0);
        }
      }
}

TEST_CASE("reverse is the exact adjoint of exchange", "[data]") {
  for (const auto& kind : mesh_kinds())
    for (const int layers : {1, 2, 4}) {
      INFO(kind.name << ", " << layers << " layers");
      const Mesh mesh = make_mesh(kind);
      Field u(mesh, "u", 2, layers), v(mesh, "v", 2, layers);
      fill_randomly(u, 1, true);
      fill_randomly(v, 2, true);
      const auto v_before = all_values(v);
      // What exchange overwrites does not enter: u has no ghosts but those beyond open sides.
      for_values(u, true, [&](const auto& index, int, double& value) {
        bool is_owned = true;
        for (int d = 0; d < 3; ++d) {
          const auto n = static_cast<std::size_t>(d);
          is_owned = is_owned && index[n] >= mesh.first()[n] && index[n] < mesh.first()[n] + mesh.count()[d];
        }
        if (!is_owned && !is_outside(mesh, index)) value = 0.0;
      });
      const auto u_before = all_values(u);
      u.exchange();
      v.reverse();
      REQUIRE(dot_with_ghosts(all_values(u), v_before) == dot_with_ghosts(u_before, all_values(v)));
      REQUIRE(dot_with_ghosts(all_values(u), v_before) != 0.0);
    }
}

TEST_CASE("what an exchange sends is what the model says, and reverse sends as much", "[data]") {
  for (const auto& kind : mesh_kinds())
    for (const int layers : {0, 1, 2, 5}) {
      INFO(kind.name << ", " << layers << " layers");
      Field field(make_mesh(kind), "u", 3, layers);
      const Long3 widths{field.layers()[0], field.layers()[1], field.layers()[2]};
      const auto model = mesh_exchange_size(field.mesh().tiling(), field.mesh().num_cells(), widths);
      for (const bool back : {false, true}) {
        Traffic before = traffic();
        back ? field.reverse() : field.exchange();
        Traffic sent = traffic();
        sent -= before;
        // The volume of what is received is another rank's; over all ranks both directions agree.
        const auto bytes = comm().all_reduce(sent.bytes, Op::sum), messages = comm().all_reduce(sent.messages, Op::sum);
        REQUIRE(static_cast<double>(bytes) == comm().all_reduce(model.bytes(3, 8), Op::sum));
        REQUIRE(static_cast<double>(messages) == comm().all_reduce(model.messages, Op::sum));
        if (!back) REQUIRE_ALL(static_cast<double>(sent.bytes) == model.bytes(3, 8));
        REQUIRE_ALL(static_cast<double>(sent.messages) == model.messages);
        REQUIRE_ALL(sent.collectives == 0);
      }
    }
}

TEST_CASE("owned cells can be used between begin and end, and several fields are under way at once", "[data]") {
  const Mesh mesh = make_mesh(mesh_kinds().at(9));
  Field u(mesh, "u", 2, 2), v(mesh, "v", 1, 1);
  fill(u);
  fill(v, 7.0);
  u.exchange_begin();
  v.exchange_begin();
  double sum = 0.0, expected = 0.0;
  for_values(u, false, [&](const auto& index, int c, double& value) {
    sum += value;
    expected += value_at(mesh, index, c);
  });
  v.exchange_end();
  u.exchange_end();
  REQUIRE_ALL(sum == expected);
  REQUIRE_ALL(wrong_values(u) == 0);
  REQUIRE_ALL(wrong_values(v, 7.0) == 0);
  REQUIRE_THROWS_WITH(u.exchange_end(), Contains("field 'u': an exchange ends that has not begun"));
  u.exchange_begin();
  REQUIRE_THROWS_WITH(u.exchange_begin(), Contains("an exchange begins before the last has ended"));
  REQUIRE_THROWS_WITH(u.reverse(), Contains("reverse before the exchange has ended"));
  u.exchange_end();
}

TEST_CASE("a field that cannot be is refused with the reason", "[data]") {
  const Mesh mesh = make_mesh({"small", {comm().size()}});
  REQUIRE_THROWS_WITH(Field(mesh, "u", 0, 1), Contains("field 'u': 0 components"));
  REQUIRE_THROWS_WITH(Field(mesh, "u", 1, -1), Contains("field 'u': -1 ghost layers"));
  REQUIRE_THROWS_WITH(Field(mesh, "u", 1, 40 * comm().size()),
                      Contains("field 'u' with") && Contains("at most 21 are possible"));
  Field far(mesh, "u", 1, 8);
  fill(far);
  far.exchange();
  REQUIRE_ALL(wrong_values(far) == 0);
}

TEST_CASE("sums, extrema and norms do not depend on the number of ranks", "[data]") {
  for (const auto& kind : mesh_kinds()) {
    INFO(kind.name);
    const auto wave = [](const Field& field) {
      for_values(field, true, [&](const auto& index, int c, double& value) {
        value = is_outside(field.mesh(), index) ? 1e30 : std::sin(1.7 * value_at(field.mesh(), index, c)) * 1e3;
      });
    };
    MeshKind alone = kind;
    alone.grid = {0, 0, 0};
    const Comm own = comm().split(comm().rank());
    Field field(make_mesh(kind), "u", 2, 2), other(make_mesh(kind), "v", 2, 0);
    Field whole(make_mesh(alone, own), "u", 2, 1), other_whole(make_mesh(alone, own), "v", 2, 0);
    for (const auto* one : {&field, &other, &whole, &other_whole}) wave(*one);
    REQUIRE_ALL(sums(field) == sums(whole));
    REQUIRE_ALL(integrals(field) == integrals(whole));
    REQUIRE_ALL(minima(field) == minima(whole));
    REQUIRE_ALL(maxima(field) == maxima(whole));
    REQUIRE_ALL(dot(field, other) == dot(whole, other_whole));
    REQUIRE_ALL(norm(field) == norm(whole));
    REQUIRE(std::abs(dot(field, other)) > 1.0);
  }
}

TEST_CASE("integrals are exact where the quadrature is, and what is not finite shows", "[data]") {
  // x over [-1, 2), by midpoints or by trapezoids: 1.5, times the other edges of the mesh.
  for (const Centring centring : {Centring::cell, Centring::node})
    for (const std::vector<std::int64_t>& cells : {std::vector<std::int64_t>{12}, {12, 6}, {12, 6, 5}}) {
      const Mesh mesh = make_mesh({"open", cells, {false, false, false}, {0, 0, 0}, false, centring});
      Field field(mesh, "x", 1, 1);
      for_values(field, true, [&](const auto& index, int, double& value) { value = mesh.coordinate(0, index[0]); });
      const double edges = cells.size() == 1 ? 1.0 : cells.size() == 2 ? 2.0 : 10.0;
      REQUIRE(integrals(field).at(0) == Approx(1.5 * edges).epsilon(1e-13));
      for_values(field, true, [](const auto&, int, double& value) { value = -2.0; });
      REQUIRE(norm(field) == Approx(std::sqrt(4.0 * 3.0 * edges)).epsilon(1e-13));
      REQUIRE((minima(field).at(0) == -2.0 && maxima(field).at(0) == -2.0));
      for_values(field, false, [&](const auto& index, int, double& value) {
        if (index[0] == 5) value = std::nan("");
      });
      REQUIRE((std::isnan(sums(field).at(0)) && std::isnan(minima(field).at(0)) && std::isnan(maxima(field).at(0))));
    }
}
