#include <string>
#include <vector>

#include "catch.hpp"
#include "deck/deck.hpp"

using tessera::deck::nearest_name;

TEST_CASE("the nearest name", "[deck]") {
  const std::vector<std::string> known{"cutoff", "epsilon", "kind", "sigma", "skin", "temperature", "dt", "lj"};
  struct Case {
    std::string name, nearest;
  };
  const std::vector<Case> cases{{"cutof", "cutoff"},
                                {"cuttoff", "cutoff"},
                                {"ctuoff", "cutoff"},
                                {"ktuoff", "cutoff"},
                                {"knid", "kind"},
                                {"skni", "skin"},
                                {"Sigma", "sigma"},
                                {"SIGMA", "sigma"},
                                {"temp", "temperature"},
                                {"cutoff_of_lj", "cutoff"},
                                {"tt", "dt"},
                                {"LJ", "lj"},
                                {"xy", ""},
                                {"", ""},
                                {"x", ""},
                                {"mass", ""},
                                {"cellsize", ""},
                                {"e", ""}};
  for (const auto& one : cases) {
    INFO(one.name);
    CHECK(nearest_name(one.name, known) == one.nearest);
  }
  CHECK(nearest_name("cutoff", {}).empty());
  CHECK(nearest_name("bat", {"cat", "bath", "bat"}) == "bat");
  CHECK(nearest_name("energy", {"energies", "energy_2"}) == "energy_2");
}
