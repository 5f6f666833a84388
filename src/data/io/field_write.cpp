#include <fmt/core.h>

#include <algorithm>

#include "base/agree.hpp"
#include "data/io/field_series.hpp"
#include "data/io/hash.hpp"
#include "data/io/host_blocks.hpp"
#include "data/io/openpmd.hpp"
#include "data/io/series_file.hpp"
#include "data/io/xdmf.hpp"

namespace tessera::data {

namespace {

void check_fields(const std::vector<const Field*>& fields) {
  if (fields.empty()) throw Error::internal("a snapshot of no fields");
  for (std::size_t n = 1; n < fields.size(); ++n) {
    if (!fields[n]->mesh().is_same_as(fields[0]->mesh()))
      throw Error::internal(fmt::format("a snapshot of fields '{}' and '{}', which lie on two meshes",
                                        fields[0]->name(), fields[n]->name()));
    for (std::size_t k = 0; k < n; ++k)
      if (fields[k]->name() == fields[n]->name())
        throw Error::internal(fmt::format("a snapshot of two fields named '{}'", fields[n]->name()));
  }
}

/// z, y, x.
openpmd::MeshIteration describe(std::int64_t step, double time, const Mesh& mesh) {
  openpmd::MeshIteration iteration{step, time, FileBlock(mesh).dims, {}, {}, mesh.position(), {}};
  for (int d = mesh.dimensions() - 1; d >= 0; --d) {
    iteration.spacing.push_back(mesh.spacing(d));
    iteration.offset.push_back(mesh.box().origin[d]);
  }
  return iteration;
}

}  // namespace

struct FieldSeries::Impl : SeriesFile {
  Impl(const Comm& ranks, const std::string& place, const Units& unit_system)
      : SeriesFile(ranks, place, "fields", unit_system) {}

  std::string write_fields(std::int64_t step, double time, const std::vector<const Field*>& fields);
  openpmd::Record write_field(const Field& field, const std::string& path, const openpmd::MeshIteration& mesh);
  void mark_mesh(hid_t object, const Field& field, const openpmd::MeshIteration& mesh) const;
};

std::string FieldSeries::Impl::write_fields(std::int64_t step, double time, const std::vector<const Field*>& fields) {
  auto iteration = describe(step, time, fields[0]->mesh());
  const h5::Id group = file.make_group(openpmd::meshes_path(step));
  agree(comm, [&] { openpmd::write_box(group, fields[0]->mesh().box()); });
  for (const Field* field : fields)
    iteration.records.push_back(write_field(*field, openpmd::meshes_path(step) + "/" + field->name(), iteration));
  return xdmf_grid("fields.h5", iteration);
}

/// Local. What a mesh record has.
void FieldSeries::Impl::mark_mesh(hid_t object, const Field& field, const openpmd::MeshIteration& mesh) const {
  const auto axes = mesh.dims.size();
  const std::vector<std::string> labels{"z", "y", "x"};
  openpmd::mark_record(object, openpmd::unit_of(field.unit(), units));
  h5::write_attribute(object, "geometry", std::string("cartesian"));
  h5::write_attribute(object, "dataOrder", std::string("C"));
  h5::write_attribute(object, "axisLabels",
                      std::vector<std::string>(labels.end() - static_cast<std::ptrdiff_t>(axes), labels.end()));
  h5::write_attribute(object, "gridSpacing", mesh.spacing);
  h5::write_attribute(object, "gridGlobalOffset", mesh.offset);
  h5::write_attribute(object, "gridUnitSI", units.si_length);
  if (!field.unit().empty()) h5::write_attribute(object, "quantity", field.unit());
}

openpmd::Record FieldSeries::Impl::write_field(const Field& field, const std::string& path,
                                               const openpmd::MeshIteration& mesh) {
  openpmd::Record record{field.name(), openpmd::component_names(field.components()), H5T_FLOAT, 8, false};
  const auto unit = openpmd::unit_of(field.unit(), units);
  const FileBlock block(field.mesh());
  const auto total = static_cast<hsize_t>(field.mesh().total_cells());
  if (field.components() > 1) {
    const h5::Id group = file.make_group(path);
    agree(comm, [&] { mark_mesh(group, field, mesh); });
  }
  for (int c = 0; c < field.components(); ++c) {
    const std::string& component = record.components[static_cast<std::size_t>(c)];
    const auto values = agree(comm, [&] { return host_block(field, c, 1); });
    const std::uint64_t hash =
        comm.all_reduce(hash_block(values.data(), block.start, block.count, block.dims), Op::sum);
    const h5::Id dataset =
        file.make_fixed_dataset(component.empty() ? path : path + "/" + component, h5::file_type<double>(), block.dims);
    agree(comm, [&] {
      if (field.components() == 1) mark_mesh(dataset, field, mesh);
      h5::write_attribute(dataset, "unitSI", unit.si);
      h5::write_attribute(dataset, "position", std::vector<double>(mesh.dims.size(), mesh.position));
      h5::write_attribute(dataset, "hash", hash);
    });
    write_values(dataset, h5::memory_type<double>(), values.data(), block.start, block.count, total);
  }
  return record;
}

FieldSeries::FieldSeries(const Comm& comm, const std::string& folder, const Units& units, const std::string& deck,
                         bool resuming, std::int64_t last_step)
    : impl_(std::make_unique<Impl>(comm, folder, units)) {
  impl_->begin(deck, resuming, last_step, [](const h5::Input& file, std::int64_t step) {
    return xdmf_grid("fields.h5", openpmd::describe_meshes(file, step));
  });
}

FieldSeries::~FieldSeries() = default;

void FieldSeries::write(std::int64_t step, double time, double dt, const std::vector<const Field*>& fields) {
  check_fields(fields);
  std::int64_t values = 0;
  for (const Field* field : fields) values += field->mesh().total_cells() * field->components();
  impl_->write(step, time, dt, values * static_cast<std::int64_t>(sizeof(double)),
               [&] { return impl_->write_fields(step, time, fields); });
}

void FieldSeries::close() { impl_->close(); }

std::int64_t FieldSeries::bytes_written() const { return impl_->bytes; }

}  // namespace tessera::data
