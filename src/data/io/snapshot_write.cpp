#include <algorithm>
#include <type_traits>

#include "base/agree.hpp"
#include "data/io/hash.hpp"
#include "data/io/host_rows.hpp"
#include "data/io/openpmd.hpp"
#include "data/io/series_file.hpp"
#include "data/io/snapshot.hpp"
#include "data/io/xdmf.hpp"

namespace tessera::data {

namespace {

bool is_written(const ColumnInfo& column) {
  return has(column.flags, Column::output) || column.name == "id" || column.name == "type";
}

/// Rows of this rank among all.
struct Rows {
  hsize_t first = 0, count = 0, total = 0;
};

}  // namespace

struct SnapshotSeries::Impl : SeriesFile {
  Impl(const Comm& ranks, const std::string& place, const Units& unit_system)
      : SeriesFile(ranks, place, "particles", unit_system) {}

  std::string write_particles(std::int64_t step, double time, const Box& box, const Particles& particles,
                              const std::vector<Species>& species, const Rows& rows);
  openpmd::Record write_column(const std::string& parent, const ColumnInfo& column, const Rows& rows);
  void write_rows(hid_t dataset, hid_t type, const void* values, const Rows& rows) {
    write_values(dataset, type, values, {rows.first}, {rows.count}, rows.total);
  }
  void write_offset(const std::string& parent, const Rows& rows) const;
  void write_patches(const std::string& parent, const Particles& particles, const Rows& rows);
  template <class T>
  h5::Id write_patch(const std::string& path, T value);
  void describe_particles(const std::string& group, const Box& box, const std::vector<Species>& species) const;
};

std::string SnapshotSeries::Impl::write_particles(std::int64_t step, double time, const Box& box,
                                                  const Particles& particles, const std::vector<Species>& species,
                                                  const Rows& rows) {
  const std::string group = openpmd::particles_path(step);
  openpmd::Iteration iteration{step, time, rows.total, {}};
  describe_particles(group, box, species);
  for (const auto& column : particles.columns())
    if (is_written(column)) iteration.records.push_back(write_column(group, column, rows));
  write_offset(group + "/positionOffset", rows);
  write_patches(group + "/particlePatches", particles, rows);
  return xdmf_grid("particles.h5", iteration);
}

void SnapshotSeries::Impl::describe_particles(const std::string& path, const Box& box,
                                              const std::vector<Species>& species) const {
  const h5::Id group = file.make_group(path);
  agree(comm, [&] {
    openpmd::write_box(group, box);
    std::vector<double> masses;
    std::vector<std::string> names;
    for (const auto& one : species) {
      names.push_back(one.name);
      masses.push_back(one.mass);
    }
    if (species.empty()) return;
    h5::write_attribute(group, "species_names", names);
    h5::write_attribute(group, "species_masses", masses);
  });
}

openpmd::Record SnapshotSeries::Impl::write_column(const std::string& parent, const ColumnInfo& column,
                                                   const Rows& rows) {
  const std::string path = parent + "/" + column.name;
  const auto unit = openpmd::unit_of(column.unit.empty() ? column.name : column.unit, units);
  openpmd::Record record{column.name, openpmd::component_names(column.components)};
  const auto mark = [&](hid_t object) {
    openpmd::mark_record(object, unit);
    if (!column.unit.empty()) h5::write_attribute(object, "quantity", column.unit);
  };
  h5::Id group;
  if (column.components > 1) {
    group = file.make_group(path);
    agree(comm, [&] { mark(group); });
  }
  std::visit(
      [&](const auto& view) {
        using T = typename std::decay_t<decltype(view)>::non_const_value_type;
        // Ids are positive, and unsigned in the standard.
        using Stored = std::conditional_t<std::is_same_v<T, std::int64_t>, std::uint64_t, T>;
        const bool is_id = column.name == "id";
        record.type = std::is_same_v<T, double> ? H5T_FLOAT : H5T_INTEGER;
        record.bytes = sizeof(T);
        record.is_unsigned = is_id;
        const HostColumn<T> values(view);
        for (std::size_t c = 0; c < record.components.size(); ++c) {
          const std::string place = path + (column.components > 1 ? "/" + record.components[c] : "");
          const h5::Id dataset =
              file.make_fixed_dataset(place, is_id ? h5::file_type<Stored>() : h5::file_type<T>(), {rows.total});
          const T* begin = values.data() + c * values.stride();
          const std::uint64_t hash = comm.all_reduce(hash_values(begin, rows.count, rows.first), Op::sum);
          agree(comm, [&] {
            if (column.components == 1) mark(dataset);
            h5::write_attribute(dataset, "unitSI", unit.si);
            h5::write_attribute(dataset, "hash", hash);
          });
          write_rows(dataset, is_id ? h5::memory_type<Stored>() : h5::memory_type<T>(), begin, rows);
        }
      },
      column.data);
  return record;
}

/// Collective. Constants: attributes of groups.
void SnapshotSeries::Impl::write_offset(const std::string& path, const Rows& rows) const {
  const auto unit = openpmd::unit_of("length", units);
  const h5::Id group = file.make_group(path);
  agree(comm, [&] { openpmd::mark_record(group, unit); });
  for (const auto& component : openpmd::component_names(3)) {
    const h5::Id constant = file.make_group(path + "/" + component);
    agree(comm, [&] {
      h5::write_attribute(constant, "value", 0.0);
      h5::write_attribute(constant, "shape", std::vector<std::uint64_t>{rows.total});
      h5::write_attribute(constant, "unitSI", unit.si);
    });
  }
}

/// Collective. One value a rank.
template <class T>
h5::Id SnapshotSeries::Impl::write_patch(const std::string& path, T value) {
  const auto rank = static_cast<hsize_t>(comm.rank()), ranks = static_cast<hsize_t>(comm.size());
  h5::Id dataset = file.make_fixed_dataset(path, h5::file_type<T>(), {ranks});
  write_rows(dataset, h5::memory_type<T>(), &value, {rank, 1, ranks});
  return dataset;
}

/// Collective. The rows of each rank and the box around its particles.
void SnapshotSeries::Impl::write_patches(const std::string& path, const Particles& particles, const Rows& rows) {
  const auto unit = openpmd::unit_of("length", units);
  const HostColumn<double> values(particles.get<double>("position"));
  file.make_group(path);
  write_patch<std::uint64_t>(path + "/numParticles", rows.count);
  write_patch<std::uint64_t>(path + "/numParticlesOffset", rows.first);
  const auto mark = [&](const std::string& record) {
    const h5::Id group = file.make_group(path + record);
    agree(comm, [&] {
      h5::write_attribute(group, "unitDimension", std::vector<double>(unit.dimension.begin(), unit.dimension.end()));
    });
  };
  mark("/offset");
  mark("/extent");
  const auto components = openpmd::component_names(3);
  for (std::size_t c = 0; c < components.size(); ++c) {
    const double* begin = values.data() + c * values.stride();
    const auto [low, high] = std::minmax_element(begin, begin + rows.count);
    const double offset = rows.count > 0 ? *low : 0.0, extent = rows.count > 0 ? *high - *low : 0.0;
    const h5::Id first = write_patch(path + "/offset/" + components[c], offset);
    const h5::Id second = write_patch(path + "/extent/" + components[c], extent);
    agree(comm, [&] {
      h5::write_attribute(first, "unitSI", unit.si);
      h5::write_attribute(second, "unitSI", unit.si);
    });
  }
}

SnapshotSeries::SnapshotSeries(const Comm& comm, const std::string& folder, const Units& units, const std::string& deck,
                               bool resuming, std::int64_t last_step)
    : impl_(std::make_unique<Impl>(comm, folder, units)) {
  impl_->begin(deck, resuming, last_step, [](const h5::Input& file, std::int64_t step) {
    return xdmf_grid("particles.h5", openpmd::describe(file, step));
  });
}

SnapshotSeries::~SnapshotSeries() = default;

void SnapshotSeries::write(std::int64_t step, double time, double dt, const Box& box, const Particles& particles,
                           const std::vector<Species>& species) {
  const auto count = static_cast<std::int64_t>(particles.num_owned());
  const Rows rows{static_cast<hsize_t>(impl_->comm.exclusive_sum(count)), static_cast<hsize_t>(count),
                  static_cast<hsize_t>(impl_->comm.all_reduce(count, Op::sum))};
  std::size_t row_bytes = 0;
  for (const auto& column : particles.columns())
    if (is_written(column)) row_bytes += 8 * static_cast<std::size_t>(column.components);
  impl_->write(step, time, dt, static_cast<std::int64_t>(rows.total * row_bytes),
               [&] { return impl_->write_particles(step, time, box, particles, species, rows); });
}

void SnapshotSeries::close() { impl_->close(); }

std::int64_t SnapshotSeries::bytes_written() const { return impl_->bytes; }

}  // namespace tessera::data
