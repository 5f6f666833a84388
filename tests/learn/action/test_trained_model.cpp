// Models in files: what was learned comes back; damaged, foreign and impossible ones are refused.
#include "action_run.hpp"
#include "base/agree.hpp"
#include "data/io/h5_id.hpp"
#include "learn/action/model.hpp"

using namespace tessera;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

const std::string learned_deck =
    "[[stage]]\nname = \"train\"\ntype = \"action_matching\"\niterations = 2\nbatch = 16\nnetwork.hidden = [4, 3]\n"
    "network.form = \"inner\"\nnetwork.embedding = \"periodic\"\nnetwork.embedding_size = 4\n"
    "sigma = \"a*t\"\nparameter = [{name = \"a\", value = 0.25}]\ngrowth = 0.5\ncost_exponent = 3.0\n"
    "[stage.density]\nkind = \"mixture\"\nbegin = 1.0\nend = 5.0\n"
    "component = [{mean = [\"t\", \"0\"], variance = [\"4\", \"9\"]}]\n";

/// Collective. The same arrays but for one.
std::string with_array(const std::string& path, const std::string& name, const std::vector<double>& values,
                       std::int64_t cols = 0) {
  auto model = data::read_model(comm(), path, "action");
  for (auto& array : model.arrays)
    if (array.name == name) array = {name, 1, cols > 0 ? cols : array.cols, values};
  const std::string changed = scratch_folder() + "/model.h5";
  data::write_model(comm(), changed, model);
  return changed;
}

}  // namespace

TEST_CASE("a trained model comes back with all that is needed to use it", "[action]") {
  const auto path = run_action(learned_deck) + "/train/model.h5";
  const auto model = read_trained_model(comm(), path);
  CHECK(model.method == Method::action);
  CHECK(model.scales.begin == 1.0);
  CHECK(model.end() == 5.0);
  CHECK(model.scales.length > 1.0);
  CHECK(model.dynamics.sigma == "a*t");
  CHECK(model.dynamics.growth == 0.5);
  CHECK(model.dynamics.cost_exponent == 3.0);
  const Dynamics dynamics(model.dynamics, model.scales);
  CHECK_THAT(dynamics.sigma(0.5), WithinRel(0.25 * 3.0 * 2.0 / model.scales.length, 1e-12));
  const auto& shape = model.network.shape();
  CHECK(shape.dimensions == 2);
  CHECK(shape.params.form == Form::inner);
  CHECK(shape.params.hidden == std::vector<std::int64_t>{4, 3});
  CHECK(shape.params.embedding == EmbeddingKind::periodic);
  CHECK(shape.params.embedding_size == 4);
  CHECK(shape.deviation.size() == 2);
  CHECK_THAT(shape.deviation[1] * model.scales.length, WithinRel(3.0, 0.1));
  // Written again, it has the same arrays.
  const auto arrays = model.network.to_arrays(model.values);
  const auto stored = data::read_model(comm(), path, "action").arrays;
  for (const auto& array : arrays)
    CHECK(data::find_array(stored, array.name, array.rows, array.cols, path).values == array.values);
}

TEST_CASE("models that cannot be used are refused", "[action]") {
  const auto path = run_action(learned_deck) + "/train/model.h5";
  const auto arrays = data::read_model(comm(), path, "action").arrays;
  const auto find = [&](const std::string& name) {
    for (const auto& array : arrays)
      if (array.name == name) return array.values;
    throw Error::internal("no array " + name);
  };
  const auto refused = [&](const std::string& file, const std::string& message) {
    CHECK_THROWS_WITH(read_trained_model(comm(), file), Contains(file) && Contains(message));
  };
  refused(path + "x", "model.h5x");
  auto network = find("network");
  network[0] = 3.0;  // dimensions
  refused(with_array(path, "network", network), "the description of the network contradicts itself");
  network = find("network");
  network[1] = 7.0;  // a form that there is not
  refused(with_array(path, "network", network), "the description of the network is none of this program's");
  network[1] = 0.5;
  refused(with_array(path, "network", network), "the description of the network is none of this program's");
  network = find("network");
  network[6] = 6.0;  // sines and cosines
  refused(with_array(path, "network", network), "'h.0.weight' is 4 x 7; expected 4 x 9");
  refused(with_array(path, "hidden", {4.0, 0.0}), "a layer of 0 units");
  refused(with_array(path, "hidden", {5.0, 3.0}), "'h.0.weight' is 4 x 7; expected 5 x 7");
  refused(with_array(path, "mean", {0.0, 0.0, 0.0}, 3), "contradicts itself");
  refused(with_array(path, "deviation", {1.0, 0.0}), "a deviation of this model is not positive");
  refused(with_array(path, "method", {9.0}), "a method that this program does not know");
  refused(with_array(path, "duration", {-1.0}), "the units of this model are impossible");
  refused(with_array(path, "length", {std::nan("")}), "'length' is nan");
  refused(with_array(path, "cost_exponent", {1.0}), "the dynamics of this model are impossible");
  refused(with_array(path, "sigma", {120.0}, 1), "sigma of this model");
  const std::string other = scratch_folder() + "/ppo.h5";
  data::write_model(comm(), other, {"ppo", "", arrays});
  refused(other, "holds a model of 'ppo'; expected 'action'");
  data::write_model(comm(), other, {"action", "", {{"network", 1, 1, {0.0}}}});
  refused(other, "there is no 'method'");
  agree(comm(), [&] {
    if (!comm().is_root()) return;
    const data::h5::Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    const data::h5::Id set(H5Dopen2(file, "/arrays/growth", H5P_DEFAULT), H5Dclose);
    const double number = 0.75;
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &number);
  });
  refused(path, "the file is damaged");
}
