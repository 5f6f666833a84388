// Fields in checkpoints: on as many ranks and on others.
#include "base/agree.hpp"
#include "data/io/checkpoint.hpp"
#include "data_layer/fields.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

void write_field(const Field& field, const std::string& folder) {
  write_checkpoint(field.mesh().comm(), folder, {},
                   {{"pde", [&](StateWriter& writer) { writer.put_field("u", field); }}});
}

/// Collective over the ranks of the mesh. Whether what comes back is what was written, ghosts filled.
bool comes_back(const Mesh& mesh, const std::string& folder) {
  Field field(mesh, "u", 3, 2);
  for_values(field, true, [](const auto&, int, double& value) { value = -1.0; });
  const auto checkpoint = Checkpoint::open_newest(mesh.comm(), folder);
  checkpoint->section("pde")->get_field("u", field);
  return wrong_values(field, 0.25) == 0;
}

}  // namespace

TEST_CASE("a checkpoint gives fields back bit for bit, their ghosts filled", "[io]") {
  for (const auto& kind : mesh_kinds()) {
    INFO(kind.name);
    const std::string folder = scratch_folder();
    Field field(make_mesh(kind), "u", 3, 1);
    fill(field, 0.25);
    write_field(field, folder);
    REQUIRE_ALL(comes_back(field.mesh(), folder));
    if (kind.moved_cuts) {
      MeshKind even = kind;
      even.moved_cuts = false;
      REQUIRE_ALL(comes_back(make_mesh(even), folder));
    }
  }
}

TEST_CASE("a checkpoint gives fields back on any number of ranks", "[io]") {
  const int few = GENERATE(1, 2, 3);
  const bool writes_on_few = GENERATE(true, false);
  if (few >= comm().size()) return;
  const bool is_in = comm().rank() < few;
  const Comm part = comm().split(is_in ? 0 : 1);
  for (const std::size_t n : {0, 6, 9}) {
    const std::string folder = scratch_folder();
    const MeshKind of_few = mesh_kinds(part).at(n), of_all = mesh_kinds().at(n);
    bool right = true;
    std::string problem;
    try {
      const auto write_on = [&](const MeshKind& kind, const Comm& ranks) {
        Field field(make_mesh(kind, ranks), "u", 3, 1);
        fill(field, 0.25);
        write_field(field, folder);
      };
      if (writes_on_few && is_in) write_on(of_few, part);
      if (!writes_on_few) write_on(of_all, comm());
      comm().barrier();
      if (writes_on_few) right = comes_back(make_mesh(of_all), folder);
      if (!writes_on_few && is_in) right = comes_back(make_mesh(of_few, part), folder);
    } catch (const Error& error) {
      problem = error.what();
    }
    INFO(problem);
    REQUIRE_ALL(problem.empty());
    REQUIRE_ALL(right);
  }
}

TEST_CASE("what is no such field in a checkpoint is named", "[io]") {
  const std::string folder = scratch_folder();
  const MeshKind kind = mesh_kinds().at(9);
  Field field(make_mesh(kind), "u", 3, 1);
  write_field(field, folder);
  const auto checkpoint = Checkpoint::open_newest(comm(), folder);
  const auto reader = checkpoint->section("pde");
  const std::string file = folder + "/checkpoint/checkpoint_000001/data.h5: ";
  MeshKind longer = kind;
  longer.cells[0] += 1;
  Field fewer(make_mesh(kind), "u", 2, 1), other(make_mesh(longer), "u", 3, 1);
  std::vector<double> values;
  REQUIRE((reader->has("u") && !reader->has("v")));
  REQUIRE_THROWS_WITH(reader->get_field("v", field), Contains(file + "/pde/v: there is no such dataset"));
  REQUIRE_THROWS_WITH(reader->get_field("u", fewer),
                      Contains(file + "/pde/u: 2 x 8 x 5 x 6 values of a field were expected, components first; there "
                                      "are 3 x 8 x 5 x 6"));
  REQUIRE_THROWS_WITH(reader->get_field("u", other), Contains("3 x 8 x 5 x 7 values"));
  REQUIRE_THROWS_WITH(reader->get("u", values), Contains("a list of values was expected"));
}
