// Linear maps between irreps, those of species, and gates against the e3nn library's.
#include <algorithm>

#include "catch.hpp"
#include "diff/equivariant/gate.hpp"
#include "diff/equivariant/linear_map.hpp"
#include "golden_layout.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

TEST_CASE("linear maps are the library's", "[diff]") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"12x0e+1x1o+1x2e", "6x0e+6x1o+6x2e"},
      {"4x0o+4x0o+4x0e+4x1o+4x1o+4x1e+4x2e", "4x0o+12x0e+4x1o+4x1e+4x2o"},
      {"8x0o+8x0e+8x1o", "2x1o"}};
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const std::string group = "linear/case" + std::to_string(n) + "/";
    const auto in = parse_blocks(cases[n].first), out = parse_blocks(cases[n].second);
    const auto map = LinearMap::between(merged(in), merged(out));
    const auto weights = primitive(group + "weight").numbers;
    REQUIRE(map.num_weights == static_cast<std::int64_t>(weights.size()));
    const auto x = to_ours(in, primitive(group + "input")), cotangent = to_ours(out, primitive(group + "cotangent"));
    std::vector<double> y(cotangent.size(), 7.0), back(x.size(), 0.0), gradient(weights.size(), 0.0);
    map.forward(7, weights.data(), x.data(), y.data());
    map.reverse_input(7, weights.data(), cotangent.data(), back.data());
    map.reverse_weights(7, x.data(), cotangent.data(), gradient.data());
    CHECK(largest_difference(y, to_ours(out, primitive(group + "output"))) < 1e-13);
    CHECK(largest_difference(back, to_ours(in, primitive(group + "grad_input"))) < 1e-13);
    CHECK(largest_difference(gradient, primitive(group + "grad_weight").numbers) < 1e-13);
  }
}

TEST_CASE("maps of species are the library's", "[diff]") {
  struct Case {
    std::string in, out;
    int num_species;
  };
  const std::vector<Case> cases{{"3x0e+3x1o+3x2e", "3x0o+3x0e+3x1o+3x1e+3x2o+3x2e", 4},
                                {"3x0o+3x0e+3x1o+3x1e", "3x0o+3x0e+3x1o+3x1e", 2},
                                {"8x0e", "8x0e", 2}};
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const std::string group = "fully_connected_tp_species/case" + std::to_string(n) + "/";
    const auto in = parse_blocks(cases[n].in), out = parse_blocks(cases[n].out);
    const SpeciesMap map(merged(in), merged(out), merged(out), cases[n].num_species);
    const auto weights = primitive(group + "weight").numbers;
    REQUIRE(map.num_weights() == static_cast<std::int64_t>(weights.size()));
    std::vector<int> species;
    for (const double s : primitive(group + "species").numbers) species.push_back(static_cast<int>(s));
    const auto x = to_ours(in, primitive(group + "input1")), cotangent = to_ours(out, primitive(group + "cotangent"));
    std::vector<double> y(cotangent.size(), 0.0), back(x.size(), 0.0), gradient(weights.size(), 0.0);
    map.forward(8, species.data(), weights.data(), x.data(), y.data());
    map.reverse(8, species.data(), weights.data(), x.data(), cotangent.data(), back.data(), gradient.data());
    CHECK(largest_difference(y, to_ours(out, primitive(group + "output"))) < 1e-13);
    CHECK(largest_difference(back, to_ours(in, primitive(group + "grad_input1"))) < 1e-13);
    CHECK(largest_difference(gradient, primitive(group + "grad_weight").numbers) < 1e-13);
  }
}

TEST_CASE("gates are the library's", "[diff]") {
  const auto in = parse_blocks("3x0o+15x0e+3x1o+3x1e+3x2o+3x2e"), out = parse_blocks("3x0o+3x0e+3x1o+3x1e+3x2o+3x2e");
  const Gate gate(merged(out));
  REQUIRE(gate.in().size() == merged(in).size());
  const auto x = to_ours(in, primitive("gate/input")), cotangent = to_ours(out, primitive("gate/cotangent"));
  std::vector<double> y(cotangent.size()), back(x.size());
  gate.forward(6, x.data(), y.data());
  gate.reverse(6, x.data(), cotangent.data(), back.data());
  CHECK(largest_difference(y, to_ours(out, primitive("gate/output"))) < 1e-13);
  CHECK(largest_difference(back, to_ours(in, primitive("gate/grad_input"))) < 1e-13);

  // Of one irrep alone: its gates and nothing else.
  const Gate vectors(merged(parse_blocks("3x1o")));
  REQUIRE(vectors.in().size() == 12);
  std::vector<double> part(6 * 12), gated(6 * 9);
  for (std::size_t row = 0; row < 6; ++row) {
    const double* from = x.data() + row * static_cast<std::size_t>(gate.in().size());
    std::copy_n(from + 6, 3, part.data() + 12 * row);  // behind 3 of 0o and 3 features
    std::copy_n(from + 18, 9, part.data() + 12 * row + 3);
  }
  vectors.forward(6, part.data(), gated.data());
  for (std::size_t row = 0; row < 6; ++row)
    for (std::size_t k = 0; k < 9; ++k) CHECK(gated[9 * row + k] == y[row * 54 + 6 + k]);
}
