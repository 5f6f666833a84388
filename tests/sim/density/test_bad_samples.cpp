// What is said about files and stages of samples that cannot be.
#include "density_samples.hpp"
#include "sim/density/file_samples.hpp"
#include "sim/density/samples_stage.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::density;

namespace {

/// Of a stage with these keys, once it is read and made.
std::string complaint_about_samples(const std::string& keys) {
  try {
    SamplesStage({comm(), "a", 5, {}}, read_stage<SamplesParams>(keys));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string complaint_about_file(const std::string& text, const std::string& keys = "") {
  return complaint_about_samples("file = \"" + write_cells(text) + "\"\n" + keys);
}

}  // namespace

TEST_CASE("files that cannot be", "[density][bad]") {
  CHECK_THAT(complaint_about_file("time,x\n0,1\n0,nan\n1,2\n"), Contains("cells.csv:3: 'nan'"));
  CHECK_THAT(complaint_about_file("time,x\n0,1\n0,2\n1,2,3\n"),
             Contains("cells.csv:4: 3 numbers; the first line names 2 columns"));
  CHECK_THAT(complaint_about_file("time,x\n0,1\n0,2o\n"), Contains("cells.csv:3: '2o' is not a number"));
  CHECK_THAT(complaint_about_file("tme,x\n0,1\n"), Contains("cells.csv:1: there is no column 'time'."));
  CHECK_THAT(complaint_about_file("time,x\n0,1\n", "coordinates = [\"y\"]\n"),
             Contains("cells.csv:1: there is no column 'y'"));
  CHECK_THAT(complaint_about_file("time,x,x\n0,1,1\n"), Contains("cells.csv:1: two columns are named 'x'"));
  CHECK_THAT(complaint_about_file("0,1\n0,1\n"), Contains("cells.csv:1: there are numbers"));
  CHECK_THAT(complaint_about_file("time\n0\n"), Contains("cells.csv:1: there is no column but the times'"));
  CHECK_THAT(complaint_about_file("time,x\n"), Contains("there are no rows below"));
  CHECK_THAT(complaint_about_file(""), Contains("the file is empty"));
  CHECK_THAT(complaint_about_file("time,x\n0,1\n1,1\n", "standardise = true\n"),
             Contains("column 'x' has the standard deviation 0"));
  CHECK_THAT(complaint_about_file("time,x\n0,1\n0,2\n1,2\n", "held_out = 1\n"),
             Contains("held_out: nothing is left of the 1 samples at time 1"));
  std::string many = "t,x\n";
  for (int n = 0; n < 5000; ++n) many += std::to_string(n) + ",1\n";
  CHECK_THAT(complaint_about_file(many, "time_column = \"t\"\n"), Contains("more than 4096 different times; is 't'"));
}

TEST_CASE("stages of samples that cannot be", "[density][bad]") {
  const std::string density = "[stage.density]\n" + problem("P1");
  const auto complaint = complaint_about_samples;
  CHECK_THAT(complaint(""), Contains("either from [stage.density] or from a file"));
  CHECK_THAT(complaint("frames = 3\ntimes = [0, 1]\n" + density), Contains("give either frames or times"));
  CHECK_THAT(complaint("samples = 3\nsizes = [2]\n" + density), Contains("give either samples or sizes"));
  CHECK_THAT(complaint("times = [0, 1]\nsizes = [2]\n" + density), Contains("1 numbers for 2 times"));
  CHECK_THAT(complaint("times = [0, 0]\n" + density), Contains("rising order"));
  CHECK_THAT(complaint("times = [0, 1.5]\n" + density),
             Contains("1.5 is not a time of this density; expected one from 0 to 1"));
  CHECK_THAT(complaint("samples = 4\nheld_out = 4\n" + density),
             Contains("nothing is left of the 4 samples at time 0"));
  CHECK_THAT(complaint("standardise = true\n" + density), Contains("standardise"));
}
