#include "learn/control/row_map.hpp"

#include <cstdint>
#include <limits>

namespace tessera::learn::control {

namespace {

constexpr int lanes = 8;

struct MapKernel {
  Kokkos::View<const double***, Kokkos::LayoutRight, MemSpace> packed;
  Array1<double> offset;  // without: added to what is there
  sim::Environment::Rows in, out;
  double limit;

  KOKKOS_FUNCTION void operator()(std::int64_t index) const {
    const auto blocks = static_cast<std::int64_t>(packed.extent(0)), row = index / blocks, block = index % blocks;
    const auto width = static_cast<std::int64_t>(packed.extent(1)), outputs = static_cast<std::int64_t>(out.extent(1));
    double sum[lanes] = {};
    for (std::int64_t j = 0; j < width; ++j) {
      const double given = in(row, j), value = given > limit ? limit : given < -limit ? -limit : given;
      for (int lane = 0; lane < lanes; ++lane) sum[lane] += packed(block, j, lane) * value;
    }
    for (int lane = 0; lane < lanes; ++lane) {
      const std::int64_t i = block * lanes + lane;
      if (i < outputs) out(row, i) = sum[lane] + (offset.data() ? offset(i) : out(row, i));
    }
  }
};

}  // namespace

Array1<double> to_array(const std::vector<double>& values) {
  Array1<double> array("control/constant", values.size());
  Kokkos::deep_copy(array, Kokkos::View<const double*, Kokkos::HostSpace>(values.data(), values.size()));
  return array;
}

RowMap::RowMap(const math::Matrix& matrix, const std::vector<double>& offset)
    : packed_("control/matrix", static_cast<std::size_t>((matrix.rows() + lanes - 1) / lanes),
              static_cast<std::size_t>(matrix.cols()), static_cast<std::size_t>(lanes)),
      offset_(to_array(offset.empty() ? std::vector<double>(static_cast<std::size_t>(matrix.rows())) : offset)) {
  const auto host = Kokkos::create_mirror_view(packed_);
  for (int i = 0; i < matrix.rows(); ++i)
    for (int j = 0; j < matrix.cols(); ++j) host(i / lanes, j, i % lanes) = matrix(i, j);
  Kokkos::deep_copy(packed_, host);
}

void RowMap::apply(const Rows& in, const Rows& out) const {
  const auto work = static_cast<std::int64_t>(in.extent(0) * packed_.extent(0));
  Kokkos::parallel_for("control/map_rows", Range(0, work),
                       MapKernel{packed_, offset_, in, out, std::numeric_limits<double>::infinity()});
}

void RowMap::add(const Rows& in, const Rows& out, double limit) const {
  const auto work = static_cast<std::int64_t>(in.extent(0) * packed_.extent(0));
  Kokkos::parallel_for("control/add_rows", Range(0, work), MapKernel{packed_, {}, in, out, limit});
}

}  // namespace tessera::learn::control
