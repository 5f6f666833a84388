// Models in files: there and back, damaged, of other shapes.
#include "base/agree.hpp"
#include "catch.hpp"
#include "data/io/h5_id.hpp"
#include "data/io/model_file.hpp"
#include "diff/mlp.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

namespace {

/// Collective.
std::string write(const Parameters& parameters) {
  const std::string path = scratch_folder() + "/model.h5";
  data::write_model(comm(), path, {"toy", "title = \"deck\"\n", parameters.to_arrays()});
  return path;
}

Parameters make(std::int64_t hidden, std::uint32_t seed) {
  Parameters parameters;
  const Mlp mlp(parameters, "net", {3, hidden, 2}, Function::tanh);
  mlp.draw(parameters, seed);
  return parameters;
}

template <class Change>
void change_file(const std::string& path, const Change& change) {
  agree(comm(), [&] {
    if (!comm().is_root()) return;
    const data::h5::Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    change(file);
  });
}

}  // namespace

TEST_CASE("a model comes back as it was", "[diff]") {
  const auto parameters = make(5, 7), other = make(5, 8);
  const std::string path = write(parameters);
  const auto model = data::read_model(comm(), path, "toy");
  CHECK(model.deck == "title = \"deck\"\n");
  CHECK(other.get(other.find("net.0.weight")) != parameters.get(parameters.find("net.0.weight")));
  other.set_from_arrays(model.arrays, path);
  for (const auto& slice : parameters.slices()) CHECK(other.get(slice) == parameters.get(slice));
  data::write_model(comm(), path, {"toy", "", other.to_arrays()});  // in place of the first
  CHECK(data::read_model(comm(), path, "toy").deck.empty());
}

TEST_CASE("first weights are uniform, keyed by name and seed", "[diff]") {
  const auto parameters = make(1000, 7);
  const auto weights = parameters.get(parameters.find("net.0.weight"));
  double sum = 0.0, squares = 0.0, most = 0.0;
  for (const double w : weights) sum += w, squares += w * w, most = std::max(most, std::fabs(w));
  const double limit = 1.0 / std::sqrt(3.0);
  CHECK(most < limit);
  CHECK(most > 0.998 * limit);
  CHECK(std::fabs(sum) < 4.0 * std::sqrt(1000.0 * limit * limit));
  CHECK_THAT(squares, WithinRel(3000.0 * limit * limit / 3.0, 0.05));
  CHECK(parameters.get(parameters.find("net.1.bias"))[0] != parameters.get(parameters.find("net.1.bias"))[1]);
}

TEST_CASE("models that are not what is expected are refused", "[diff]") {
  const auto parameters = make(5, 7);
  const std::string path = write(parameters);
  CHECK_THROWS_WITH(data::read_model(comm(), path, "ppo"), Contains("holds a model of 'toy'; expected 'ppo'"));
  CHECK_THROWS_WITH(make(6, 7).set_from_arrays(data::read_model(comm(), path, "toy").arrays, path),
                    Contains(path) && Contains("'net.0.weight' is 5 x 3; expected 6 x 3"));
  CHECK_THROWS_WITH(parameters.set_from_arrays({}, path), Contains("there is no 'net.0.weight' of 5 x 3"));
  CHECK_THROWS_WITH(data::read_model(comm(), path + "x", "toy"), Contains(path + "x"));
  change_file(path, [](hid_t file) {
    const data::h5::Id set(H5Dopen2(file, "/arrays/net.1.bias", H5P_DEFAULT), H5Dclose);
    const double numbers[2] = {0.0, 1.0};
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
  });
  CHECK_THROWS_WITH(data::read_model(comm(), path, "toy"), Contains("the file is damaged"));
  change_file(path, [](hid_t file) { H5Adelete(file, "model"); });
  CHECK_THROWS_WITH(data::read_model(comm(), path, "toy"), Contains("no model that Tessera wrote"));
}
