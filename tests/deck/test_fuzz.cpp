// Decks damaged at random are read, or refused with a message; what is read can be written and read again.
#include <cstdint>
#include <iterator>
#include <string>

#include "base/random.hpp"
#include "catch.hpp"
#include "example.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string sound =
    "title = \"Melt\" # of nothing\nseed = 7\n\n[[stage]]\nname = \"melt\"\ntype = \"example\"\ndt = 0.005\n"
    "steps = 1_000\ncells = [20, 20, 20]\nmasses = [1.0, 2.5e-3]\nnames = ['A', \"\"\"B\"\"\"]\nprofile = "
    "'x*exp(-t^2)'\nrates = ['x', '-x^3']\n[stage.pair]\n"
    "kind = \"lj\"\ncutoff = 2.5\n[stage.bath]\ntemperature = 1\n[[stage.group]]\nname = 'g'\nids = [1, 2]\n"
    "[[stage]]\nname = \"cool\"\ntype = \"example\"\npair = {kind = 'table', tail = true}\nbath.temperature = 3\n";

/// One to four edits: bytes replaced, parts cut out, doubled, or odd words put in.
std::string mutate(std::string text, std::uint64_t number) {
  const Random random(11, RandomPurpose::test);
  const char* words[] = {"nan",   "-1",          "1e309",      "[",    "]]", "{",       "}",    "\"",
                         "'''",   "\n",          ".",          "=",    "#",  "\\u0000", "\xff", "9223372036854775808",
                         "stage", "[[stage]]\n", "2020-01-01", "true", "\r", ", "};
  const auto edits = 1 + static_cast<int>(random.uniform(number, 0).first * 4);
  for (int edit = 1; edit <= edits && !text.empty(); ++edit) {
    const auto draw = [&](std::uint32_t n, std::size_t limit) {
      return static_cast<std::size_t>(random.uniform(number, static_cast<std::uint64_t>(edit), n).first *
                                      static_cast<double>(limit));
    };
    const std::size_t at = draw(0, text.size()), length = draw(1, 2 + draw(2, 40));
    switch (draw(3, 4)) {
      case 0:
        text[at] = static_cast<char>(draw(4, 256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(draw(4, text.size()), length));
        break;
      default:
        text.replace(at, draw(5, 2) * length, words[draw(4, std::size(words))]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("damaged decks", "[deck]") {
  REQUIRE(complaint(sound).empty());
  int refused = 0;
  constexpr int times = 8000;
  for (int n = 0; n < times; ++n) {
    const std::string text = mutate(sound, static_cast<std::uint64_t>(n));
    INFO(text);
    const std::string message = complaint(text);
    if (message.empty()) {
      const auto all = read(text);
      REQUIRE(read(effective(all)) == all);
    } else {
      ++refused;
      REQUIRE(message.rfind("x.toml:", 0) == 0);
    }
  }
  REQUIRE(refused > times / 2);
  REQUIRE(refused < times);
}

TEST_CASE("damaged overrides", "[deck]") {
  int refused = 0;
  constexpr int times = 1000;
  for (int n = 0; n < times; ++n) {
    const std::string given = mutate("melt.pair.cutoff=[2.5, \"x\"]", static_cast<std::uint64_t>(n));
    INFO(given);
    const std::string message = complaint(sound, {given});
    if (!message.empty()) ++refused;
    REQUIRE((message.empty() || message.rfind("command line: ", 0) == 0));
  }
  REQUIRE(refused > times / 2);
}
