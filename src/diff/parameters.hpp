// Everything that is learned, in one flat array with named slices: optimisers, files and sums over ranks see one array,
// layers their own matrices.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/kokkos.hpp"
#include "data/io/model_file.hpp"

namespace tessera::diff {

/// rows x cols numbers, each row in one piece, from place `first` of the flat array on.
struct Slice {
  std::string name;
  std::int64_t rows = 0, cols = 0, first = 0;
  std::int64_t size() const { return rows * cols; }
};

/// The same on all ranks. Nothing here communicates.
class Parameters {
 public:
  /// Numbers that are zero until they are set; returns the number of the slice. values() is another View afterwards.
  /// Throws Error (internal) if the name is taken or there is nothing in it.
  std::size_t add(std::string_view name, std::int64_t rows, std::int64_t cols);

  const std::vector<Slice>& slices() const { return slices_; }
  /// Throws Error (internal) if there is none.
  const Slice& find(std::string_view name) const;
  std::int64_t size() const { return static_cast<std::int64_t>(values_.extent(0)); }
  const Array1<double>& values() const { return values_; }

  std::vector<double> get(const Slice& slice) const;
  /// Throws Error (internal) unless as many numbers as there are in the slice.
  void set(const Slice& slice, const std::vector<double>& numbers) const;
  /// Uniform on (-limit, limit), drawn for (seed, number of the slice, place in it).
  void draw_uniform(std::size_t slice, double limit, std::uint32_t seed) const;
  /// Normal of mean 0, drawn likewise.
  void draw_normal(std::size_t slice, double deviation, std::uint32_t seed) const;

  /// Of a model file, one array a slice.
  std::vector<data::ModelArray> to_arrays() const;
  /// Sets every slice from the array of its name; others are left alone. Throws Error (input) beginning with `where` if
  /// one is missing or of another shape.
  void set_from_arrays(const std::vector<data::ModelArray>& arrays, const std::string& where) const;

 private:
  std::vector<Slice> slices_;
  Array1<double> values_;
};

}  // namespace tessera::diff
