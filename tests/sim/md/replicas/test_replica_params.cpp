// Decks with replicas.
#include <algorithm>

#include "catch.hpp"
#include "deck/deck.hpp"
#include "sim/md/estimate.hpp"
#include "sim/md/md.hpp"
#include "sim/md/params.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::sim::md;

namespace {

const std::string lattice = "[stage.lattice]\ndensity = 0.8\ncells = [4, 4, 4]\n";
const std::string thermostat = "[stage.thermostat]\ntemperature = 0.5\ntime = 1\n";
const std::string replicas = "[stage.replicas]\ncount = 4\nhighest = 4\n";

}  // namespace

TEST_CASE("Temperatures rise in equal ratios, or as they are given", "[md]") {
  const auto even = test::read_stage<MdParams>(lattice + thermostat + replicas);
  const auto ladder = ladder_of(even.replicas.value(), even.thermostat->temperature);
  REQUIRE(ladder.size() == 4);
  for (std::size_t k = 0; k < 4; ++k) CHECK(ladder[k] == Approx(0.5 * static_cast<double>(1 << k)).epsilon(1e-14));
  CHECK(ladder.back() == 4.0);
  const auto given = test::read_stage<MdParams>(lattice + thermostat + "[stage.replicas]\ntemperatures = [0.6, 0.9]\n");
  CHECK(ladder_of(given.replicas.value(), 0.5) == std::vector<double>{0.5, 0.6, 0.9});
}

TEST_CASE("An effective deck holds replicas, and reads back", "[md]") {
  auto params = test::read_stage<MdParams>(lattice + thermostat + replicas);
  const auto write = [](MdParams& p) {
    deck::EffectiveDeck writer;
    writer.write_stage("a", "md", [&](deck::Binder& b) { bind(b, p); });
    return writer.text();
  };
  const std::string text = write(params);
  auto again = test::read_stage<MdParams>(text.substr(text.find("type = \"md\"\n") + 12));
  CHECK(write(again) == text);
  CHECK(again.replicas->count == 4);
  CHECK(again.replicas->every == 100);
}

TEST_CASE("Replicas that make no sense are named", "[md][bad]") {
  using Case = std::pair<std::string, std::string>;
  const auto [text, expected] = GENERATE(
      Case{replicas, "need [stage.thermostat]"},
      Case{thermostat + "[stage.replicas]\ncount = 4\n", "either count and highest, or temperatures"},
      Case{thermostat + "[stage.replicas]\ncount = 4\nhighest = 4\ntemperatures = [1]\n", "either count and highest"},
      Case{thermostat + "[stage.replicas]\ncount = 1\nhighest = 4\n", "count"},
      Case{thermostat + "[stage.replicas]\ncount = 4\nhighest = 0.4\n", "must rise from that of the thermostat"},
      Case{thermostat + "[stage.replicas]\ntemperatures = [2, 1]\n", "must rise"},
      Case{thermostat + "[stage.replicas]\ntemperatures = [1]\nequilibration = 1000\n", "must end before the stage"},
      Case{"[stage.thermostat]\nkind = \"berendsen\"\ntemperature = 0.5\ntime = 1\n" + replicas, "does not sample"},
      Case{"[stage.thermostat]\ntemperature = 0.5\ntemperature_end = 1\ntime = 1\n" + replicas, "temperature_end"},
      Case{thermostat + "[stage.barostat]\npressure = 1\ntime = 1\ncompressibility = 0.1\n" + replicas,
           "constant volume"},
      Case{thermostat + replicas + "[stage.rdf]\nrange = 2\n", "the other observables"},
      Case{thermostat + replicas + "[stage.thermal_conductivity]\n", "the other observables"},
      Case{thermostat + replicas + "[stage.centro_symmetry]\ncutoff = 2\n", "the other observables"});
  CAPTURE(expected);
  const std::string message = test::complaint_about<MdParams>(lattice + text);
  CHECK_THAT(message, Contains(expected));
}

TEST_CASE("An estimate counts all replicas", "[md]") {
  const auto params = test::read_stage<MdParams>(lattice + thermostat + replicas);
  auto one = params;
  one.replicas.reset();
  const auto single = estimate_run(test::comm(), one, 1), all = estimate_run(test::comm(), params, 1);
  CHECK(all.items == 4 * single.items);
  CHECK(all.bytes_per_rank == 4.0 * single.bytes_per_rank);
  CHECK(estimate_run(test::comm(), params, 4).bytes_per_rank == single.bytes_per_rank);
  CHECK(estimate_run(test::comm(), params, 8).bytes_per_rank == estimate_run(test::comm(), one, 2).bytes_per_rank);
}
