// Tabulated pair potentials: the splines, the forces they give, and files that are broken.
#include <fmt/core.h>

#include <cmath>
#include <fstream>

#include "catch.hpp"
#include "samples.hpp"
#include "sim/md/forces/tabulated.hpp"
#include "sim/pair_force.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Truncation;
using sim::md::TabulatedPair;

namespace {

struct PlainLennardJones {
  double epsilon = 1.0, sigma = 1.0;
  double energy(double r) const {
    const double s6 = std::pow(sigma / r, 6);
    return 4.0 * epsilon * s6 * (s6 - 1.0);
  }
  double force(double r) const {
    const double s6 = std::pow(sigma / r, 6);
    return 24.0 * epsilon * s6 * (2.0 * s6 - 1.0) / r;
  }
};

TabulatedPair tabulate(std::size_t a, std::size_t b, const PlainLennardJones& u, double first, double last, int rows) {
  TabulatedPair pair;
  pair.types[0] = a;
  pair.types[1] = b;
  pair.name = "a table";
  for (int n = 0; n < rows; ++n) {
    const double r = first + (last - first) * n / (rows - 1);
    pair.table.r.push_back(r);
    pair.table.energy.push_back(u.energy(r));
    pair.table.force.push_back(u.force(r));
  }
  return pair;
}

/// Two kinds in turn, in a skewed box whose sides are shorter than two cutoffs.
Sample two_kinds() {
  const double cell[3][3] = {{5.5, 0, 0}, {0.6, 5.2, 0}, {-0.4, 0.8, 5.8}};
  auto sample = random_sample(data::Box::triclinic({0.2, -1.0, 3.0}, cell), 120, 0.8, 3);
  for (int n = 0; n < 120; ++n) sample.type.push_back(n % 2);
  return sample;
}

sim::md::Engine engine_of(const Sample& sample, std::unique_ptr<sim::ForceTerm> term, const Comm& comm) {
  sim::md::ForceField field;
  field.add(std::move(term));
  return make_engine(sample, std::move(field), comm);
}

const PlainLennardJones like{1.0, 1.0}, unlike{0.7, 0.9};

/// B and B do not interact.
std::vector<TabulatedPair> tables_of_mixture(int rows) {
  return {tabulate(0, 0, like, 0.7, 2.4, rows), tabulate(1, 0, unlike, 0.75, 2.1, rows)};
}

sim::PairTable formulas_of_mixture(Truncation truncation) {
  sim::PairTable table;
  table.num_types = 2;
  table.truncation = truncation;
  table.pairs = {{1.0, 1.0, 2.4}, {0.7, 0.9, 2.1}, {0.7, 0.9, 2.1}, {0.0, 1.0, 0.0}};
  return table;
}

}  // namespace

TEST_CASE("Tables of Lennard-Jones's potential give its forces to the error of their splines", "[md]") {
  const auto sample = two_kinds();
  for (const auto truncation : {Truncation::none, Truncation::energy, Truncation::force}) {
    CAPTURE(static_cast<int>(truncation));
    const auto exact = engine_of(sample, sim::make_lennard_jones(formulas_of_mixture(truncation)), comm());
    const auto expected = gather(exact, "force");
    const auto totals = exact.totals();
    double last_error = 0.0;
    for (const std::int64_t intervals : {1000, 2000, 4000}) {
      CAPTURE(intervals);
      const auto engine =
          engine_of(sample, sim::md::make_tabulated(2, tables_of_mixture(2000), truncation, 0.0, intervals), comm());
      const double error = max_difference(gather(engine, "force"), expected) / rms(expected);
      CAPTURE(error, last_error);
      if (last_error > 0.0) CHECK(last_error / error > 5.0);  // the third power: 8
      last_error = error;
      const auto found = engine.totals();
      CHECK_THAT(found.potential, WithinRel(totals.potential, 1e-6));
      for (int k = 0; k < 6; ++k)
        CHECK_THAT(found.virial[k], WithinAbs(totals.virial[k], 1e-6 * std::abs(totals.virial[0])));
    }
    CHECK(last_error < 2e-7);
  }
}

TEST_CASE("A table that goes smoothly to zero has no force at its cutoff", "[md]") {
  auto sample = Sample{data::Box::orthogonal({0, 0, 0}, {20, 20, 20}), {5, 5, 5, 7.1, 5, 5}, {}, {}, {1.0}, {}};
  for (const double r : {1.1, 1.6, 2.2, 2.39999}) {
    CAPTURE(r);
    sample.x[3] = 5.0 + r;
    const auto engine = engine_of(
        sample, sim::md::make_tabulated(1, {tabulate(0, 0, like, 0.7, 2.4, 3000)}, Truncation::smooth, 0.4, 8000),
        comm());
    const double gap = r - 2.4, factor = std::exp(-0.16 / (gap * gap));
    const double u = like.energy(r) - like.energy(2.4);
    CHECK_THAT(engine.totals().potential, WithinAbs(factor * u, 1e-9));
    CHECK_THAT(gather(engine, "force")[3],
               WithinAbs(factor * (like.force(r) - 2.0 * 0.16 * u / (gap * gap * gap)), 1e-6));
  }
}

TEST_CASE("Forces of a table are the slopes of its energies, which go on closer than it begins", "[md]") {
  // Few intervals: nothing like the potential any more, but the energy is a cubic in r^2 within each of them, whose
  // differences are exact.
  constexpr double first = 0.9, last = 2.5;
  constexpr std::int64_t intervals = 25;
  constexpr double width = (last * last - first * first) / intervals;
  auto sample = Sample{data::Box::orthogonal({0, 0, 0}, {20, 20, 20}), {5, 5, 5, 7, 5, 5}, {}, {}, {1.0}, {}};
  const auto at = [&](double s) {
    sample.x[3] = 5.0 + std::sqrt(s);
    return engine_of(
        sample, sim::md::make_tabulated(1, {tabulate(0, 0, like, first, last, 200)}, Truncation::none, 0.0, intervals),
        comm());
  };
  const double h = 0.1 * width;
  for (const double place : {-2.0, 0.4, 1.5, 7.3, 12.5, 20.6, 24.5}) {
    CAPTURE(place);
    const double s = first * first + place * width;
    const double u[4] = {at(s - 2 * h).totals().potential, at(s - h).totals().potential, at(s + h).totals().potential,
                         at(s + 2 * h).totals().potential};
    const double slope = (8.0 * (u[2] - u[1]) - (u[3] - u[0])) / (12.0 * h);
    const auto force = gather(at(s), "force");
    CHECK_THAT(force[3], WithinAbs(-2.0 * std::sqrt(s) * slope, 1e-10 * std::max(1.0, std::abs(force[3]))));
    CHECK_THAT(force[0], WithinAbs(-force[3], 1e-13 * std::abs(force[3])));
  }
}

TEST_CASE("Forces of tables add up to nothing and do not depend on ranks", "[md]") {
  const auto sample = two_kinds();
  const auto make = [&](const Comm& comm) {
    return engine_of(sample, sim::md::make_tabulated(2, tables_of_mixture(500), Truncation::energy, 0.0, 2000), comm);
  };
  auto engine = make(comm());
  const auto force = gather(engine, "force");
  for (std::size_t c = 0; c < 3; ++c) {
    double sum = 0.0;
    for (std::size_t n = c; n < force.size(); n += 3) sum += force[n];
    CHECK_THAT(sum, WithinAbs(0.0, 1e-12 * rms(force) * static_cast<double>(force.size())));
  }
  const auto one = alone([&](const Comm& part) {
    auto values = gather(make(part), "force");
    values.push_back(make(part).totals().potential);
    return values;
  });
  auto here = force;
  here.push_back(engine.totals().potential);
  CHECK(max_difference(here, one) < 1e-11 * rms(force));
  const double before = engine.totals().potential + engine.totals().kinetic;
  advance(engine, 20);
  CHECK_THAT(engine.totals().potential + engine.totals().kinetic, WithinAbs(before, 2e-3 * std::abs(before)));
}

TEST_CASE("FPRIME and what does not fit a table", "[md][bad]") {
  // Between two rows there is nothing but energies, forces and the slopes of forces at both: u is that quintic.
  TabulatedPair pair;
  pair.name = "two rows";
  pair.table.r = {1.0, 2.0};
  const auto u = [](double r) { return 1.0 + r * (0.5 + r * (-2.0 + r * (0.25 + r * (0.125 - 0.0625 * r)))); };
  const auto slope = [](double r) { return 0.5 + r * (-4.0 + r * (0.75 + r * (0.5 - 0.3125 * r))); };
  const auto curve = [](double r) { return -4.0 + r * (1.5 + r * (1.5 - 1.25 * r)); };
  pair.table.energy = {u(1.0), u(2.0)};
  pair.table.force = {-slope(1.0), -slope(2.0)};
  pair.table.first_slope = -curve(1.0);
  pair.table.last_slope = -curve(2.0);
  const auto sample = Sample{data::Box::orthogonal({0, 0, 0}, {9, 9, 9}), {4, 4, 4, 5.3, 4, 4}, {}, {}, {1.0}, {}};
  const auto engine = engine_of(sample, sim::md::make_tabulated(1, {pair}, Truncation::none, 0.0, 2000), comm());
  CHECK_THAT(engine.totals().potential, WithinAbs(u(1.3), 1e-11));
  CHECK_THAT(gather(engine, "force")[3], WithinAbs(-slope(1.3), 1e-8));

  const auto make = [&](const std::vector<TabulatedPair>& pairs) {
    sim::md::make_tabulated(1, pairs, Truncation::none, 0.0, 100);
  };
  pair.cutoff = 2.1;
  REQUIRE_THROWS_WITH(make({pair}), Contains("two rows reaches from 1 to 2: the cutoff 2.1 does not lie within it"));
  pair.cutoff = 1.0;
  REQUIRE_THROWS_WITH(make({pair}), Contains("the cutoff 1 does not"));
  pair.cutoff = 1.5;
  REQUIRE_THROWS_WITH(make({pair, pair}), Contains("two rows is the second table of its pair of types"));

  auto close = engine_of(Sample{sample.box, {4, 4, 4, 4.9, 4, 4}, {}, {}, {1.0}, {}},
                         sim::md::make_tabulated(1, {pair}, Truncation::none, 0.0, 100), comm());
  close.totals();
  REQUIRE_THROWS_WITH(advance(close, 1), Contains("closer than the first distance of their table"));
}

namespace {

std::string write_table(const std::string& text) {
  const std::string path = scratch_folder() + "/pair.table";
  comm().barrier();
  if (comm().is_root()) std::ofstream(path, std::ios::binary) << text;
  comm().barrier();
  return path;
}

std::string table_complaint(const std::string& path, const std::string& keyword) {
  try {
    data::read_radial_table(comm(), path, keyword);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::input);
    return error.what();
  }
  return {};
}

std::string table_rows(int count, double first = 1.0, double step = 0.5) {
  std::string text;
  for (int n = 0; n < count; ++n) {
    const double r = first + step * n;
    text += fmt::format("{} {} {} {}\n", n + 1, r, 1.0 / r, 1.0 / (r * r));
  }
  return text;
}

}  // namespace

TEST_CASE("Files of tables are read as they say", "[md]") {
  const auto path =
      write_table("# DATE: today UNITS: lj\n# second\n\nFIRST more words\nN 3\n\n" + table_rows(3) +
                  "\n# between\nEVEN # x\nFPRIME 1.5 -0.25 N 4 R 1 2.5\n" + table_rows(4) +
                  "SQUARES\nRSQ 1.0 2.0 N 4\n\n1 1 1 1\n2 1.41 0.7 0.5\n3 1.7321 0.6 0.33 # so\n4 2 0.5 0.25\n");
  const auto even = data::read_radial_table(comm(), path, "EVEN");
  CHECK(even.r == std::vector<double>{1.0, 1.5, 2.0, 2.5});
  CHECK(even.energy.at(2) == 0.5);
  CHECK(even.force.at(2) == 0.25);
  CHECK(even.first_slope == 1.5);
  CHECK(even.last_slope == -0.25);
  CHECK(even.units == "lj");
  const auto squares = data::read_radial_table(comm(), path, "SQUARES");
  CHECK_THAT(squares.r.at(1), WithinAbs(std::sqrt(2.0), 1e-15));
  CHECK_THAT(squares.r.at(2), WithinAbs(std::sqrt(3.0), 1e-15));
  CHECK_FALSE(squares.first_slope.has_value());
  CHECK(data::read_radial_table(comm(), path, "FIRST").r.size() == 3);
  CHECK_THAT(table_complaint(path, "LAST"),
             Contains("no section 'LAST'; those of this file are: 'EVEN', 'FIRST', 'SQUARES'"));

  // Rows as far apart as the first is from nothing, and a tail of few digits.
  std::string coarse = "COARSE\nN 200\n", short_tail = "TAIL\nN 200\n";
  for (int n = 0; n < 200; ++n) {
    const double r = 0.02 * (n + 1), far = 2.0 + 0.02 * n;
    coarse += fmt::format("{} {} {} {}\n", n + 1, r, like.energy(r), like.force(r));
    short_tail += fmt::format("{} {} {:.3f} {:.3f}\n", n + 1, far, like.energy(far), like.force(far));
  }
  CHECK(table_complaint(write_table(coarse), "COARSE").empty());
  CHECK(table_complaint(write_table(short_tail), "TAIL").empty());

  sim::md::TabulatedParams params;
  params.between.push_back({{"A", "A"}, path, "EVEN", {}});
  const std::vector<data::Species> species{{"A", 1.0}};
  CHECK(read_tabulated(params, comm(), species, "lj")->cutoff() == 2.5);
  params.between[0].cutoff = 2.0;
  CHECK(read_tabulated(params, comm(), species, "lj")->cutoff() == 2.0);
  REQUIRE_THROWS_WITH(read_tabulated(params, comm(), species, "metal"), Contains("are in lj units, but the deck has"));
  params.between[0].types[1] = "B";
  REQUIRE_THROWS_WITH(read_tabulated(params, comm(), species, "lj"),
                      Contains("[[stage.table.between]] names the type \"B\""));
}

TEST_CASE("Files of tables that are broken", "[md][bad]") {
  struct Bad {
    std::string text, line, says;
  };
  const Bad cases[] = {
      {"A\nN 3\n" + table_rows(2), "4", "the file ends here, but row 3 of 3 of section 'A'"},
      {"A\nN 3\n" + table_rows(4), "6", "'4' is a number where a section should begin with its keyword"},
      {"A\nN 3\n" + table_rows(2) + "B\nN 3\n" + table_rows(3), "5",
       "1 words where row 3 of 3 of section 'A' was expected"},
      {"A\nN 3\n" + table_rows(3) + "A\nN 3\n" + table_rows(3), "6", "section 'A' has been given in line 1 already"},
      {"A\n", "1", "the file ends here, but the parameters of section 'A'"},
      {"A\nN\n" + table_rows(3), "2", "N needs more numbers behind it"},
      {"A\nN 1\n" + table_rows(1), "2", "the number of rows from 2"},
      {"A\nN -3\n" + table_rows(3), "2", "the number of rows from 2"},
      {"A\nN 3.0\n" + table_rows(3), "2", "'3.0' is not an integer"},
      {"A\nN 16000000\n" + table_rows(3), "2", "16000000 rows are announced, but the file is too short"},
      {"A\nN 999999999999\n" + table_rows(3), "2", "out of range"},
      {"A\nN 3 N 3\n" + table_rows(3), "2", "N is given twice"},
      {"A\nR 1 2\n" + table_rows(3), "2", "does not say how many rows it has (N)"},
      {"A\nN 3 R 1\n" + table_rows(3), "2", "R needs more numbers behind it"},
      {"A\nN 3 R 2 1\n" + table_rows(3), "2", "the distances from 2 to 1 do not increase"},
      {"A\nN 3 R 0 1\n" + table_rows(3), "2", "the first distance is 0, but must be above zero"},
      {"A\nN 3 R 1 2 RSQ 1 2\n" + table_rows(3), "2", "R and RSQ exclude each other"},
      {"A\nN 3 R 1 3\n" + table_rows(3), "5", "row 3 is at the distance 2, but where R or RSQ put it is 3"},
      {"A\nN 3 RSQUARED 1 2\n" + table_rows(3), "2", "'RSQUARED' is not a parameter of a table"},
      {"A\nN 3 FPRIME 1 nan\n" + table_rows(3), "2", "finite number"},
      {"A\nN 3 BITMAP 1 2\n" + table_rows(3), "2", "BITMAP are not read"},
      {"A\nN 3\n1 1 1 1\n2 1.5 nan 0.5\n3 2 0.5 0.25\n", "4", "'nan' is not a finite number; the energy of row 2 of 3"},
      {"A\nN 3\n1 1 1 1\n2 1.5 0.7 inf\n3 2 0.5 0.25\n", "4", "finite number; the force of row 2 of 3"},
      {"A\nN 3\n1 1 1 1\n2 1.5 0.7 x\n3 2 0.5 0.25\n", "4", "'x' is not a number"},
      {"A\nN 3\n1 1 1 1\n2 1.0 0.7 0.5\n3 2 0.5 0.25\n", "4", "the distance 1 does not lie beyond"},
      {"A\nN 3\n1 1 1 1\n2 -1.5 0.7 0.5\n3 2 0.5 0.25\n", "4", "the distance of row 2 of 3 of section 'A' is -1.5"},
      {"A\nN 3\n1 1 1 1\n3 1.5 0.7 0.5\n3 2 0.5 0.25\n", "4", "number 3 where 2 was expected"},
      {"A\nN 3\n1 1 1\n2 1.5 0.7 0.5\n3 2 0.5 0.25\n", "3", "3 words where row 1 of 3 of section 'A' was expected"},
      {"A\nN 3\n1 1 1 -1\n2 1.5 0.7 -0.5\n3 2 0.5 -0.25\n", "5", "are not minus the slope of its energies"},
      {"3\nN 3\n" + table_rows(3), "1", "'3' is a number where a section should begin"},
  };
  for (const auto& bad : cases) {
    const std::string path = write_table(bad.text);
    const auto said = table_complaint(path, "A");
    CAPTURE(bad.text, said);
    CHECK_THAT(said, Contains(path + ":" + bad.line + ": "));
    CHECK_THAT(said, Contains(bad.says));
  }
  CHECK_THAT(table_complaint(write_table(""), "A"), Contains("no section 'A'; those of this file are: none"));
  CHECK_THAT(table_complaint(scratch_folder() + "/none", "A"), Contains("cannot open"));
  // Every cut through a sound file is an error, not a crash.
  const std::string sound = "# head\nA\nN 5 R 1 3 FPRIME 1 2\n\n" + table_rows(5);
  CHECK(table_complaint(write_table(sound), "A").empty());
  for (std::size_t size = 0; size < sound.rfind(' '); size += 3)
    CHECK_FALSE(table_complaint(write_table(sound.substr(0, size)), "A").empty());
}
