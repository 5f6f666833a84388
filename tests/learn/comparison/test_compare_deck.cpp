// A deck that compares files: what the run leaves.
#include <sstream>

#include "gaussian_table.hpp"
#include "learn/comparison/compare_type.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("a deck compares two sets of samples with a reference", "[comparison]") {
  const auto folder = scratch_folder();
  write_table(folder + "/reference.h5", GaussianTable{.rows = 1200, .seed = 1});
  write_table(folder + "/good.h5", GaussianTable{.rows = 600, .seed = 2});
  write_table(folder + "/fast.h5", GaussianTable{.rows = 600, .speed = 2.0, .seed = 3});
  run::Registry registry;
  registry.add(learn::comparison::make_compare_type());
  std::string stages =
      "[[stage]]\nname = \"judge\"\ntype = \"compare\"\nmetrics = [\"w2\", \"bures\"]\ntransport_rows = "
      "100\noutput.series = 1\n";
  for (const char* name : {"good", "fast"})
    stages += std::string("[[stage.data]]\nname = \"") + name + "\"\nfile = \"" + folder + "/" + name + ".h5\"\n";
  stages += "[stage.reference]\nfile = \"" + folder + "/reference.h5\"\n[stage.marginals]\nbins = 10\n";
  const auto together = run_stages(registry, stages), alone = run_stages_alone(registry, stages);
  for (const char* file : {"comparison.csv", "histograms.csv", "series.csv"}) {
    const auto text = content_of(together + "/judge/" + file);
    REQUIRE_ALL(text == content_of(alone + "/judge/" + file));
    REQUIRE_ALL(text.size() > 400);
  }
  std::istringstream text(content_of(together + "/judge/comparison.csv"));
  std::string head;
  std::getline(text, head);
  REQUIRE_ALL(head.find("time,reference: mass,good: w2,good: w2 floor,good: bures") == 0);
  const double bures = result_of(together, "fast: bures, largest");
  // Five standard errors of a mean of 600 samples: 0.3.
  REQUIRE_ALL((bures > 0.7 && bures < 1.3));
  REQUIRE_ALL(result_of(together, "good: bures, largest") < 0.3);
}
