// Internal to the reader of H5MD files: one group of particles in one file, read by each rank for itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/formats/options.hpp"
#include "data/io/h5_input.hpp"

namespace tessera::data::h5 {

inline constexpr std::size_t max_species = 1000;

/// One quantity of a group: its dataset, and the frames it has if it depends on time.
struct Element {
  std::string name;
  Id dataset;
  std::vector<hsize_t> dims;  ///< without the frame
  bool is_timed = false;
  hsize_t num_frames = 0;
};

/// Rows [first, first + count) of the particles.
struct Share {
  hsize_t first = 0, count = 0;
};

/// Nothing here communicates. Throws Error (input) naming file and dataset, (io) if the system refuses.
class H5mdFile {
 public:
  H5mdFile(const std::string& path, const ReadOptions& options);

  const std::string& path() const { return input_.path(); }
  [[noreturn]] void fail(const std::string& where, const std::string& what) const;

  std::optional<Element> find(const std::string& name) const { return find(group_, name, name); }
  std::optional<Element> find_in_box(const std::string& name) const { return find(box_, name, "box/" + name); }
  /// "periodic" or "none" for each side.
  std::vector<std::string> boundary() const;

  /// Steps of all frames of an element.
  std::vector<std::int64_t> steps(const Element& element) const;
  /// Time of one frame; 0 if the file does not say.
  double time(const Element& element, hsize_t frame) const;

  /// A block of an element: rows of the share (all if there is none), at a frame if it depends on time.
  /// T is double or std::int64_t.
  template <class T>
  std::vector<T> read(const Element& element, hsize_t frame, const Share* share) const;

  /// Names of the numbers in `species`, by enumeration or our attribute; empty if there are none.
  std::map<std::int64_t, std::string> species_names(const Element& species) const;
  /// Our attribute; empty if there is none.
  std::vector<double> species_masses(const Element& species) const;
  std::vector<std::int64_t> read_species(const Element& species, hsize_t frame, const Share& share) const;

 private:
  std::string full_name(const std::string& where) const { return "/" + group_name_ + "/" + where; }
  void check_version() const;
  std::string choose_group(const std::vector<std::string>& groups, const std::string& wanted) const;
  std::optional<Element> find(hid_t parent, const std::string& name, const std::string& where) const;
  void read_block(hid_t dataset, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count, hid_t type,
                  void* data, const std::string& where) const;

  Input input_;
  std::string group_name_;
  Id group_, box_;
};

}  // namespace tessera::data::h5
