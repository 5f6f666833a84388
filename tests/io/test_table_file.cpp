// Tables in files and checkpoints: growing, cut back, read on any number of ranks, damaged.
#include "base/agree.hpp"
#include "change_file.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/table_file.hpp"
#include "data/io/table_state.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

double state_of(std::int64_t number, std::int64_t place) { return 0.1 * static_cast<double>(64 * number + place); }

Table empty_table(const Comm& comm = test::comm()) {
  Table table(comm);
  table.add<double>("state", 64, "velocity");
  table.add<std::int64_t>("number");
  return table;
}

/// `rows` rows in all, from this number on; most of them on the last rank.
Table make_batch(std::int64_t first, std::int64_t rows, const Comm& comm = test::comm()) {
  Table table = empty_table(comm);
  const std::int64_t few = rows / (2 * comm.size());
  table.append(comm.rank() == comm.size() - 1 ? rows - few * (comm.size() - 1) : few);
  std::vector<double> states;
  std::vector<std::int64_t> numbers;
  for (std::int64_t n = 0; n < table.num_rows(); ++n) {
    numbers.push_back(first + table.first_row() + n);
    for (int c = 0; c < 64; ++c) states.push_back(state_of(numbers.back(), c));
  }
  set_rows(table.get<double>("state"), 0, states);
  set_rows(table.get<std::int64_t>("number"), 0, numbers);
  return table;
}

/// Rows 0 to `rows`, each with its number.
bool is_right(const Table& table, std::int64_t rows) {
  if (table.num_global() != rows) return false;
  const auto numbers = host_copy(table.get<std::int64_t>("number"), 0, table.num_rows());
  const auto states = host_copy(table.get<double>("state"), 0, table.num_rows());
  for (std::int64_t n = 0; n < table.num_rows(); ++n) {
    const auto number = table.first_row() + n;
    if (numbers[static_cast<std::size_t>(n)] != number) return false;
    for (int c = 0; c < 64; ++c)
      if (states[static_cast<std::size_t>(64 * n + c)] != state_of(number, c)) return false;
  }
  return true;
}

/// Collective. A file of two batches, of 11 and 700 rows: more than one chunk.
std::string write_table(const std::string& folder, const Comm& comm = test::comm()) {
  const std::string path = folder + "/table.h5";
  TableFile file(comm, path, empty_table(comm), "a deck", false, 0);
  file.append(make_batch(0, 11, comm));
  file.append(make_batch(11, 700, comm));
  file.close();
  return path;
}

}  // namespace

TEST_CASE("a table grows in its file and comes back in even shares", "[io]") {
  const std::string path = write_table(scratch_folder());
  const Table table = read_table(comm(), path);
  REQUIRE_ALL(is_right(table, 711));
  REQUIRE_ALL(table.num_rows() >= 711 / comm().size() && table.num_rows() <= 711 / comm().size() + 1);
  REQUIRE((table.columns()[1].name == "state" && table.columns()[1].unit == "velocity"));
  const h5::Input file(path);
  const h5::Id states = file.open_dataset(file.id(), "/columns/state", "");
  REQUIRE(h5::extents(states) == std::vector<hsize_t>{711, 64});
}

TEST_CASE("a table file is read on any number of ranks", "[io]") {
  const int few = GENERATE(1, 2, 3);
  if (few >= comm().size()) return;
  const bool is_in = comm().rank() < few;
  const Comm part = comm().split(is_in ? 0 : 1);
  const std::string folder = scratch_folder();
  std::string problem;
  bool right = true;
  try {
    if (is_in) write_table(folder, part);
    comm().barrier();
    right = is_right(read_table(comm(), folder + "/table.h5"), 711);
    const std::string path = write_table(scratch_folder());
    if (is_in) right = right && is_right(read_table(part, path), 711);
  } catch (const Error& error) {
    problem = error.what();
  }
  INFO(problem);
  REQUIRE_ALL(problem.empty());
  REQUIRE_ALL(right);
}

TEST_CASE("a table file goes on behind a row, and what came later is dropped", "[io]") {
  const std::string path = write_table(scratch_folder());
  {
    // Rows that were being appended when the process died.
    h5::Output file(comm(), path);
    file.open();
    file.resize("/columns/number", 900);
    file.close();
  }
  REQUIRE_ALL(is_right(read_table(comm(), path), 711));
  TableFile file(comm(), path, empty_table(), "ignored", true, 300);
  REQUIRE(file.num_rows() == 300);
  REQUIRE_ALL(is_right(read_table(comm(), path), 300));
  file.append(make_batch(300, 40));
  REQUIRE_ALL(is_right(read_table(comm(), path), 340));  // flushed
  file.append(make_batch(340, 0));
  file.close();
  REQUIRE((file.num_rows() == 340 && file.bytes_written() == 40 * 65 * 8));
  REQUIRE_ALL(is_right(read_table(comm(), path), 340));
}

TEST_CASE("a table file that is another one is not gone on with", "[io]") {
  const std::string path = write_table(scratch_folder());
  const auto resume = [&](const Table& columns, std::int64_t rows) {
    TableFile(comm(), path, columns, "", true, rows);
  };
  REQUIRE_THROWS_WITH(resume(empty_table(), 712), Contains(path + ": has 711 rows; 712 were expected"));
  Table more = empty_table(), other(comm()), fewer(comm());
  more.add<double>("weight", 2);
  other.add<double>("number");
  other.add<double>("state", 64);
  fewer.add<double>("state", 64);
  REQUIRE_THROWS_WITH(resume(more, 1), Contains(path + ": /columns/weight: 2 real number(s) in a row were expected"));
  REQUIRE_THROWS_WITH(resume(other, 1), Contains(path + ": /columns/number: 1 real number(s)"));
  REQUIRE_THROWS_WITH(resume(fewer, 1), Contains(path + ": /columns: has 2 columns; 1 were expected"));
  TableFile file(comm(), path, empty_table(), "", true, 711);
  REQUIRE_THROWS_WITH(file.append(other), Contains("rows of other columns are appended"));
  file.close();
  REQUIRE_ALL(is_right(read_table(comm(), path), 711));
}

TEST_CASE("damage of a table file is named with the column", "[io]") {
  struct Case {
    void (*change)(hid_t);
    const char* message;
  };
  const Case cases[] = {
      {[](hid_t f) { H5Ldelete(f, "/committed", H5P_DEFAULT); }, ": this is no table that Tessera wrote"},
      {[](hid_t f) { H5Ldelete(f, "/columns", H5P_DEFAULT); }, ": /columns: there is no such group"},
      {[](hid_t f) { H5Ldelete(f, "/columns/state", H5P_DEFAULT); }, ": /committed: 2 values were expected"},
      {[](hid_t f) {
         const h5::Id dataset(H5Dopen2(f, "/columns/state", H5P_DEFAULT), H5Dclose);
         const hsize_t dims[2] = {710, 64};
         H5Dset_extent(dataset, dims);
       },
       ": /columns/state: has 710 rows; 711 were expected"},
      {[](hid_t f) {
         const h5::Id dataset(H5Dopen2(f, "/columns/state", H5P_DEFAULT), H5Dclose);
         const h5::Id all(H5Dget_space(dataset), H5Sclose), one = h5::dataspace({1, 1});
         const hsize_t start[2] = {705, 63}, count[2] = {1, 1};
         const double wrong = 0.0;
         H5Sselect_hyperslab(all, H5S_SELECT_SET, start, nullptr, count, nullptr);
         H5Dwrite(dataset, H5T_NATIVE_DOUBLE, one, all, H5P_DEFAULT, &wrong);
       },
       ": /columns/state: differs from what was written"},
  };
  for (const auto& one : cases) {
    const std::string path = write_table(scratch_folder());
    change_file(path, one.change);
    INFO(one.message);
    REQUIRE_THROWS_WITH(read_table(comm(), path), Contains(path + one.message));
  }
  REQUIRE_THROWS_WITH(read_table(comm(), "/nowhere.h5"), Contains("/nowhere.h5: cannot open"));
}

TEST_CASE("whichever call fails while rows are appended, those before stay", "[io]") {
  const int rank = comm().size() - 1;
  const std::string path = scratch_folder() + "/table.h5";
  TableFile(comm(), path, empty_table(), "", false, 0).close();
  std::int64_t rows = 0, failures = 0;
  for (std::int64_t call = 1;; ++call) {
    set_fault(comm().rank() == rank ? Fault::fail : Fault::none, call);
    try {
      TableFile file(comm(), path, empty_table(), "", true, rows);
      try {
        file.append(make_batch(rows, 9));
        rows += 9;
      } catch (const Error&) {
        ++failures;
        if (call % 4 == 0) {  // the file can go on
          file.append(make_batch(rows, 9));
          rows += 9;
        }
      }
      file.close();
    } catch (const Error&) {
      ++failures;
    }
    const bool was_reached =
        comm().all_reduce(comm().rank() == rank && num_fault_calls() >= call ? 1 : 0, Op::max) == 1;
    set_fault(Fault::none);
    INFO("call " << call);
    REQUIRE_ALL(read_table(comm(), path).num_global() >= rows);
    if (!was_reached) break;
  }
  REQUIRE(failures > 10);
  TableFile(comm(), path, empty_table(), "", true, rows).close();
  REQUIRE_ALL(is_right(read_table(comm(), path), rows));
}

TEST_CASE("a checkpoint gives a table back on any number of ranks", "[io]") {
  const std::string folder = scratch_folder();
  const Table table = make_batch(0, 57);
  write_checkpoint(comm(), folder, {}, {{"stage", [&](StateWriter& state) { put_table(state, "samples", table); }}});
  const auto read_on = [&](const Comm& ranks) {
    Table read = empty_table(ranks);
    read.append(3);
    get_table(*Checkpoint::open_newest(ranks, folder)->section("stage"), "samples", read);
    return read;
  };
  const Table same = read_on(comm());
  REQUIRE_ALL(is_right(same, 57));
  REQUIRE_ALL(same.num_rows() == table.num_rows());
  REQUIRE_ALL(is_right(read_on(comm().split(comm().rank() % 2)), 57));
  Table other(comm());
  other.add<double>("state", 63);
  REQUIRE_THROWS_WITH(get_table(*Checkpoint::open_newest(comm(), folder)->section("stage"), "samples", other),
                      Contains("/stage/samples.state/values: 57 rows of 63 were expected"));
}
