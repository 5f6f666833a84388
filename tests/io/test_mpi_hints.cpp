#include <array>
#include <cstdlib>

#include "base/error.hpp"
#include "catch.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/mpi_hints.hpp"

using namespace tessera;

namespace {

/// Sets the variable for as long as it lives.
class Setting {
 public:
  explicit Setting(const char* text) { setenv("TESSERA_MPIIO_HINTS", text, 1); }
  ~Setting() { unsetenv("TESSERA_MPIIO_HINTS"); }
};

std::string hint(const data::MpiHints& hints, const char* name) {
  std::array<char, 64> value{};
  int found = 0;
  MPI_Info_get(hints.get(), name, static_cast<int>(value.size()) - 1, value.data(), &found);
  return found != 0 ? value.data() : "none";
}

}  // namespace

TEST_CASE("hints for MPI-IO are read from the environment", "[io]") {
  REQUIRE_ALL(data::MpiHints().get() == MPI_INFO_NULL);
  const Setting setting("striping_factor=8,cb_nodes=4");
  const data::MpiHints hints;
  REQUIRE_ALL(hint(hints, "striping_factor") == "8");
  REQUIRE_ALL(hint(hints, "cb_nodes") == "4");
}

TEST_CASE("hints that nobody can understand are refused by name", "[io]") {
  for (const char* text : {"striping_factor", "=8", "cb_nodes=", "a=1,,b=2", "cb_nodes = 4"}) {
    const Setting setting(text);
    REQUIRE_THROWS_WITH(data::MpiHints(), Contains("TESSERA_MPIIO_HINTS") && Contains("name=value"));
    data::h5::Output file(test::comm(), test::scratch_folder() + "/hints.h5");
    REQUIRE_THROWS_AS(file.create(), Error);
  }
}

TEST_CASE("a file is written with hints", "[io]") {
  const Setting setting("cb_nodes=1");
  data::h5::Output file(test::comm(), test::scratch_folder() + "/hints.h5");
  file.create();
  file.close();
}
