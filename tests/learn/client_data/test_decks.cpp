// Decks and files of federated data that cannot be.
#include "client_run.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::client_data;

namespace {

const std::string sharding = "[stage.sharding]\nclients = 2\n";

std::string complaint_about_file(const std::string& name, const std::string& text, const std::string& keys = "") {
  return complaint_about_data("file = \"" + write_data(name, text) + "\"\n" + keys + sharding);
}
std::string complaint_about_classes(const std::string& keys, const std::string& top = "") {
  return complaint_about_data(top + "[stage.synthetic]\nkind = \"classes\"\nrows = 40\n" + keys);
}

}  // namespace

TEST_CASE("decks of federated data that cannot be", "[fsgld][bad]") {
  const auto& complaint = complaint_about_data;
  CHECK_THAT(complaint(""), Contains("expected one of them"));
  CHECK_THAT(complaint("stage = \"b\"\n[stage.synthetic]\nclients = 2\n"), Contains("expected one of them"));
  CHECK_THAT(complaint_about_classes(""),
             Contains("rows of this source belong to no client; expected [stage.sharding]"));
  CHECK_THAT(complaint("[stage.synthetic]\nclients = 2\n" + sharding), Contains("leave [stage.sharding] out"));
  CHECK_THAT(complaint("[stage.synthetic]\nsizes = [2]\nclients = 1\n"), Contains("either sizes, or clients and rows"));
  CHECK_THAT(complaint("[stage.synthetic]\nsizes = [2]\ncentres = [1]\n"), Contains("1 numbers; expected 2"));
  CHECK_THAT(complaint("[stage.synthetic]\nclients = 2\n[stage.pairs]\n"),
             Contains("rows of this kind have no classes"));
  CHECK_THAT(complaint_about_classes(sharding, "held_out = 1.5\n"), Contains("or a whole number of them"));
  CHECK_THAT(complaint_about_classes(sharding, "held_out = 40\n"), Contains("nothing is left for training of 40 rows"));
  CHECK_THAT(complaint_about_classes(sharding, "balanced_held_out = true\n"), Contains("nothing is held out"));
  CHECK_THAT(complaint_about_classes(sharding, "standardise_response = true\n"),
             Contains("classes are not standardised"));
  CHECK_THAT(complaint_about_classes("[stage.sharding]\nclients = 41\n"),
             Contains("client 0 of 41 has no rows: expected fewer"));
  CHECK_THAT(complaint_about_classes("[stage.sharding]\nkind = \"sizes\"\nsizes = [20, 21]\n"),
             Contains("to have 41 rows together, and there are 40"));
  CHECK_THAT(complaint_about_classes("[stage.sharding]\nkind = \"dirichlet\"\nclients = 30\nconcentration = 0.01\n"),
             Contains("has no rows"));
  CHECK_THAT(complaint_about_classes("[stage.sharding]\nkind = \"beta\"\nclients = 41\n"),
             Contains("too few for 41 clients"));
  CHECK_THAT(complaint_about_classes("[stage.pairs]\nclients = 2\ncomponents = 2\n"),
             Contains("2 classes are too few for 2 clients"));
  CHECK_THAT(complaint_about_classes("[stage.pairs]\nclients = 1\ncomponents = 19\n"), Contains("19 singular vectors"));
}

TEST_CASE("files of federated data that cannot be", "[fsgld][bad]") {
  CHECK_THAT(complaint_about_file("a.csv", "x,y\n1,2\n3,nan\n"),
             Contains("a.csv:3: 'nan'") && Contains("y was expected"));
  CHECK_THAT(complaint_about_file("a.csv", "x,z\n1,2\n"), Contains("a.csv:1: there is no column 'y'"));
  CHECK_THAT(complaint_about_file("a.csv", "x,y\n1\n"), Contains("a.csv:2: 1 numbers; the first line names 2 columns"));
  CHECK_THAT(complaint_about_file("a.csv", "x,y\n"), Contains("there are no rows"));
  CHECK_THAT(complaint_about_file("a.csv", "y\n1\n"), Contains("there is no column of a feature"));
  CHECK_THAT(complaint_about_file("a.csv", "x,y\n1,1\n2,1\n", "classes = true\n"),
             Contains("all rows are of one class"));
  CHECK_THAT(complaint_about_file("a.csv", "x,y\n1,1\n2,2\n", "[stage.pairs]\n"), Contains("expected classes = true"));
  std::string many = "x,y\n";
  for (int n = 0; n < 300; ++n) many += "1," + std::to_string(n) + "\n";
  CHECK_THAT(complaint_about_file("a.csv", many, "classes = true\n"), Contains("more than 256 different responses"));
  CHECK_THAT(complaint_about_data("file = \"" + write_data("a.csv", "x,y,s\n1,2,1\n1,2,1.5\n") +
                                  "\"\nclient_column = \"s\"\n"),
             Contains("a.csv:3: 1.5 is no integer"));
  CHECK_THAT(complaint_about_file("a.svm", "1 1:2\n-1 2:3 1:4\n"),
             Contains("a.svm:2: feature 1 comes after feature 2"));
  CHECK_THAT(complaint_about_file("a.svm", "1 1:2\n-1 3\n"), Contains("a.svm:2: '3' is no feature; index:value"));
  CHECK_THAT(complaint_about_file("a.svm", "1 0:2\n"), Contains("a.svm:1: "));
  CHECK_THAT(complaint_about_file("a.svm", "1 1:inf\n"), Contains("a.svm:1: 'inf'"));
  CHECK_THAT(complaint_about_file("a.svm", "1\n0\n"), Contains("there are no features"));
  CHECK_THAT(complaint_about_file("a.h5", "no table\n"), Contains("a.h5"));
  // One that is missing is all that is wrong: the keys that go with it are not unknown.
  CHECK_THAT(complaint_about_data("file = \"none.csv\"\nresponse = \"z\"\nclient_column = \"s\"\n"),
             Contains("there is no file 'none.csv'") && !Contains("unknown key"));
}
