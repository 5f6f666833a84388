#include "data/formats/formats.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/agree.hpp"
#include "base/units.hpp"
#include "data/formats/extxyz.hpp"
#include "data/formats/h5md.hpp"
#include "data/formats/lammps_data.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/snapshot.hpp"

namespace tessera::data {

namespace {

constexpr const char* known_formats =
    "extended XYZ (.extxyz, .xyz), LAMMPS data (.data, .lmp, .lammps), H5MD (.h5md, .h5) or an openPMD snapshot (.h5) "
    "was "
    "expected";

std::string extension(const std::string& path) { return lower_case(std::filesystem::path(path).extension().string()); }

bool is_extxyz(const std::string& path) { return extension(path) == ".extxyz" || extension(path) == ".xyz"; }

bool is_lammps_data(const std::string& path) {
  const std::string end = extension(path), name = std::filesystem::path(path).filename().string();
  return end == ".data" || end == ".lmp" || end == ".lammps" || name.rfind("data.", 0) == 0;
}

FileFormat detect_hdf5(const std::string& path) {
  const h5::Input file(path);
  if (h5::Input::has(file.id(), "h5md")) return FileFormat::h5md;
  if (h5::has_attribute(file.id(), "openPMD")) return FileFormat::snapshot;
  throw Error::input(fmt::format("{}: an HDF5 file of another kind; {}", path, known_formats));
}

/// The first two lines, if they are short.
std::string read_beginning(const TextFile& file) {
  std::string text(static_cast<std::size_t>(std::min<std::int64_t>(file.size(), 4096)), '\0');
  text.resize(static_cast<std::size_t>(file.read(0, text.data(), static_cast<std::int64_t>(text.size()))));
  return text.substr(0, text.find('\n', std::min(text.size(), text.find('\n')) + 1));
}

System read_snapshot_step(const Comm& comm, const std::string& path, const ReadOptions& options) {
  if (options.frame >= 0)
    throw Error::input(fmt::format("{}: frames of a snapshot file are chosen by step, not by number", path));
  return read_snapshot(comm, path, options.step);
}

/// Collective. A series is a folder; its one file is taken out of it.
void write_snapshot(const Comm& comm, const std::string& path, const System& system) {
  const std::string folder = path + ".new";
  agree(comm, [&] {
    if (comm.is_root()) make_folder(folder);
  });
  SnapshotSeries series(comm, folder, make_units("lj"), "", false, -1);
  series.write(system.step, system.time, 0.0, system.box, system.particles, system.species);
  series.close();
  agree(comm, [&] {
    if (!comm.is_root()) return;
    rename_path(folder + "/particles.h5", path);
    remove_tree(folder);
  });
}

}  // namespace

FileFormat detect_format(const std::string& path) {
  const TextFile file(path);
  const std::string beginning = read_beginning(file);
  if (beginning.rfind("\x89HDF", 0) == 0) return detect_hdf5(path);
  if (extension(path) == ".h5" || extension(path) == ".h5md")
    throw Error::input(fmt::format("{}: this is no HDF5 file, in spite of its name", path));
  if (is_extxyz(path)) return FileFormat::extxyz;
  if (is_lammps_data(path) || beginning.rfind("LAMMPS", 0) == 0) return FileFormat::lammps_data;
  if (beginning.find("Lattice=") != std::string::npos || beginning.find("Properties=") != std::string::npos)
    return FileFormat::extxyz;
  throw Error::input(fmt::format("{}: unknown format; {}", path, known_formats));
}

System read_system(const Comm& comm, const std::string& path, const ReadOptions& options) {
  FileFormat format = FileFormat::extxyz;
  agree(comm, [&] {
    if (comm.is_root()) format = detect_format(path);
  });
  comm.broadcast(format);
  switch (format) {
    case FileFormat::extxyz:
      return read_extxyz(comm, path, options);
    case FileFormat::lammps_data:
      return read_lammps_data(comm, path, options);
    case FileFormat::h5md:
      return read_h5md(comm, path, options);
    case FileFormat::snapshot:
      return read_snapshot_step(comm, path, options);
  }
  throw Error::internal("a file format without a reader");
}

void write_system(const Comm& comm, const std::string& path, const System& system) {
  if (is_extxyz(path)) return write_extxyz(comm, path, system);
  if (is_lammps_data(path)) return write_lammps_data(comm, path, system);
  if (extension(path) == ".h5md") {
    H5mdWriter writer(comm, path, make_units("lj"), system.title);
    writer.write(system.step, system.time, system.box, system.particles, system.species);
    return writer.close();
  }
  if (extension(path) == ".h5") return write_snapshot(comm, path, system);
  throw Error::input(fmt::format("{}: the name says no format; {}", path, known_formats));
}

}  // namespace tessera::data
