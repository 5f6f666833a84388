// What a stage saves and restores: named values (the same on all ranks) and named rows (split over ranks).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/particles.hpp"

namespace tessera::data {

class Field;

/// Collective throughout: every rank makes the same calls in the same order. Names are unique within a stage.
class StateWriter {
 public:
  virtual ~StateWriter() = default;
  virtual void put(std::string_view name, std::int64_t value) = 0;
  virtual void put(std::string_view name, double value) = 0;
  virtual void put(std::string_view name, const std::string& value) = 0;
  virtual void put(std::string_view name, const std::vector<double>& values) = 0;
  virtual void put(std::string_view name, const std::vector<std::int64_t>& values) = 0;
  /// This rank's rows, component-major (component c of row i at values[c * rows + i]), appended in rank order.
  virtual void put_rows(std::string_view name, const std::vector<double>& values, int components) = 0;
  virtual void put_rows(std::string_view name, const std::vector<std::int64_t>& values, int components) = 0;
  /// Owned rows of all columns flagged `saved`, in their order, with the counts of each rank.
  virtual void put_particles(std::string_view name, const Particles& particles) = 0;
  /// Owned values, in the order of the whole mesh.
  virtual void put_field(std::string_view name, const Field& field) = 0;
};

class StateReader {
 public:
  virtual ~StateReader() = default;
  virtual bool has(std::string_view name) const = 0;
  /// Throw Error (input) naming file and dataset if missing or of another type or shape.
  virtual void get(std::string_view name, std::int64_t& value) = 0;
  virtual void get(std::string_view name, double& value) = 0;
  virtual void get(std::string_view name, std::string& value) = 0;
  virtual void get(std::string_view name, std::vector<double>& values) = 0;
  virtual void get(std::string_view name, std::vector<std::int64_t>& values) = 0;
  /// As many ranks as wrote: each gets its own rows back in order. Otherwise contiguous shares of nearly equal size.
  virtual void get_rows(std::string_view name, std::vector<double>& values, int components) = 0;
  virtual void get_rows(std::string_view name, std::vector<std::int64_t>& values, int components) = 0;
  /// Likewise: fills the columns flagged `saved`, which must exist in both.
  virtual void get_particles(std::string_view name, Particles& particles) = 0;
  /// A field of as many cells and components, however its mesh is cut now; its ghosts are filled by exchange.
  virtual void get_field(std::string_view name, Field& field) = 0;
  /// True if as many ranks wrote as read now: then order and distribution are as they were.
  virtual bool same_ranks() const = 0;
};

}  // namespace tessera::data
