// Internal to snapshots: how openPMD 1.1.0 lays out particles and meshes, https://github.com/openPMD/openPMD-standard.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "data/box.hpp"
#include "data/io/h5_input.hpp"

namespace tessera::data::openpmd {

inline constexpr const char* iterations_path = "/data";
inline constexpr const char* particles_name = "particles/all";  ///< below an iteration
inline constexpr const char* meshes_name = "meshes";            ///< likewise

/// Powers of length, mass, time, current, temperature, amount and luminous intensity, and the factor to SI.
struct PhysicalUnit {
  std::array<double, 7> dimension{};
  double si = 1.0;
};
/// Of "length", "velocity", "force", "energy", "charge"...; a number without dimension if the quantity is unknown.
PhysicalUnit unit_of(const std::string& quantity, const Units& units);

/// Datasets of a record below its group, "" for the one of a scalar record: x, y, z for three, else 0, 1...
std::vector<std::string> component_names(int components);

/// A record as a file has it.
struct Record {
  std::string name;
  std::vector<std::string> components;  ///< as component_names()
  H5T_class_t type = H5T_NO_CLASS;
  int bytes = 8;  ///< of a number
  bool is_unsigned = false;
};

/// An iteration of particles that was written to its end.
struct Iteration {
  std::int64_t step = 0;
  double time = 0.0;
  hsize_t rows = 0;
  std::vector<Record> records;
};

/// An iteration of fields on one mesh that was written to its end. The slowest direction comes first, as in the file:
/// z, y, x.
struct MeshIteration {
  std::int64_t step = 0;
  double time = 0.0;
  std::vector<hsize_t> dims;
  std::vector<double> spacing, offset;
  double position = 0.0;  ///< of values in their cells, in spacings
  std::vector<Record> records;
};

std::string iteration_path(std::int64_t step);
std::string particles_path(std::int64_t step);
std::string meshes_path(std::int64_t step);

/// Local. What every record has.
void mark_record(hid_t object, const PhysicalUnit& unit);
/// Local. The box as attributes of a group, and back. Throws Error (input) for what is no box.
void write_box(hid_t group, const Box& box);
Box read_box(const h5::Input& file, hid_t group, const std::string& where);
/// Local. The "quantity" of a record, as its unit is known here; empty if there is none.
std::string read_quantity(const h5::Input& file, hid_t group, const std::string& record, const std::string& where);

/// Local. Throws Error (input) unless the file is openPMD 1.x with iterations in groups.
void require_openpmd(const h5::Input& file);
/// Local. Steps of all iterations, rising, finished or not.
std::vector<std::int64_t> list_steps(const h5::Input& file);
/// Local. True if the iteration has what is written last.
bool is_finished(const h5::Input& file, std::int64_t step);
/// Local. That of a finished iteration: the last one if `step` < 0. Throws Error (input) if there is none.
std::int64_t choose_step(const h5::Input& file, std::int64_t step);
/// Local. Throws Error (input) naming what is missing or of the wrong kind. All records of particles but positionOffset
/// are there, with components of one shape; position and id are among them.
Iteration describe(const h5::Input& file, std::int64_t step);
/// Local. Likewise: all records are real numbers on the same mesh.
MeshIteration describe_meshes(const h5::Input& file, std::int64_t step);

}  // namespace tessera::data::openpmd
