#include <algorithm>
#include <mutex>

#include "catch.hpp"
#include "data/formats/row_table.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::data;
using tessera::test::comm;

namespace {

/// Lines of very different lengths, some empty.
std::string make_text(int lines, const char* end, bool ends_last) {
  std::string text;
  for (int n = 0; n < lines; ++n) {
    text += std::to_string(n) + std::string(static_cast<std::size_t>(n * n % 97 == 0 ? 5000 : n % 13), 'x');
    if (n + 1 < lines || ends_last) text += end;
  }
  return text;
}

}  // namespace

TEST_CASE("every line of a file is seen once, by one rank, with its number", "[formats]") {
  const char* end = GENERATE("\n", "\r\n");
  const bool ends_last = GENERATE(true, false);
  const int lines = GENERATE(1, 2, 3, 1000);
  const auto path = test::write_file("lines.txt", make_text(lines, end, ends_last));
  const TextFile file = open_text(comm(), path);
  std::vector<std::pair<std::int64_t, std::string>> seen;
  const auto first = for_each_line(comm(), file, {0, file.size(), 1},
                                   [&](const TextLine& line) { seen.emplace_back(line.number, line.text); });
  bool is_right = true;
  for (const auto& [number, text] : seen) {
    const int n = static_cast<int>(first + number) - 1;
    is_right = is_right && text == make_text(n + 1, "\n", false).substr(make_text(n, "\n", true).size());
  }
  REQUIRE_ALL(is_right);
  REQUIRE(comm().all_reduce(static_cast<std::int64_t>(seen.size()), Op::sum) == lines);
}

TEST_CASE("an index finds any line and its text", "[formats]") {
  const auto text = make_text(700, "\n", true);
  const TextFile file = open_text(comm(), test::write_file("lines.txt", text));
  const LineIndex index(comm(), file);
  REQUIRE(index.num_lines() == 700);
  for (const int n : {0, 1, 97, 350, 698, 699}) {
    REQUIRE(index.offset(n) == static_cast<std::int64_t>(make_text(n, "\n", true).size()));
    REQUIRE(index.line(n).substr(0, std::to_string(n).size()) == std::to_string(n));
  }
  REQUIRE(index.offset(700) == file.size());
}

TEST_CASE("a range of lines is split without loss", "[formats]") {
  const auto text = make_text(50, "\n", true);
  const TextFile file = open_text(comm(), test::write_file("lines.txt", text));
  const LineIndex index(comm(), file);
  std::int64_t count = 0;
  for_each_line(comm(), file, {index.offset(10), index.offset(13), 11}, [&](const TextLine&) { ++count; });
  REQUIRE(comm().all_reduce(count, Op::sum) == 3);
  count = 0;
  for_each_line(comm(), file, {index.offset(10), index.offset(10), 11}, [&](const TextLine&) { ++count; });
  REQUIRE(comm().all_reduce(count, Op::sum) == 0);
}

TEST_CASE("the error of the lowest line is thrown on all ranks", "[formats]") {
  const TextFile file = open_text(comm(), test::write_file("lines.txt", make_text(400, "\n", true)));
  REQUIRE_THROWS_WITH(for_each_line(comm(), file, {0, file.size(), 1},
                                    [&](const TextLine& line) {
                                      if (line.text.substr(0, 2) == "23" || line.text.substr(0, 2) == "39")
                                        throw Error::input("no " + std::string(line.text.substr(0, 2)));
                                    }),
                      Contains(file.path() + ":24: no 23"));
}

TEST_CASE("a line of more than a mebibyte is refused", "[formats]") {
  const std::string text = "short\n" + std::string(max_line_bytes + 5, 'a') + "\nshort again\n";
  const TextFile file = open_text(comm(), test::write_file("long.txt", text));
  REQUIRE_THROWS_WITH(for_each_line(comm(), file, {0, file.size(), 1}, [](const TextLine&) {}),
                      Contains(":2: the line is longer than"));
  const LineIndex index(comm(), file);
  REQUIRE(index.num_lines() == 3);
  REQUIRE(index.line(2) == "short again");
  REQUIRE_THROWS_WITH(index.line(1), Contains(":2: the line is longer than"));
}

TEST_CASE("files that are not there, or folders, are refused", "[formats]") {
  REQUIRE_THROWS_WITH(open_text(comm(), "/nowhere/at.all"), Contains("/nowhere/at.all: cannot open"));
  REQUIRE_THROWS_WITH(open_text(comm(), "/tmp"), Contains("/tmp: not a regular file"));
}

TEST_CASE("parts of a text lie one behind the other, each in the order of ranks", "[formats]") {
  const std::string path = test::scratch_folder() + "/out.txt";
  const std::string mine = std::to_string(comm().rank());
  write_text_parts(comm(), path, {"a" + mine, comm().rank() == 1 ? "" : "b" + mine});
  std::string expected;
  for (int r = 0; r < comm().size(); ++r) expected += "a" + std::to_string(r);
  for (int r = 0; r < comm().size(); ++r) expected += r == 1 ? "" : "b" + std::to_string(r);
  REQUIRE(test::read_file(path) == expected);
  REQUIRE_THROWS_WITH(write_text_parts(comm(), "/nowhere/at.all", {"x"}),
                      Contains("/nowhere/at.all.new: cannot create"));
}

TEST_CASE("rows are sorted over ranks into blocks of rising ids", "[formats]") {
  const int rows = GENERATE(0, 1, 2, 5, 1000);
  const std::int64_t stride = GENERATE(1, 1000000007);
  RowTable table;
  const int value = table.add("value", 1, RowTable::Kind::real);
  for (int n = 0; n < rows; ++n) {
    if ((n * 13 + n / 7) % comm().size() != comm().rank()) continue;
    auto* row = table.append();
    row[0].integer = 5 + (rows - 1 - n) * stride;
    row[value].real = n;
  }
  sort_by_id(comm(), table);
  const auto first = comm().exclusive_sum(static_cast<std::int64_t>(table.num_rows()));
  bool is_right = true;
  for (std::size_t i = 0; i < table.num_rows(); ++i) {
    const auto n = first + static_cast<std::int64_t>(i);
    is_right =
        is_right && table.id(i) == 5 + n * stride && table.row(i)[value].real == static_cast<double>(rows - 1 - n);
  }
  REQUIRE_ALL(is_right);
  const auto mine = static_cast<std::int64_t>(table.num_rows());
  REQUIRE_ALL(mine <= rows / comm().size() + 1);
}

TEST_CASE("numbers are read strictly", "[formats]") {
  REQUIRE(parse_real("+1.5e3", "x") == 1500.0);
  REQUIRE(parse_real("-.5", "x") == -0.5);
  REQUIRE(parse_integer("+12", "x") == 12);
  for (const char* bad : {"", "1.0x", "0x10", "nan", "inf", "1e999", "1,5", "--1", "+-1", "1d3"})
    REQUIRE_THROWS_WITH(parse_real(bad, "a length"), Contains("a length was expected"));
  for (const char* bad : {"", "1.0", "99999999999999999999", "1e3", " 1"})
    REQUIRE_THROWS_WITH(parse_integer(bad, "a count"), Contains("a count was expected"));
}
