#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <type_traits>
#include <utility>

#include "base/agree.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/hash.hpp"
#include "data/io/host_rows.hpp"
#include "data/io/openpmd.hpp"
#include "data/io/snapshot.hpp"
#include "data/io/xdmf.hpp"

namespace tessera::data {

namespace {

constexpr const char* file_name = "particles.h5";
constexpr std::int64_t spare_bytes = std::int64_t{1} << 20;

/// The same on all ranks.
std::string date_now(const Comm& comm) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::string text(64, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S +0000", &utc));
  comm.broadcast(text);
  return text;
}

bool is_written(const ColumnInfo& column) {
  return has(column.flags, Column::output) || column.name == "id" || column.name == "type";
}

void mark_record(hid_t object, const openpmd::PhysicalUnit& unit) {
  h5::write_attribute(object, "unitDimension", std::vector<double>(unit.dimension.begin(), unit.dimension.end()));
  h5::write_attribute(object, "timeOffset", 0.0);
}

/// Rows of this rank among all.
struct Rows {
  hsize_t first = 0, count = 0, total = 0;
};

}  // namespace

struct SnapshotSeries::Impl {
  Comm comm;
  Units units;
  std::string folder;
  h5::Output file;
  std::vector<openpmd::Iteration> iterations;  // the same on all ranks
  std::int64_t bytes = 0;

  Impl(const Comm& ranks, const std::string& place, const Units& unit_system)
      : comm(ranks), units(unit_system), folder(place), file(ranks, place + "/" + file_name) {}

  void write_metadata(const std::string& deck);
  void resume(std::int64_t last_step);
  void write_iteration(std::int64_t step, double time, double dt, const Box& box, const Particles& particles,
                       const std::vector<Species>& species);
  openpmd::Record write_column(const std::string& parent, const ColumnInfo& column, const Rows& rows);
  void write_values(hid_t dataset, hid_t type, const void* values, const Rows& rows);
  void write_offset(const std::string& parent, const Rows& rows) const;
  void write_patches(const std::string& parent, const Particles& particles, const Rows& rows);
  template <class T>
  h5::Id write_patch(const std::string& name, T value);
  void describe_particles(const std::string& group, const Box& box, const std::vector<Species>& species) const;
  void reserve_room(const Particles& particles, const Rows& rows) const;
  void write_xdmf();
  void drop(std::int64_t step);
};

/// Collective.
void SnapshotSeries::Impl::write_metadata(const std::string& deck) {
  const std::string date = date_now(comm);
  agree(comm, [&] {
    const h5::Id root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose);
    const std::pair<const char*, std::string> texts[] = {{"openPMD", "1.1.0"},
                                                         {"basePath", "/data/%T/"},
                                                         {"meshesPath", "meshes/"},
                                                         {"particlesPath", "particles/"},
                                                         {"iterationEncoding", "groupBased"},
                                                         {"iterationFormat", "/data/%T/"},
                                                         {"software", "Tessera"},
                                                         {"softwareVersion", TESSERA_VERSION},
                                                         {"date", date},
                                                         {"unitSystem", units.name}};
    for (const auto& [name, text] : texts) h5::write_attribute(root, name, text);
    h5::write_attribute(root, "openPMDextension", 0U);
  });
  file.make_group(openpmd::iterations_path);
  if (deck.empty()) return;
  const h5::Id dataset = file.make_fixed_dataset("/deck", H5T_STD_U8LE, {deck.size()});
  write_values(dataset, H5T_NATIVE_UCHAR, deck.data(), {0, comm.is_root() ? deck.size() : 0, deck.size()});
}

/// Collective. What was not finished, or lies behind the step, is dropped, from the XDMF first: it never tells of more
/// than there is.
void SnapshotSeries::Impl::resume(std::int64_t last_step) {
  std::vector<std::int64_t> dropped;
  agree(comm, [&] {
    const h5::Input input(file.path());
    openpmd::require_openpmd(input);
    for (const auto step : openpmd::list_steps(input)) {
      if (step <= last_step && openpmd::is_finished(input, step))
        iterations.push_back(openpmd::describe(input, step));
      else
        dropped.push_back(step);
    }
  });
  write_xdmf();
  file.open();
  for (const auto step : dropped) file.remove_link(openpmd::iteration_path(step));
  file.flush();
}

/// Collective. A full disk is found here, where all ranks can still turn back, rather than inside the library.
void SnapshotSeries::Impl::reserve_room(const Particles& particles, const Rows& rows) const {
  std::size_t row_bytes = 0;
  for (const auto& column : particles.columns())
    if (is_written(column)) row_bytes += 8 * static_cast<std::size_t>(column.components);
  agree(comm, [&] {
    if (comm.is_root()) reserve_space(file.path(), static_cast<std::int64_t>(rows.total * row_bytes) + spare_bytes);
  });
}

/// Collective. The time comes last: an iteration without it is not finished.
void SnapshotSeries::Impl::write_iteration(std::int64_t step, double time, double dt, const Box& box,
                                           const Particles& particles, const std::vector<Species>& species) {
  const auto count = static_cast<std::int64_t>(particles.num_owned());
  const Rows rows{static_cast<hsize_t>(comm.exclusive_sum(count)), static_cast<hsize_t>(count),
                  static_cast<hsize_t>(comm.all_reduce(count, Op::sum))};
  reserve_room(particles, rows);
  const std::string group = openpmd::particles_path(step);
  openpmd::Iteration iteration{step, time, rows.total, {}};
  describe_particles(group, box, species);
  for (const auto& column : particles.columns())
    if (is_written(column)) iteration.records.push_back(write_column(group, column, rows));
  write_offset(group + "/positionOffset", rows);
  write_patches(group + "/particlePatches", particles, rows);
  agree(comm, [&] {
    const h5::Id opened(H5Gopen2(file.id(), openpmd::iteration_path(step).c_str(), H5P_DEFAULT), H5Gclose);
    h5::write_attribute(opened, "time", time);
    h5::write_attribute(opened, "dt", dt);
    h5::write_attribute(opened, "timeUnitSI", units.si_time);
  });
  file.flush();
  iterations.push_back(std::move(iteration));
}

void SnapshotSeries::Impl::describe_particles(const std::string& name, const Box& box,
                                              const std::vector<Species>& species) const {
  const h5::Id group = file.make_group(name);
  agree(comm, [&] {
    std::vector<double> vectors, masses;
    std::vector<int> periodic;
    std::vector<std::string> names;
    for (const auto& vector : box.cell) vectors.insert(vectors.end(), vector, vector + 3);
    for (const bool side : box.is_periodic) periodic.push_back(side ? 1 : 0);
    for (const auto& one : species) {
      names.push_back(one.name);
      masses.push_back(one.mass);
    }
    h5::write_attribute(group, "box_origin", std::vector<double>{box.origin[0], box.origin[1], box.origin[2]});
    h5::write_attribute(group, "box_vectors", vectors, {3, 3});
    h5::write_attribute(group, "box_periodic", periodic);
    if (species.empty()) return;
    h5::write_attribute(group, "species_names", names);
    h5::write_attribute(group, "species_masses", masses);
  });
}

void SnapshotSeries::Impl::write_values(hid_t dataset, hid_t type, const void* values, const Rows& rows) {
  if (rows.total > 0) file.write_block(dataset, {rows.first}, {rows.count}, type, values);
  bytes += static_cast<std::int64_t>(rows.total * H5Tget_size(type));
}

openpmd::Record SnapshotSeries::Impl::write_column(const std::string& parent, const ColumnInfo& column,
                                                   const Rows& rows) {
  const std::string path = parent + "/" + column.name;
  const auto unit = openpmd::unit_of(column.unit.empty() ? column.name : column.unit, units);
  openpmd::Record record{column.name, openpmd::component_names(column.components)};
  const auto mark = [&](hid_t object) {
    mark_record(object, unit);
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
          const std::string name = path + (column.components > 1 ? "/" + record.components[c] : "");
          const h5::Id dataset =
              file.make_fixed_dataset(name, is_id ? h5::file_type<Stored>() : h5::file_type<T>(), {rows.total});
          const T* begin = values.data() + c * values.stride();
          const std::uint64_t hash = comm.all_reduce(hash_values(begin, rows.count, rows.first), Op::sum);
          agree(comm, [&] {
            if (column.components == 1) mark(dataset);
            h5::write_attribute(dataset, "unitSI", unit.si);
            h5::write_attribute(dataset, "hash", hash);
          });
          write_values(dataset, is_id ? h5::memory_type<Stored>() : h5::memory_type<T>(), begin, rows);
        }
      },
      column.data);
  return record;
}

/// Collective. Constants: attributes of groups.
void SnapshotSeries::Impl::write_offset(const std::string& name, const Rows& rows) const {
  const auto unit = openpmd::unit_of("length", units);
  const h5::Id group = file.make_group(name);
  agree(comm, [&] { mark_record(group, unit); });
  for (const auto& component : openpmd::component_names(3)) {
    const h5::Id constant = file.make_group(name + "/" + component);
    agree(comm, [&] {
      h5::write_attribute(constant, "value", 0.0);
      h5::write_attribute(constant, "shape", std::vector<std::uint64_t>{rows.total});
      h5::write_attribute(constant, "unitSI", unit.si);
    });
  }
}

/// Collective. One value a rank.
template <class T>
h5::Id SnapshotSeries::Impl::write_patch(const std::string& name, T value) {
  const auto rank = static_cast<hsize_t>(comm.rank()), ranks = static_cast<hsize_t>(comm.size());
  h5::Id dataset = file.make_fixed_dataset(name, h5::file_type<T>(), {ranks});
  write_values(dataset, h5::memory_type<T>(), &value, {rank, 1, ranks});
  return dataset;
}

/// Collective. The rows of each rank and the box around its particles.
void SnapshotSeries::Impl::write_patches(const std::string& name, const Particles& particles, const Rows& rows) {
  const auto unit = openpmd::unit_of("length", units);
  const HostColumn<double> values(particles.get<double>("position"));
  file.make_group(name);
  write_patch<std::uint64_t>(name + "/numParticles", rows.count);
  write_patch<std::uint64_t>(name + "/numParticlesOffset", rows.first);
  const auto mark = [&](const std::string& record) {
    const h5::Id group = file.make_group(name + record);
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
    const h5::Id first = write_patch(name + "/offset/" + components[c], offset);
    const h5::Id second = write_patch(name + "/extent/" + components[c], extent);
    agree(comm, [&] {
      h5::write_attribute(first, "unitSI", unit.si);
      h5::write_attribute(second, "unitSI", unit.si);
    });
  }
}

/// Collective.
void SnapshotSeries::Impl::write_xdmf() {
  agree(comm, [&] {
    if (comm.is_root()) write_text_atomically(folder + "/particles.xdmf", xdmf_text(file_name, iterations));
  });
}

/// Collective. Takes back what was written of an iteration before an error, which counts more than one here.
void SnapshotSeries::Impl::drop(std::int64_t step) {
  try {
    const std::string path = openpmd::iteration_path(step);
    if (file.is_sound() && H5Lexists(file.id(), path.c_str(), H5P_DEFAULT) > 0) file.remove_link(path);
  } catch (const Error&) {
  }
}

SnapshotSeries::SnapshotSeries(const Comm& comm, const std::string& folder, const Units& units, const std::string& deck,
                               bool resuming, std::int64_t last_step)
    : impl_(std::make_unique<Impl>(comm, folder, units)) {
  try {
    if (resuming) {
      impl_->resume(last_step);
    } else {
      impl_->write_xdmf();
      impl_->file.create();
      impl_->write_metadata(deck);
      impl_->file.flush();
    }
  } catch (const Error&) {
    impl_->file.abandon();
    throw;
  }
}

SnapshotSeries::~SnapshotSeries() = default;

void SnapshotSeries::write(std::int64_t step, double time, double dt, const Box& box, const Particles& particles,
                           const std::vector<Species>& species) {
  auto& impl = *impl_;
  const std::int64_t last = impl.iterations.empty() ? -1 : impl.iterations.back().step;
  if (step <= last)
    throw Error::internal(fmt::format("{}: a snapshot of step {} after one of step {}", impl.file.path(), step, last));
  if (!impl.file.is_sound())
    throw Error::io(fmt::format("{}: cannot be written to since an earlier failure", impl.file.path()));
  try {
    impl.write_iteration(step, time, dt, box, particles, species);
  } catch (const Error&) {
    impl.drop(step);
    throw;
  }
  impl.write_xdmf();
}

void SnapshotSeries::close() { impl_->file.close(); }

std::int64_t SnapshotSeries::bytes_written() const { return impl_->bytes; }

}  // namespace tessera::data
