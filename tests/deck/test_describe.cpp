// The text of `tessera describe`.
#include <sstream>
#include <string>

#include "catch.hpp"
#include "example.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("a stage is described with all its keys", "[deck]") {
  Example example;
  const std::string text =
      deck::describe("example", "Nothing that exists.", [&](deck::Binder& b) { bind(b, example); });
  REQUIRE(text ==
          R"(example
Nothing that exists.

[[stage]]
  key       type                          unit   default    meaning
  ---       ----                          ----   -------    -------
  name      string                               required   what the stage and its folder of results
                                                            are called
  type      "example"                            required   the kind of stage
  like      string                               none       stage whose keys it has besides its own
  without   list of strings                      none       those of them that it does not have
  dt        number > 0                    time   0.005      time step
  steps     integer >= 0                  steps  0          number of steps
  threads   integer >= 1                         1          workers
  fraction  number >= 0 and < 1                  0.5        of the whole
  data      string                               none       stage that made the system
  file      file                                 none       structure to begin with
  cells     3 integers from 1 to 1048576         [1, 1, 1]  number of cells along x, y and z
  masses    list of numbers > 0           mass   none       of the types
  names     list of strings                      none       of the types
  frame     integer                              none       which frame of the file; left out: the
                                                            last
  width     number > 0                           0.1        for use in the profile
  profile   formula of x, t, width               "x/width"  state in the beginning
  rates     list of formulas of x                none       of change

[stage.pair]
  forces between particles
  key      type                unit    default  meaning
  ---      ----                ----    -------  -------
  kind     lj | morse | table          "lj"     form of the potential
  cutoff   number > 0          length  2.5      distance beyond which the force is zero
  epsilon  number >= 0         energy  1.0      depth of the potential
  tail     true | false                false    add what lies beyond the cutoff

[stage.bath]
  optional: holds the temperature
  key          type         unit         default   meaning
  ---          ----         ----         -------   -------
  temperature  number >= 0  temperature  required  that the bath holds
  friction     number > 0   1/time       none      coupling to the bath

[[stage.group]]
  any number of them: particles that are treated together
  key   type                   unit  default   meaning
  ---   ----                   ----  -------   -------
  name  string                       required  name of the group
  ids   list of integers >= 0        none      of its particles
)");
  REQUIRE(example == Example{});
}

TEST_CASE("the top level is described without stages", "[deck]") {
  Top top;
  const std::string text = deck::describe(
      "Top", "All.", [&](deck::Binder& b) { bind(b, top); }, "");
  REQUIRE_THAT(text, Contains("\n  title ") && Contains("\n[limits]\n") && !Contains("stage"));
}

TEST_CASE("a description fits on a page, whatever it says", "[deck]") {
  double number = 1.0 / 3.0;
  std::vector<double> list(12, 0.1);
  const std::string text = deck::describe("x", std::string(60, 'a') + " " + std::string(60, 'b'), [&](deck::Binder& b) {
    b.value("a_rather_long_key", number, {.low = 1e-10, .high = 1e10, .open_low = true},
            {"what it means takes many words that must be broken into lines, and again into lines, and again",
             "\xc3\x85^2/ps"});
    b.list("list", list, 0, deck::positive, {"numbers"});
  });
  INFO(text);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 101);  // one character of two bytes
}
