#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.hpp"
#include "base/log.hpp"
#include "data/formats/lammps_data.hpp"
#include "data/formats/lammps_sections.hpp"
#include "data/formats/row_table.hpp"
#include "data/formats/text_file.hpp"

namespace tessera::data {

namespace {

using Text = std::string;

template <class... Args>
void put(Text& text, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
}

double dot(const double (&a)[3], const double (&b)[3]) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// The box in LAMMPS's convention: a along x, b in the xy plane, right-handed; and the rotation that brings it there.
struct LammpsBox {
  Vec3 origin;
  double length[3];
  double xy = 0.0, xz = 0.0, yz = 0.0;
  std::array<std::size_t, 3> order{0, 1, 2};  ///< which of our vectors are a, b, c
  bool is_rotated = false;
  double axes[3][3]{};  ///< rows: LAMMPS's x, y, z in our frame

  explicit LammpsBox(const Box& box) : origin(box.origin) {
    const auto& cell = box.cell;
    const bool is_lower = cell[0][1] == 0.0 && cell[0][2] == 0.0 && cell[1][2] == 0.0;
    if (is_lower && cell[0][0] > 0.0 && cell[1][1] > 0.0 && cell[2][2] > 0.0) {
      for (int d = 0; d < 3; ++d) length[d] = cell[d][d];
      xy = cell[1][0];
      xz = cell[2][0];
      yz = cell[2][1];
      return;
    }
    is_rotated = true;
    if (triple_product(cell) < 0.0) std::swap(order[1], order[2]);
    const auto& a = cell[order[0]];
    const auto& b = cell[order[1]];
    const auto& c = cell[order[2]];
    length[0] = std::sqrt(dot(a, a));
    for (int k = 0; k < 3; ++k) axes[0][k] = a[k] / length[0];
    xy = dot(b, axes[0]);
    for (int k = 0; k < 3; ++k) axes[1][k] = b[k] - xy * axes[0][k];
    length[1] = std::sqrt(dot(axes[1], axes[1]));
    for (int k = 0; k < 3; ++k) axes[1][k] /= length[1];
    for (int k = 0; k < 3; ++k)
      axes[2][k] = axes[0][(k + 1) % 3] * axes[1][(k + 2) % 3] - axes[0][(k + 2) % 3] * axes[1][(k + 1) % 3];
    xz = dot(c, axes[0]);
    yz = dot(c, axes[1]);
    length[2] = dot(c, axes[2]);
  }

  static double triple_product(const double (&m)[3][3]) {
    double sum = 0.0;
    for (int k = 0; k < 3; ++k)
      sum += m[0][k] * (m[1][(k + 1) % 3] * m[2][(k + 2) % 3] - m[1][(k + 2) % 3] * m[2][(k + 1) % 3]);
    return sum;
  }

  void rotate(double (&v)[3]) const {
    if (!is_rotated) return;
    const double old[3] = {v[0], v[1], v[2]};
    for (int d = 0; d < 3; ++d) v[d] = dot(axes[d], old);
  }
};

struct Style {
  std::string name;
  bool has_molecule = false, has_charge = false;
};

Style choose_style(const std::string& wanted, bool has_molecule, bool has_charge) {
  if (wanted == "full" || (wanted.empty() && has_molecule)) return {"full", true, true};
  if (wanted == "charge" || (wanted.empty() && has_charge)) return {"charge", false, true};
  if (wanted == "atomic" || wanted.empty()) return {"atomic", false, false};
  throw Error::input(fmt::format("cannot write atom style '{}'; atomic, charge or full was expected", wanted));
}

class LammpsWriter {
 public:
  LammpsWriter(const Comm& comm, const System& system, const std::string& wanted_style)
      : comm_(comm), system_(system), box_(system.box) {
    const auto& particles = system.particles;
    const bool has_molecule = particles.has_column("molecule") || !system.topology.empty();
    style_ = choose_style(wanted_style, has_molecule, particles.has_column("charge"));
    table_ = rows_of(particles, {"type", "position", "image", "velocity", "charge", "molecule"});
    sort_by_id(comm, table_);
    check_finite(comm, table_);
  }

  void write(const std::string& path) {
    warn(path);
    std::vector<Text> parts;
    const std::int64_t atoms = comm_.all_reduce(static_cast<std::int64_t>(table_.num_rows()), Op::sum);
    const Text header = format_header(atoms);
    parts.push_back(comm_.is_root() ? header : Text());
    if (atoms > 0) {
      parts.push_back(format_atoms());
      if (table_.first_word("velocity") >= 0) parts.push_back(format_velocities());
    }
    if (style_.has_molecule)
      for (const auto& topology : system_.topology) parts.push_back(format_topology(topology));
    write_text_parts(comm_, path, parts);
  }

 private:
  /// What the file will not say, or LAMMPS not like.
  void warn(const std::string& path) const {
    if (!comm_.is_root()) return;
    if (!style_.has_charge && table_.first_word("charge") >= 0)
      log::warning(fmt::format("{}: atom style {} leaves out the charges", path, style_.name));
    if (!style_.has_molecule && (table_.first_word("molecule") >= 0 || !system_.topology.empty()))
      log::warning(fmt::format("{}: atom style {} leaves out molecules and bonds", path, style_.name));
    const double tilt = std::max({std::abs(box_.xy), std::abs(box_.xz)}) / box_.length[0];
    if (std::max(tilt, std::abs(box_.yz) / box_.length[1]) > 0.5)
      log::warning(fmt::format("{}: the box leans by more than half its length: LAMMPS needs 'box tilt large'", path));
  }

  const TopologyTable* find_topology(const std::string& name) const {
    for (const auto& table : system_.topology)
      if (table.name == name) return &table;
    return nullptr;
  }

  Text format_header(std::int64_t atoms) const {
    Text text;
    put(text, "LAMMPS data file via Tessera, timestep = {}, boundary = ", system_.step);
    for (const std::size_t d : box_.order) text += system_.box.is_periodic[d] ? 'p' : 'f';
    put(text, "\n\n{} atoms\n{} atom types\n", atoms, system_.species.size());
    for (const auto& kind : lammps::topology_kinds) {
      const TopologyTable* table = style_.has_molecule ? find_topology(kind.count) : nullptr;
      std::int64_t rows = 0, types = 0;
      if (table != nullptr) {
        const auto width = static_cast<std::size_t>(table->ids_per_row) + 1;
        for (std::size_t i = 0; i < table->rows.size(); i += width) types = std::max(types, table->rows[i]);
        rows = static_cast<std::int64_t>(table->rows.size() / width);
      }
      rows = comm_.all_reduce(rows, Op::sum);
      types = comm_.all_reduce(types, Op::max);
      if (rows > 0) put(text, "{} {}\n{} {}\n", rows, kind.count, types, kind.types);
    }
    text += '\n';
    const char* names[3] = {"x", "y", "z"};
    for (int d = 0; d < 3; ++d)
      put(text, "{} {} {}lo {}hi\n", box_.origin[d], box_.origin[d] + box_.length[d], names[d], names[d]);
    if (box_.xy != 0.0 || box_.xz != 0.0 || box_.yz != 0.0) put(text, "{} {} {} xy xz yz\n", box_.xy, box_.xz, box_.yz);
    if (!system_.species.empty()) text += "\nMasses\n\n";
    for (std::size_t t = 0; t < system_.species.size(); ++t)
      put(text, "{} {} # {}\n", t + 1, system_.species[t].mass, system_.species[t].name);
    return text;
  }

  Text format_atoms() const {
    Text text;
    if (comm_.is_root()) put(text, "\nAtoms # {}\n\n", style_.name);
    const int type = table_.first_word("type"), position = table_.first_word("position");
    const int image = table_.first_word("image"), charge = table_.first_word("charge");
    const int molecule = table_.first_word("molecule");
    for (std::size_t i = 0; i < table_.num_rows(); ++i) {
      const RowTable::Word* row = table_.row(i);
      put(text, "{} ", row[0].integer);
      if (style_.has_molecule) put(text, "{} ", molecule < 0 ? 0 : row[molecule].integer);
      put(text, "{} ", row[type].integer + 1);
      if (style_.has_charge) put(text, "{} ", charge < 0 ? 0.0 : row[charge].real);
      double x[3];
      for (int d = 0; d < 3; ++d) x[d] = row[position + d].real;
      if (box_.is_rotated) {
        for (int d = 0; d < 3; ++d) x[d] -= box_.origin[d];
        box_.rotate(x);
        for (int d = 0; d < 3; ++d) x[d] += box_.origin[d];
      }
      put(text, "{} {} {}", x[0], x[1], x[2]);
      for (const std::size_t d : box_.order) put(text, " {}", row[image + static_cast<int>(d)].integer);
      text += '\n';
    }
    return text;
  }

  Text format_velocities() const {
    Text text;
    if (comm_.is_root()) text += "\nVelocities\n\n";
    const int velocity = table_.first_word("velocity");
    for (std::size_t i = 0; i < table_.num_rows(); ++i) {
      const RowTable::Word* row = table_.row(i);
      double v[3] = {row[velocity].real, row[velocity + 1].real, row[velocity + 2].real};
      box_.rotate(v);
      put(text, "{} {} {} {}\n", row[0].integer, v[0], v[1], v[2]);
    }
    return text;
  }

  Text format_topology(const TopologyTable& table) const {
    const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
    const auto rows = static_cast<std::int64_t>(table.rows.size() / width);
    std::int64_t number = comm_.exclusive_sum(rows);
    Text text;
    if (comm_.all_reduce(rows, Op::sum) == 0) return text;
    std::string name = table.name;
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    if (comm_.is_root()) put(text, "\n{}\n\n", name);
    for (std::size_t i = 0; i < table.rows.size(); i += width) {
      put(text, "{}", ++number);
      for (std::size_t n = 0; n < width; ++n) put(text, " {}", table.rows[i + n]);
      text += '\n';
    }
    return text;
  }

  Comm comm_;
  const System& system_;
  LammpsBox box_;
  Style style_;
  RowTable table_;
};

}  // namespace

void write_lammps_data(const Comm& comm, const std::string& path, const System& system, const std::string& atom_style) {
  LammpsWriter(comm, system, atom_style).write(path);
}

}  // namespace tessera::data
