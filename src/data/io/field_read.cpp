#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "data/io/field_series.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/hash.hpp"
#include "data/io/host_blocks.hpp"
#include "data/io/openpmd.hpp"

namespace tessera::data {

namespace {

/// A finished iteration of a file of fields. Nothing here communicates but read.
class FieldReader {
 public:
  FieldReader(const std::string& path, std::int64_t step) : file_(path) {
    openpmd::require_openpmd(file_);
    const auto wanted = openpmd::choose_step(file_, step);
    where_ = openpmd::meshes_path(wanted);
    group_ = file_.open_group(file_.id(), where_, where_);
    iteration_ = openpmd::describe_meshes(file_, wanted);
  }

  const openpmd::MeshIteration& iteration() const { return iteration_; }

  Mesh make_mesh(const Comm& comm) const {
    std::vector<std::int64_t> cells;
    for (auto n = iteration_.dims.rbegin(); n != iteration_.dims.rend(); ++n)
      cells.push_back(static_cast<std::int64_t>(*n));
    const auto centring = iteration_.position == 0.0 ? Centring::node : Centring::cell;
    try {
      return {comm, openpmd::read_box(file_, group_, where_), cells, centring};
    } catch (const Error& error) {
      file_.fail(where_, error.what());
    }
  }

  /// A file of few bytes does not make us allocate more than there is.
  void check_memory(const Mesh& mesh) const {
    double values = 0.0;
    for (const auto& record : iteration_.records) values += static_cast<double>(record.components.size());
    values *= static_cast<double>(mesh.local_cells());
    if (values * sizeof(double) > static_cast<double>(memory_available()))
      file_.fail(where_, fmt::format("{:.0f} values are too many for the memory of this rank", values));
  }

  std::string read_quantity(const openpmd::Record& record) const {
    return openpmd::read_quantity(file_, group_, record.name, where_);
  }

  /// The record that a field is to be filled from, of the same mesh.
  void check(const Field& field) const {
    const Mesh& mesh = field.mesh();
    const std::string here = where_ + "/" + field.name();
    const openpmd::Record* found = nullptr;
    for (const auto& record : iteration_.records)
      if (record.name == field.name()) found = &record;
    if (found == nullptr) file_.fail(where_, fmt::format("there is no field '{}'", field.name()));
    if (static_cast<int>(found->components.size()) != field.components())
      file_.fail(here,
                 fmt::format("has {} component(s); {} were expected", found->components.size(), field.components()));
    const FileBlock block(mesh);
    if (block.dims != iteration_.dims)
      file_.fail(here, fmt::format("is of {} cells; {} were expected", fmt::join(iteration_.dims, " x "),
                                   fmt::join(block.dims, " x ")));
    for (std::size_t n = 0; n < block.dims.size(); ++n) {
      const auto d = static_cast<int>(block.dims.size() - 1 - n);
      const double spacing = mesh.spacing(d), offset = mesh.box().origin[d];
      if (std::abs(iteration_.spacing[n] - spacing) > 1e-12 * spacing ||
          std::abs(iteration_.offset[n] - offset) > 1e-9 * spacing || iteration_.position != mesh.position())
        file_.fail(here,
                   fmt::format("begins at {} along {} with a spacing of {}, values at {} of it; {}, {} and {} were "
                               "expected",
                               iteration_.offset[n], "xyz"[d], iteration_.spacing[n], iteration_.position, offset,
                               spacing, mesh.position()));
    }
  }

  /// Collective.
  void read(const Field& field) const {
    const Comm& comm = field.mesh().comm();
    const FileBlock block(field.mesh());
    const auto components = openpmd::component_names(field.components());
    for (int c = 0; c < field.components(); ++c) {
      const auto& component = components[static_cast<std::size_t>(c)];
      const std::string name = component.empty() ? field.name() : field.name() + "/" + component;
      const std::string here = where_ + "/" + name;
      std::uint64_t expected = 0, found = 0;
      bool has_hash = false;
      agree(comm, [&] {
        std::vector<double> values(block.cells());
        const h5::Id dataset = file_.open_dataset(group_, name, here);
        file_.read_block(dataset, block.start, block.count, h5::memory_type<double>(), values.data(), here);
        has_hash = h5::has_attribute(dataset, "hash");
        if (has_hash) expected = h5::read_number<std::uint64_t>(dataset, "hash", file_.place(here));
        found = hash_block(values.data(), block.start, block.count, block.dims);
        set_host_block(field, c, 1, values);
      });
      if (has_hash && comm.all_reduce(found, Op::sum) != expected)
        file_.fail(here, "differs from what was written: the file is damaged");
    }
  }

 private:
  h5::Input file_;
  std::string where_;
  h5::Id group_;
  openpmd::MeshIteration iteration_;
};

}  // namespace

FieldSnapshot read_fields(const Comm& comm, const std::string& path, int layers, std::int64_t step) {
  const auto [reader, mesh] = agree(comm, [&] {
    FieldReader opened(path, step);
    Mesh found = opened.make_mesh(comm);
    opened.check_memory(found);
    return std::make_pair(std::move(opened), std::move(found));
  });
  FieldSnapshot snapshot;
  snapshot.step = reader.iteration().step;
  snapshot.time = reader.iteration().time;
  for (const auto& record : reader.iteration().records) {
    const auto unit = agree(comm, [&, &here = reader] { return here.read_quantity(record); });
    snapshot.fields.emplace_back(mesh, record.name, static_cast<int>(record.components.size()), layers, unit);
    reader.read(snapshot.fields.back());
    snapshot.fields.back().exchange();
  }
  return snapshot;
}

std::int64_t read_field(const std::string& path, Field& field, std::int64_t step) {
  const auto reader = agree(field.mesh().comm(), [&] {
    FieldReader opened(path, step);
    opened.check(field);
    return opened;
  });
  reader.read(field);
  field.exchange();
  return reader.iteration().step;
}

}  // namespace tessera::data
