#include "data/io/host_blocks.hpp"

#include <algorithm>

namespace tessera::data {

namespace {

constexpr std::int64_t buffer_bytes = std::int64_t{1} << 25;

/// Calls visit(value of the field, place in a packed block) on the device for these components.
template <class Visit>
void for_owned(const char* name, const Field& field, int first, int count, const Visit& visit) {
  const auto& values = field.values();
  const Int3 layers = field.layers(), cells = field.mesh().count();
  const std::int64_t block = field.mesh().local_cells();
  Kokkos::parallel_for(
      name, Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>(0, block * count),
      KOKKOS_LAMBDA(std::int64_t n) {
        const auto cell = n % block, row = cell / cells[0];
        visit(values(cell % cells[0] + layers[0], row % cells[1] + layers[1], row / cells[1] + layers[2],
                     first + n / block),
              n);
      });
}

}  // namespace

FileBlock::FileBlock(const Mesh& mesh) {
  for (int d = mesh.dimensions() - 1; d >= 0; --d) {
    const auto n = static_cast<std::size_t>(d);
    dims.push_back(static_cast<hsize_t>(mesh.num_cells()[n]));
    start.push_back(static_cast<hsize_t>(mesh.first()[n]));
    count.push_back(static_cast<hsize_t>(mesh.count()[d]));
  }
}

hsize_t FileBlock::cells() const {
  hsize_t product = 1;
  for (const auto extent : count) product *= extent;
  return product;
}

FileBlock FileBlock::of_components(hsize_t components, hsize_t first, hsize_t number) const {
  FileBlock block = *this;
  block.dims.insert(block.dims.begin(), components);
  block.start.insert(block.start.begin(), first);
  block.count.insert(block.count.begin(), number);
  return block;
}

std::vector<double> host_block(const Field& field, int first, int count) {
  std::vector<double> values(static_cast<std::size_t>(field.mesh().local_cells() * count));
  const auto packed = make_uninitialized<Array1<double>>("field block", values.size());
  for_owned(
      "data/field_pack", field, first, count,
      KOKKOS_LAMBDA(const double& value, std::int64_t n) { packed(n) = value; });
  Kokkos::deep_copy(HostArray1<double>(values.data(), values.size()), packed);
  return values;
}

void set_host_block(const Field& field, int first, int count, const std::vector<double>& values) {
  const auto packed = make_uninitialized<Array1<double>>("field block", values.size());
  Kokkos::deep_copy(packed, HostArray1<const double>(values.data(), values.size()));
  for_owned(
      "data/field_unpack", field, first, count, KOKKOS_LAMBDA(double& value, std::int64_t n) { value = packed(n); });
}

int components_at_once(const Field& field) {
  const std::int64_t largest = field.mesh().comm().all_reduce(field.mesh().local_cells(), Op::max);
  const std::int64_t most = buffer_bytes / (largest * static_cast<std::int64_t>(sizeof(double)));
  return static_cast<int>(std::clamp<std::int64_t>(most, 1, field.components()));
}

}  // namespace tessera::data
