#include <fmt/format.h>

#include <algorithm>

#include "base/agree.hpp"
#include "data/formats/elements.hpp"
#include "data/formats/frames.hpp"
#include "data/io/h5_input.hpp"

namespace tessera::data::frames {

namespace {

constexpr std::size_t most_groups = 4096;

const char* name_of(FramePart part) { return part == FramePart::training ? "train" : "validation"; }

/// Numbers beside the pairs: a dataset or attribute of their group, or of the root.
class PairSurroundings {
 public:
  PairSurroundings(const h5::Input& file, const std::string& group) : file_(file), group_(group) {}

  /// Empty if there is none.
  std::vector<double> find(const std::string& name, std::size_t count) const {
    for (const std::string& where : {group_, std::string("/")}) {
      const h5::Id object = file_.open_group(file_.id(), where, where);
      if (h5::Input::has(object, name)) return read_dataset(object, name, where, count);
      if (!h5::has_attribute(object, name.c_str())) continue;
      return read_attribute(object, name, where, count);
    }
    return {};
  }

 private:
  std::vector<double> read_dataset(hid_t object, const std::string& name, const std::string& where,
                                   std::size_t count) const {
    const h5::Id dataset = file_.open_dataset(object, name, where + "/" + name);
    const auto dims = h5::extents(dataset);
    std::size_t total = 1;
    for (const auto extent : dims) total *= extent;
    if (total != count) file_.fail(where + "/" + name, fmt::format("{} numbers; expected {}", total, count));
    std::vector<double> values(count);
    // Flags are an enumeration there.
    const h5::Id type(H5Dget_type(dataset), H5Tclose);
    if (H5Tget_class(type) == H5T_ENUM) {
      std::vector<std::int8_t> flags(count);
      if (H5Tget_size(type) != 1 || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, flags.data()) < 0)
        file_.fail(where + "/" + name, "flags could not be read");
      std::copy(flags.begin(), flags.end(), values.begin());
      return values;
    }
    file_.read_block(dataset, std::vector<hsize_t>(dims.size()), dims, H5T_NATIVE_DOUBLE, values.data(),
                     where + "/" + name);
    return values;
  }
  std::vector<double> read_attribute(hid_t object, const std::string& name, const std::string& where,
                                     std::size_t count) const {
    if (name == "atomic_numbers") {
      const auto whole = h5::read_numbers<std::int64_t>(object, name.c_str(), count, file_.place(where));
      return {whole.begin(), whole.end()};
    }
    return h5::read_numbers<double>(object, name.c_str(), count, file_.place(where));
  }

  const h5::Input& file_;
  std::string group_;
};

class PairFrames final : public Frames {
 public:
  PairFrames(const std::string& path, FramePart part, const std::string& group) : file_(path) {
    group_ = group.empty() ? name_of(part) : group;
    if (!h5::Input::has(file_.id(), group_)) file_.fail(group_, "there is no such group of pairs");
    positions_ = open("positions");
    dims_ = h5::extents(positions_);
    if (dims_.size() != 3 || dims_[2] != 3)
      file_.fail(group_ + "/positions", "frames x particles x 3 numbers were expected");
    velocities_ = open("velocities");
    displacements_ = open("displacements");
    new_velocities_ = open(has("new_velocities") ? "new_velocities" : "update_velocities");
    read_surroundings();
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(dims_[0]); }
  std::optional<double> time(std::int64_t) const override { return std::nullopt; }
  Frame read(std::int64_t frame) const override {
    Frame result = common_;
    const auto take = [&](const h5::Id& dataset, const char* name, std::vector<double>& values) {
      values.resize(3 * dims_[1]);
      file_.read_block(dataset, {static_cast<hsize_t>(frame), 0, 0}, {1, dims_[1], 3}, H5T_NATIVE_DOUBLE, values.data(),
                       group_ + "/" + name);
    };
    take(positions_, "positions", result.position);
    take(velocities_, "velocities", result.velocity);
    take(displacements_, "displacements", result.displacement);
    take(new_velocities_, "new_velocities", result.new_velocity);
    return result;
  }

 private:
  bool has(const std::string& name) const { return h5::Input::has(file_.id(), group_ + "/" + name); }

  h5::Id open(const std::string& name) const {
    const std::string where = group_ + "/" + name;
    if (!has(name)) file_.fail(where, "there is no such dataset");
    h5::Id dataset = file_.open_dataset(file_.id(), where, where);
    file_.require_class(dataset, H5T_FLOAT, where);
    if (!dims_.empty() && h5::extents(dataset) != dims_) file_.fail(where, "its shape is not that of positions");
    return dataset;
  }

  void read_surroundings() {
    const PairSurroundings beside(file_, group_);
    const auto particles = static_cast<std::size_t>(dims_[1]);
    const auto numbers = beside.find("atomic_numbers", particles), cell = beside.find("cell", 9);
    if (numbers.empty()) file_.fail(group_, "there are no atomic_numbers");
    if (cell.empty()) file_.fail(group_, "there is no cell");
    for (const double number : numbers) {
      const bool is_known = number >= 1.0 && number <= 118.0;
      if (!is_known) file_.fail(group_, fmt::format("{} is no atomic number", number));
      common_.species.emplace_back(element_symbol(static_cast<int>(number)));
    }
    common_.mass = beside.find("masses", particles);
    const auto periodic = beside.find("pbc", 3);
    double vectors[3][3];
    for (std::size_t n = 0; n < 9; ++n) vectors[n / 3][n % 3] = cell[n];
    std::array<bool, 3> sides{true, true, true};
    for (std::size_t d = 0; d < periodic.size(); ++d) sides[d] = periodic[d] != 0.0;
    common_.box = Box::triclinic({0.0, 0.0, 0.0}, vectors, sides);
    const auto interval = beside.find("horizon_fs", 1);
    if (!interval.empty()) common_.interval = interval.front();
    common_.si_length = 1e-10;
    common_.si_time = 1e-15;
  }

  h5::Input file_;
  std::string group_;
  h5::Id positions_, velocities_, displacements_, new_velocities_;
  std::vector<hsize_t> dims_;
  Frame common_;
};

}  // namespace

bool is_pair_file(const std::string& path) {
  const h5::Input file(path);
  if (h5::Input::has(file.id(), "h5md") || h5::has_attribute(file.id(), "openPMD")) return false;
  const auto names = file.children(file.id(), "/", most_groups);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return h5::Input::has(file.id(), name + "/displacements"); });
}

std::unique_ptr<Frames> open_pairs(const Comm& comm, const std::string& path, FramePart part,
                                   const std::string& group) {
  return agree(comm, [&]() -> std::unique_ptr<Frames> { return std::make_unique<PairFrames>(path, part, group); });
}

}  // namespace tessera::data::frames

namespace tessera::data {

bool has_frame_part(const std::string& path, FramePart part) {
  const h5::Input file(path);
  return h5::Input::has(file.id(), frames::name_of(part));
}

}  // namespace tessera::data
