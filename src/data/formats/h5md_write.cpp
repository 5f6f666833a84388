#include <fmt/core.h>

#include <algorithm>

#include "base/agree.hpp"
#include "data/formats/h5md.hpp"
#include "data/formats/row_table.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/h5_output.hpp"

namespace tessera::data {

namespace {

constexpr hsize_t chunk_values = hsize_t{1} << 17;  // 1 MiB of doubles
constexpr const char* group_path = "/particles/all";

std::string in_group(const std::string& element) { return std::string(group_path) + "/" + element; }

/// Columns that do not change: written once, as datasets; all others for output as time-dependent groups.
bool is_fixed(std::string_view column) {
  return column == "id" || column == "type" || column == "charge" || column == "molecule";
}

/// Integers of 32 bits in the file.
bool is_short(const RowTable::Field& field) { return field.name == "type" || field.name == "image"; }

/// Unit of a column, for the attribute `unit`; empty for none.
std::string unit_of(const std::string& column, const Units& units) {
  if (column == "position" || column == "edges" || column == "origin") return units.length_unit;
  if (column == "velocity") return units.length_unit + " " + units.time_unit + "-1";
  if (column == "force") return units.energy_unit + " " + units.length_unit + "-1";
  if (column == "mass") return units.mass_unit;
  if (column == "charge") return "e";
  if (column == "time") return units.time_unit;
  return "";
}

}  // namespace

struct H5mdWriter::Impl {
  Comm comm;
  Units units;
  h5::Output file;
  std::int64_t num_frames = 0;
  std::int64_t last_step = 0;
  std::int64_t num_particles = -1;  // none written yet
  std::vector<std::int64_t> ids;    // of this rank's rows

  Impl(const Comm& ranks, const std::string& path, const Units& unit_system)
      : comm(ranks), units(unit_system), file(ranks, path) {}

  void write_metadata(const std::string& title) const;

  void mark_unit(hid_t dataset, const std::string& column) const {
    const std::string unit = unit_of(column, units);
    if (units.name != "lj" && !unit.empty()) h5::write_attribute(dataset, "unit", unit);
  }

  /// Collective. `dims` per frame. The first element that is made owns step and time; all others link to them.
  void create_timed(const std::string& element, const std::vector<hsize_t>& dims, hid_t type,
                    const std::string& column) const {
    const std::string name = in_group(element);
    file.make_group(name);
    std::vector<hsize_t> now{0}, most{H5S_UNLIMITED}, chunk{1};
    hsize_t row_values = 1;
    for (std::size_t d = 1; d < dims.size(); ++d) row_values *= dims[d];
    for (std::size_t d = 0; d < dims.size(); ++d) {
      now.push_back(dims[d]);
      most.push_back(dims[d]);
      chunk.push_back(std::max<hsize_t>(1, d == 0 ? std::min(dims[0], chunk_values / row_values) : dims[d]));
    }
    mark_unit(file.make_dataset(name + "/value", type, now, most, chunk), column);
    for (const char* shared : {"/step", "/time"}) {
      if (element != "position")
        file.make_link(in_group("position") + shared, name + shared);
      else if (std::string_view(shared) == "/step")
        file.make_dataset(name + shared, H5T_STD_I64LE, {0}, {H5S_UNLIMITED}, {4096});
      else
        mark_unit(file.make_dataset(name + shared, H5T_IEEE_F64LE, {0}, {H5S_UNLIMITED}, {4096}), "time");
    }
  }

  /// Collective. A dataset with one value a particle.
  h5::Id create_fixed(const std::string& element, hid_t type, const std::string& column) const {
    const auto rows = static_cast<hsize_t>(num_particles);
    h5::Id dataset = file.make_dataset(in_group(element), type, {rows}, {rows},
                                       {std::max<hsize_t>(1, std::min(rows, chunk_values))});
    mark_unit(dataset, column);
    return dataset;
  }

  std::vector<double> reals(const RowTable& table, int word, int components) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < table.num_rows(); ++i)
      for (int c = 0; c < components; ++c) values.push_back(table.row(i)[word + c].real);
    return values;
  }
  std::vector<std::int64_t> integers(const RowTable& table, int word, int components) const {
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < table.num_rows(); ++i)
      for (int c = 0; c < components; ++c) values.push_back(table.row(i)[word + c].integer);
    return values;
  }

  void write_rows(const RowTable& table, const RowTable::Field& field, const std::string& name, bool is_timed,
                  hsize_t first) const {
    std::vector<hsize_t> start{first, 0}, count{table.num_rows(), static_cast<hsize_t>(field.components)};
    if (field.components == 1) {
      start.pop_back();
      count.pop_back();
    }
    if (is_timed) {
      start.insert(start.begin(), static_cast<hsize_t>(num_frames));
      count.insert(count.begin(), 1);
    }
    if (field.kind == RowTable::Kind::real) {
      const auto values = reals(table, field.first, field.components);
      file.write_block(name, start, count, H5T_NATIVE_DOUBLE, values.data());
    } else {
      // In the type of the file: a conversion would break collective writing, which checksums need.
      const auto values = integers(table, field.first, field.components);
      if (is_short(field)) {
        const std::vector<int> narrow(values.begin(), values.end());
        file.write_block(name, start, count, H5T_NATIVE_INT, narrow.data());
      } else {
        file.write_block(name, start, count, H5T_NATIVE_INT64, values.data());
      }
    }
  }

  void begin_particles(const RowTable& table, const Box& box, const std::vector<Species>& species, hsize_t first) const;
  void describe_species(const RowTable& table, const std::vector<Species>& species, hsize_t first) const;
  void check_same_particles(const RowTable& table) const;
  void write_frame(const RowTable& table, const Box& box, std::int64_t step, double time, hsize_t first) const;
  void resume(std::int64_t wanted_step);
  void read_ids(const h5::Input& input);
};

void H5mdWriter::Impl::write_metadata(const std::string& title) const {
  const h5::Id h5md = file.make_group("/h5md");
  h5::write_attribute(h5md, "version", std::vector<int>{1, 1});
  if (!title.empty()) h5::write_attribute(h5md, "title", title);
  h5::write_attribute(file.make_group("/h5md/author"), "name", std::string("unknown"));
  const h5::Id creator = file.make_group("/h5md/creator");
  h5::write_attribute(creator, "name", std::string("Tessera"));
  h5::write_attribute(creator, "version", std::string(TESSERA_VERSION));
  if (units.name != "lj") {
    file.make_group("/h5md/modules");
    h5::write_attribute(file.make_group("/h5md/modules/units"), "version", std::vector<int>{1, 0});
  }
  file.make_group("/particles");
  file.make_group(group_path);
}

/// Collective. The first frame decides on particles and columns.
void H5mdWriter::Impl::begin_particles(const RowTable& table, const Box& box, const std::vector<Species>& species,
                                       hsize_t first) const {
  const auto rows = static_cast<hsize_t>(num_particles);
  create_timed("position", {rows, 3}, H5T_IEEE_F64LE, "position");
  const h5::Id group = file.make_group(in_group("box"));
  h5::write_attribute(group, "dimension", 3);
  std::vector<std::string> boundary;
  for (const bool periodic : box.is_periodic) boundary.emplace_back(periodic ? "periodic" : "none");
  h5::write_attribute(group, "boundary", boundary);
  create_timed("box/edges", {3, 3}, H5T_IEEE_F64LE, "edges");
  create_timed("box/origin", {3}, H5T_IEEE_F64LE, "origin");

  for (const auto& field : table.fields()) {
    if (field.name == "position") continue;
    const hid_t type = field.kind == RowTable::Kind::real ? H5T_IEEE_F64LE
                       : is_short(field)                  ? H5T_STD_I32LE
                                                          : H5T_STD_I64LE;
    std::vector<hsize_t> dims{rows};
    if (field.components > 1) dims.push_back(static_cast<hsize_t>(field.components));
    const std::string element = field.name == "type" ? "species" : field.name;
    if (is_fixed(field.name)) {
      create_fixed(element, type, field.name);
      write_rows(table, field, in_group(element), false, first);
    } else {
      create_timed(element, dims, type, field.name);
    }
  }
  if (!species.empty()) describe_species(table, species, first);
}

void H5mdWriter::Impl::describe_species(const RowTable& table, const std::vector<Species>& species,
                                        hsize_t first) const {
  std::vector<std::string> names;
  std::vector<double> masses;
  for (const auto& one : species) {
    names.push_back(one.name);
    masses.push_back(one.mass);
  }
  const h5::Id dataset = file.open_dataset(in_group("species"));
  h5::write_attribute(dataset, "names", names);
  h5::write_attribute(dataset, "masses", masses);
  const auto mass_of_row = agree(comm, [&] {
    std::vector<double> values;
    for (const auto type : integers(table, table.first_word("type"), 1))
      values.push_back(masses.at(static_cast<std::size_t>(type)));
    return values;
  });
  create_fixed("mass", H5T_IEEE_F64LE, "mass");
  file.write_block(in_group("mass"), {first}, {mass_of_row.size()}, H5T_NATIVE_DOUBLE, mass_of_row.data());
}

/// Collective. Step and time come last: a frame without them does not exist.
void H5mdWriter::Impl::write_frame(const RowTable& table, const Box& box, std::int64_t step, double time,
                                   hsize_t first) const {
  const auto frame = static_cast<hsize_t>(num_frames);
  for (const auto& field : table.fields()) {
    if (is_fixed(field.name)) continue;
    const std::string name = in_group(field.name) + "/value";
    file.resize(name, frame + 1);
    write_rows(table, field, name, true, first);
  }
  for (const char* element : {"box/edges/value", "box/origin/value", "position/time", "position/step"})
    file.resize(in_group(element), frame + 1);
  const hsize_t one = comm.is_root() ? 1 : 0;
  file.write_block(in_group("box/edges/value"), {frame, 0, 0}, {one, 3, 3}, H5T_NATIVE_DOUBLE, &box.cell[0][0]);
  file.write_block(in_group("box/origin/value"), {frame, 0}, {one, 3}, H5T_NATIVE_DOUBLE, &box.origin[0]);
  file.write_block(in_group("position/time"), {frame}, {one}, H5T_NATIVE_DOUBLE, &time);
  file.write_block(in_group("position/step"), {frame}, {one}, H5T_NATIVE_INT64, &step);
}

void H5mdWriter::Impl::check_same_particles(const RowTable& table) const {
  agree(comm, [&] {
    bool is_same = table.num_rows() == ids.size();
    for (std::size_t i = 0; is_same && i < ids.size(); ++i) is_same = table.id(i) == ids[i];
    if (!is_same)
      throw Error::input(
          fmt::format("{}: the particles are not those of its first frame: their number or ids differ", file.path()));
  });
}

namespace {

/// All time-dependent datasets below the group of particles.
std::vector<std::string> timed_values(hid_t file) {
  std::vector<std::string> names;
  const auto take = [](hid_t group, const char* name, const H5L_info_t*, void* target) -> herr_t {
    const std::string text = name;
    if (text.size() > 6 && text.substr(text.size() - 6) == "/value" &&
        H5Lexists(group, (text.substr(0, text.size() - 6) + "/step").c_str(), H5P_DEFAULT) > 0)
      static_cast<std::vector<std::string>*>(target)->push_back(std::string(group_path) + "/" + text);
    return 0;
  };
  const h5::Id group(H5Gopen2(file, group_path, H5P_DEFAULT), H5Gclose);
  if (group.is_open()) H5Lvisit(group, H5_INDEX_NAME, H5_ITER_INC, take, &names);
  return names;
}

}  // namespace

/// Collective. Opens the file and keeps the frames up to a step; a frame that was not finished goes too.
void H5mdWriter::Impl::resume(std::int64_t wanted_step) {
  const std::string step_path = in_group("position/step");
  std::vector<std::string> values;
  agree(comm, [&] {
    const h5::Input input(file.path());
    for (const char* needed : {"/h5md", "/particles", group_path})
      if (!h5::Input::has(input.id(), needed))
        throw Error::input(fmt::format("{}: cannot be continued: there is no group {}", file.path(), needed));
    if (!h5::Input::has(input.id(), in_group("position"))) return;  // no frame yet
    const h5::Id dataset = input.open_dataset(input.id(), step_path, step_path);
    const auto dims = h5::extents(dataset);
    if (dims.size() != 1) input.fail(step_path, "one step for each frame was expected");
    std::vector<std::int64_t> steps(dims[0]);
    input.read_block(dataset, {0}, dims, H5T_NATIVE_INT64, steps.data(), step_path);
    num_frames = std::upper_bound(steps.begin(), steps.end(), wanted_step) - steps.begin();
    if (num_frames > 0) last_step = steps[static_cast<std::size_t>(num_frames) - 1];
    values = timed_values(input.id());
    values.push_back(step_path);
    values.push_back(in_group("position/time"));
    read_ids(input);
  });
  file.open();
  for (const auto& name : values) file.resize(name, static_cast<hsize_t>(num_frames));
}

/// This rank's share of the ids in the file.
void H5mdWriter::Impl::read_ids(const h5::Input& input) {
  const std::string path = in_group("id");
  const h5::Id dataset = input.open_dataset(input.id(), path, path);
  const auto dims = h5::extents(dataset);
  if (dims.size() != 1) input.fail(path, "one id for each particle was expected");
  const hsize_t ranks = static_cast<hsize_t>(comm.size()), rank = static_cast<hsize_t>(comm.rank());
  const auto begin = [&](hsize_t r) { return dims[0] / ranks * r + dims[0] % ranks * r / ranks; };
  num_particles = static_cast<std::int64_t>(dims[0]);
  ids.resize(begin(rank + 1) - begin(rank));
  input.read_block(dataset, {begin(rank)}, {ids.size()}, H5T_NATIVE_INT64, ids.data(), path);
}

H5mdWriter::H5mdWriter(const Comm& comm, const std::string& path, const Units& units, const std::string& title,
                       bool resuming, std::int64_t last_step)
    : impl_(std::make_unique<Impl>(comm, path, units)) {
  if (resuming) {
    impl_->resume(last_step);
  } else {
    impl_->file.create();
    impl_->write_metadata(title);
  }
}

H5mdWriter::~H5mdWriter() = default;

void H5mdWriter::write(std::int64_t step, double time, const Box& box, const Particles& particles,
                       const std::vector<Species>& species) {
  auto& impl = *impl_;
  if (impl.num_frames > 0 && step <= impl.last_step)
    throw Error::internal(
        fmt::format("{}: a frame of step {} after one of step {}", impl.file.path(), step, impl.last_step));
  std::vector<std::string> columns;
  for (const auto& column : particles.columns())
    if (has(column.flags, Column::output)) columns.push_back(column.name);
  RowTable table = rows_of(particles, columns);
  sort_by_id(impl.comm, table);
  check_finite(impl.comm, table);
  const auto rows = static_cast<std::int64_t>(table.num_rows());
  const auto first = static_cast<hsize_t>(impl.comm.exclusive_sum(rows));
  if (impl.num_particles < 0) {
    impl.num_particles = impl.comm.all_reduce(rows, Op::sum);
    impl.ids = impl.integers(table, 0, 1);
    impl.begin_particles(table, box, species, first);
  }
  impl.check_same_particles(table);
  impl.write_frame(table, box, step, time, first);
  impl.file.flush();
  ++impl.num_frames;
  impl.last_step = step;
}

void H5mdWriter::close() { impl_->file.close(); }

std::int64_t H5mdWriter::num_frames() const { return impl_->num_frames; }

}  // namespace tessera::data
