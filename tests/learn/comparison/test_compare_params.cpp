// Decks of comparisons that are refused.
#include "gaussian_table.hpp"
#include "learn/comparison/params.hpp"
#include "stage_deck.hpp"

namespace {

using tessera::learn::comparison::CompareParams;
using tessera::test::read_stage;

const std::string sound = "[[stage.data]]\nname = \"model\"\nstage = \"m\"\n[stage.reference]\nstage = \"r\"\n";

std::string complaint_about_deck(const std::string& keys) {
  return tessera::test::complaint_about<CompareParams>(keys);
}
bool refused(const std::string& keys, const std::string& words) {
  return tessera::test::says(complaint_about_deck(keys), words);
}

}  // namespace

TEST_CASE("a comparison is read with its defaults", "[comparison]") {
  const auto params = read_stage<CompareParams>(sound);
  REQUIRE(params.data.size() == 1);
  REQUIRE(params.chosen().size() == 3);
  REQUIRE((!params.reference_again && !params.marginals));
  REQUIRE(stages_used_by(params) == std::vector<std::string>{"m", "r"});
}

TEST_CASE("decks of comparisons that make no sense are refused", "[comparison]") {
  REQUIRE(complaint_about_deck(sound) == "no error");
  REQUIRE(refused("[stage.reference]\nstage = \"r\"\n", "expected at least one [[stage.data]]"));
  REQUIRE(refused("[[stage.data]]\nname = \"model\"\nstage = \"m\"\n", "expected one of them"));
  REQUIRE(refused(sound + "[stage.reference_again]\nfile = \"nowhere.h5\"\n", "nowhere.h5"));
  REQUIRE(refused("[[stage.data]]\nstage = \"m\"\n[stage.reference]\nstage = \"r\"\n", "name"));
  REQUIRE(
      refused("[[stage.data]]\nname = \"a: b\"\nstage = \"m\"\n[stage.reference]\nstage = \"r\"\n", "without commas"));
  REQUIRE(refused("[[stage.data]]\nname = \"model\"\nstage = \"n\"\n" + sound, "two of them are named 'model'"));
  REQUIRE(refused("metrics = [\"mmd\", \"w3\"]\n" + sound, "unknown metric 'w3'"));
  REQUIRE(refused("metrics = [\"w2\", \"w2\"]\n" + sound, "'w2' is there twice"));
  REQUIRE(refused(sound + "[stage.kernel]\nexponents = []\n", "expected 1 to 16 exponents"));
  REQUIRE(refused(sound + "[stage.sinkhorn]\nregularisation = 0.0\n", "regularisation"));
  REQUIRE(refused("transport_rows = 20000\n" + sound, "transport_rows"));
}
