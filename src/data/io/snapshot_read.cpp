#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/hash.hpp"
#include "data/io/host_rows.hpp"
#include "data/io/openpmd.hpp"
#include "data/io/snapshot.hpp"

namespace tessera::data {

namespace {

constexpr int max_image = 1 << 30;
constexpr std::size_t max_species = 1000;

/// One iteration of a file, this rank's share of it. Nothing here communicates.
class SnapshotReader {
 public:
  SnapshotReader(const Comm& comm, const std::string& path, std::int64_t step) : comm_(comm), file_(path) {
    openpmd::require_openpmd(file_);
    const auto wanted = openpmd::choose_step(file_, step);
    const std::string iteration = openpmd::iteration_path(wanted), path_in_file = openpmd::particles_path(wanted);
    const h5::Id group = file_.open_group(file_.id(), iteration, iteration);
    if (!h5::Input::has(group, openpmd::particles_name))
      file_.fail(path_in_file, "there is no such group: only snapshots that Tessera wrote can be read");
    iteration_ = openpmd::describe(file_, wanted);
    where_ = path_in_file;
    group_ = file_.open_group(file_.id(), where_, where_);
    choose_rows();
  }

  void read_into(System& system) {
    system.step = iteration_.step;
    system.time = iteration_.time;
    system.box = openpmd::read_box(file_, group_, where_);
    system.particles.resize_owned(static_cast<int>(rows_));
    for (const auto& record : iteration_.records) read_record(record, system.particles);
    check_rows(system.particles);
    system.species = read_species();
  }

  /// What only all ranks together know: if the values are those that were written. Collective.
  void check_hashes() const {
    std::vector<std::uint64_t> found;
    for (const auto& hash : hashes_) found.push_back(hash.found);
    comm_.all_reduce(found.data(), static_cast<int>(found.size()), Op::sum);
    for (std::size_t n = 0; n < found.size(); ++n)
      if (found[n] != hashes_[n].expected)
        file_.fail(hashes_[n].where, "differs from what was written: the file is damaged");
  }

  /// As above: the largest type.
  void check_types(int largest, std::vector<Species>& species) const {
    if (species.empty())
      for (int type = 0; type <= largest && type < static_cast<int>(max_species); ++type)
        species.push_back({std::to_string(type + 1)});
    if (largest >= static_cast<int>(species.size()))
      file_.fail(where_ + "/type", fmt::format("type {} is not among the {} species", largest, species.size()));
  }

 private:
  /// Of a dataset: of all its rows as written, and of this rank's as read.
  struct Hash {
    std::string where;
    std::uint64_t expected, found;
  };

  void choose_rows() {
    const hsize_t ranks = static_cast<hsize_t>(comm_.size()), rank = static_cast<hsize_t>(comm_.rank());
    const auto begin = [&](hsize_t r) { return iteration_.rows / ranks * r + iteration_.rows % ranks * r / ranks; };
    first_ = begin(rank);
    rows_ = begin(rank + 1) - first_;
    double row_bytes = 0.0;
    for (const auto& record : iteration_.records) row_bytes += 16.0 * static_cast<double>(record.components.size());
    if (rows_ > static_cast<hsize_t>(std::numeric_limits<int>::max()) ||
        static_cast<double>(rows_) * row_bytes > static_cast<double>(memory_available()))
      file_.fail(where_, fmt::format("{} particles are too many for {} ranks", iteration_.rows, comm_.size()));
  }

  std::vector<Species> read_species() const {
    std::vector<Species> species;
    if (!h5::has_attribute(group_, "species_names")) return species;
    const auto names = h5::read_strings(group_, "species_names", file_.place(where_));
    if (names.size() > max_species) file_.fail(where_, fmt::format("{} species", names.size()));
    const auto masses = h5::read_numbers<double>(group_, "species_masses", names.size(), file_.place(where_));
    for (std::size_t n = 0; n < names.size(); ++n) {
      if (!(masses[n] > 0.0) || !std::isfinite(masses[n]))
        file_.fail(where_, fmt::format("the mass of species '{}' is {}", names[n], masses[n]));
      species.push_back({names[n], masses[n]});
    }
    return species;
  }

  void read_record(const openpmd::Record& record, Particles& particles) {
    if (record.type == H5T_FLOAT)
      read_column<double>(record, particles);
    else if (record.bytes == 8)
      read_column<std::int64_t>(record, particles);
    else
      read_column<int>(record, particles);
  }

  template <class T>
  void read_column(const openpmd::Record& record, Particles& particles) {
    const int components = static_cast<int>(record.components.size());
    if (!particles.has_column(record.name))
      particles.add<T>(record.name, components, Column::saved | Column::output,
                       openpmd::read_quantity(file_, group_, record.name, where_));
    for (const auto& column : particles.columns()) {
      if (column.name != record.name) continue;
      if (column.components != components || !std::holds_alternative<Array2<T>>(column.data))
        file_.fail(where_ + "/" + record.name, "values of another type or shape were expected");
    }
    std::vector<T> values(record.components.size() * rows_);
    for (std::size_t c = 0; c < record.components.size(); ++c) {
      const std::string name = record.name + (components > 1 ? "/" + record.components[c] : "");
      const std::string where = where_ + "/" + name;
      const h5::Id dataset = file_.open_dataset(group_, name, where);
      file_.read_block(dataset, {first_}, {rows_}, h5::memory_type<T>(), values.data() + c * rows_, where);
      if (h5::has_attribute(dataset, "hash"))
        hashes_.push_back({where, h5::read_number<std::uint64_t>(dataset, "hash", file_.place(where)),
                           hash_values(values.data() + c * rows_, rows_, first_)});
    }
    set_host_rows(particles.get<T>(record.name), rows_, values);
  }

  void check_rows(const Particles& particles) const {
    const auto positions = host_rows(particles.get<double>("position"), rows_);
    const auto images = host_rows(particles.get<int>("image"), rows_);
    const auto ids = host_rows(particles.get<std::int64_t>("id"), rows_);
    const auto types = host_rows(particles.get<int>("type"), rows_);
    const auto fail = [&](const char* record, std::size_t i, const std::string& value) {
      file_.fail(where_ + "/" + record, fmt::format("row {} is {}", first_ + i % rows_, value));
    };
    for (std::size_t i = 0; i < positions.size(); ++i)
      if (!std::isfinite(positions[i])) fail("position", i, std::to_string(positions[i]));
    for (std::size_t i = 0; i < images.size(); ++i)
      if (images[i] < -max_image || images[i] > max_image) fail("image", i, std::to_string(images[i]));
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (ids[i] < 1) fail("id", i, std::to_string(ids[i]));
    for (std::size_t i = 0; i < types.size(); ++i)
      if (types[i] < 0 || types[i] >= static_cast<int>(max_species)) fail("type", i, std::to_string(types[i]));
  }

  Comm comm_;
  h5::Input file_;
  openpmd::Iteration iteration_;
  std::string where_;
  h5::Id group_;
  hsize_t first_ = 0, rows_ = 0;
  std::vector<Hash> hashes_;
};

int largest_type(const Particles& particles) {
  int largest = -1;
  for (const int type : host_rows(particles.get<int>("type"), static_cast<std::size_t>(particles.num_owned())))
    largest = std::max(largest, type);
  return largest;
}

}  // namespace

System read_snapshot(const Comm& comm, const std::string& path, std::int64_t step) {
  System system(comm);
  const auto reader = agree(comm, [&] {
    SnapshotReader opened(comm, path, step);
    opened.read_into(system);
    return opened;
  });
  reader.check_hashes();
  reader.check_types(comm.all_reduce(largest_type(system.particles), Op::max), system.species);
  return system;
}

}  // namespace tessera::data
