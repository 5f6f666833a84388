// Files of potentials that are broken, or do not fit the system: what the error says.
#include <fmt/core.h>

#include <fstream>

#include "catch.hpp"
#include "data/formats/triple_parameters.hpp"
#include "many_body_samples.hpp"
#include "sim/md/forces/many_body.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::MdParams;

namespace {

std::string write(const std::string& text) {
  const std::string path = scratch_folder() + "/potential";
  comm().barrier();
  if (comm().is_root()) std::ofstream(path, std::ios::binary) << text;
  comm().barrier();
  return path;
}

/// What a system of one type says to this file; empty if it is taken.
std::string complaint(const MdParams& params, const std::vector<std::string>& types = {"A"}) {
  std::vector<data::Species> species;
  for (const auto& type : types) species.push_back({type, 1.0});
  try {
    sim::md::ForceField field;
    add_many_body(field, params, comm(), species);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::input);
    return error.what();
  }
  return {};
}

std::string numbers(int count, const std::string& number = "0.5") {
  std::string text;
  for (int n = 0; n < count; ++n) text += number + (n % 5 == 4 ? "\n" : " ");
  return text + (count % 5 == 0 ? "" : "\n");
}

const std::string grid = "6 0.1 7 0.5 3.0\n";

std::string funcfl(const std::string& head, const std::string& values) { return "title\n" + head + values; }
std::string setfl(const std::string& head, const std::string& values) { return "a\nb\nc\n" + head + values; }

}  // namespace

TEST_CASE("Tables of the embedded atom method that are broken", "[md]") {
  const std::string copper_line = "29 63.55 3.615 FCC\n", two = "2 A B\n", a_line = "1 10.0 3.0 fcc\n";
  const std::string whole = numbers(6) + numbers(7) + numbers(7);
  const std::string alloy = two + grid + a_line + numbers(6) + numbers(7) + a_line + numbers(6) + numbers(7) +
                            numbers(7) + numbers(7) + numbers(7);
  struct Bad {
    std::string text, line, says;
  };
  const Bad cases[] = {
      {"", "0", "the file ends here"},
      {funcfl(copper_line, grid + numbers(6) + numbers(7)), "7",
       "7 numbers (density) were announced, but the file is too short"},
      {funcfl(copper_line, grid + numbers(6) + numbers(7) + numbers(6)), "9", "number 7 of 7 (density)"},
      {funcfl(copper_line, grid + whole + "0.5\n"), "10", "should end here"},
      {funcfl(copper_line, grid + numbers(6) + numbers(8) + numbers(7)), "7", "more than 7 numbers (effective charge)"},
      {funcfl(copper_line, grid + numbers(6, "nan") + numbers(7) + numbers(7)), "4", "finite number"},
      {funcfl(copper_line, grid + numbers(6) + numbers(7, "1e999") + numbers(7)), "6", "finite number"},
      {funcfl(copper_line, grid + numbers(6) + numbers(7, "x") + numbers(7)), "6", "'x' is not a number"},
      {funcfl(copper_line, "6 0 7 0.5 3.0\n" + whole), "3", "the spacing of densities is 0"},
      {funcfl(copper_line, "6 0.1 7 -0.5 3.0\n" + whole), "3", "the spacing of distances is -0.5"},
      {funcfl(copper_line, "6 0.1 7 0.5 3.6\n" + whole), "3", "the tables end at 3.5, before the cutoff 3.6"},
      {funcfl(copper_line, "6 0.1 4 0.5 1.0\n" + whole), "3", "the number of distances from 5"},
      {funcfl(copper_line, "6.5 0.1 7 0.5 3.0\n" + whole), "3", "'6.5' is not an integer"},
      {funcfl(copper_line, "60000000 0.1 7 0.5 3.0\n" + whole), "3", "the file is too short for them"},
      {funcfl(copper_line, "999999999999 0.1 7 0.5 3.0\n" + whole), "3", "out of range"},
      {funcfl("200 63.55 3.615 FCC\n", grid + whole), "2", "an atomic number from 1 to 118"},
      {funcfl("29 -1 3.615 FCC\n", grid + whole), "2", "the mass is -1"},
      {setfl("2 A\n", grid), "4", "2 elements were announced, but 1 names follow"},
      {setfl("0 A\n", grid), "4", "the number of elements from 1 to 118"},
      {setfl("2 A A\n", grid), "4", "'A' is named twice"},
      {setfl("2 A 7\n", grid), "4", "'7' is a number"},
      {setfl(two, "6 0.1 7\n"), "5", "the grid"},
      {setfl(alloy.substr(0, alloy.size() - 5), ""), "21", "number 7 of 7 (r phi between B and B)"},
      {setfl(two + grid + "1\n", numbers(30)), "6", "atomic number and mass of A"},
      {setfl(alloy, "1 2\n"), "22", "should end here"},
  };
  for (const auto& bad : cases) {
    const std::string path = write(bad.text);
    const auto said = complaint(eam(path, {"Cu"}));
    CAPTURE(bad.text, said);
    CHECK_THAT(said, Contains(path + ":" + bad.line + ": "));
    CHECK_THAT(said, Contains(bad.says));
  }
  CHECK(complaint(eam(write(funcfl(copper_line, grid + whole)), {"Cu"})).empty());
  CHECK(complaint(eam(write(setfl(alloy, "\n  \n")), {"B"})).empty());
  // Every cut through a sound file is an error, not a crash.
  for (std::size_t size = 0; size + 2 < alloy.size(); size += 7)
    CHECK_FALSE(complaint(eam(write(setfl(alloy.substr(0, size), "")), {"A"})).empty());
}

TEST_CASE("Elements that a file does not have", "[md]") {
  const auto gan = data_path("md/GaN.sw");
  CHECK_THAT(complaint(stillinger_weber(gan, {"Si"})),
             Contains("GaN.sw has the elements \"Ga\", \"N\", but none that is called \"Si\""));
  CHECK_THAT(complaint(stillinger_weber(gan, {})), Contains("but none that is called \"A\""));
  CHECK(complaint(stillinger_weber(gan, {}), {"N", "Ga"}).empty());
  CHECK_THAT(complaint(stillinger_weber(gan, {"Ga", "N"})), Contains("names the type \"B\", but the types"));
  CHECK_THAT(complaint(copper(), {"A", "Al"}), Contains("has the elements \"Cu\", but none that is called \"Al\""));
  auto twice = stillinger_weber(gan, {"Ga"});
  twice.stillinger_weber->types.push_back({"A", "N"});
  CHECK_THAT(complaint(twice), Contains("[[stage.stillinger_weber.type]] gives \"A\" twice"));
  CHECK_THAT(complaint(eam(scratch_folder() + "/none", {"Cu"})), Contains("cannot open"));
}

TEST_CASE("Parameters by triples that are broken", "[md]") {
  const std::string si = "Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.333333333333\n 7.049556277 0.6022245584 4.0 0.0 ";
  struct Bad {
    std::string text, line, says;
  };
  const Bad cases[] = {
      {si, "2", "the file ends within the entry that begins in line 1: it has 13 words out of 14"},
      {"# comment\n" + si + "0.0\n" + si + "0.0\n", "4", "'Si' 'Si' 'Si' has been given in line 2 already"},
      {si + "inf\n", "2", "finite number"},
      {si + "x\n", "2", "'x' is not a number; tol was expected"},
      {si + "0.0 0.0\n", "2", "'0.0' is a number where an entry should begin"},
      {"Si Si Si 2.1683 -2.0951 1.80 21.0 1.20 -0.3\n 7.0 0.6 4.0 0.0 0.0", "1", "sigma of Si Si Si is -2.0951"},
  };
  for (const auto& bad : cases) {
    const std::string path = write(bad.text);
    const auto said = complaint(stillinger_weber(path, {"Si"}));
    CAPTURE(bad.text, said);
    CHECK_THAT(said, Contains(path + ":" + bad.line + ": "));
    CHECK_THAT(said, Contains(bad.says));
  }
  CHECK_THAT(complaint(stillinger_weber(write("# nothing\n"), {"Si"})), Contains("there is no entry"));
  const std::string same = "1 1 1 1 1 0 1 1 4 0 0", last = "B B A 1 0 0 1 0 0 0 0 0 0 0";
  const auto two = [](const std::string& ba, const std::string& aba) {
    return "A A A 1 1 1 1 1 0 1 1 4 0 0\nB B B 1 1 1 1 1 0 1 1 4 0 0\nA B B 1 1 1 1 1 0 1 1 4 0 0\nB A A " + ba +
           "\nA A B 1 0 0 2 0 0 0 0 0 0 0\nA B A 1 0 0 " + aba + " 0 0 0 0 0 0 0\nB A B 1 0 0 1 0 0 0 0 0 0 0\n";
  };
  const auto two_say = [&](const std::string& text) {
    return complaint(stillinger_weber(write(text), {}), {"A", "B"});
  };
  CHECK_THAT(two_say(two("1 2 1 1 1 0 1 1 4 0 0", "2") + last),
             Contains("potential:4: sigma of B A A is 2, but that of A B B in line 3 is 1"));
  CHECK_THAT(two_say(two(same, "3") + last),
             Contains("potential:6: lambda of A B A is 3, but that of A A B in line 5 is 2"));
  CHECK_THAT(two_say(two(same, "2")), Contains("has no entry for B B A"));
  CHECK(two_say(two(same, "2") + last).empty());

  const auto tersoff_line = [](const char* m, const char* n, const char* d) {
    return fmt::format("Si Si Si {} 1.0 1.3 4.8 2.0 0.0 {} 0.3 1.3 95 3.0 {} 3.2 3264", m, n, d);
  };
  CHECK_THAT(complaint(tersoff(write(tersoff_line("2", "22", "0.2")), {"Si"})),
             Contains("potential:1: m of Si Si Si is 2, but must be 1 or 3"));
  CHECK_THAT(complaint(tersoff(write(tersoff_line("3", "0", "0.2")), {"Si"})), Contains("n of Si Si Si is 0"));
  CHECK_THAT(complaint(tersoff(write(tersoff_line("3", "22", "4")), {"Si"})), Contains("R of Si Si Si is 3"));
  CHECK(complaint(tersoff(write(tersoff_line("3", "22", "0")), {"Si"})).empty());
}
