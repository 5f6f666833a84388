#include "sim/md/observables/shells.hpp"

namespace tessera::sim::md {

namespace {

// Calls for one i come from one thread.

struct CountShell {
  Array1<int> count;
  KOKKOS_FUNCTION void operator()(int i, int, double, double, double, double) const { ++count(i); }
};

struct KeepShell {
  Shells shells;
  KOKKOS_FUNCTION void operator()(int i, int j, double dx, double dy, double dz, double) const {
    const int n = shells.count(i)++;
    shells.row(i, n) = j;
    shells.dx(i, n) = -dx;
    shells.dy(i, n) = -dy;
    shells.dz(i, n) = -dz;
  }
};

}  // namespace

Shells find_shells(const data::PairSearch& search) {
  const int rows = search.particles().num_owned();
  Shells shells;
  shells.count = Array1<int>("shell count", static_cast<std::size_t>(rows));
  search.for_each_pair(CountShell{shells.count});
  const Array1<int> count = shells.count;
  int most = 0;
  Kokkos::parallel_reduce(
      "md/largest_shell", Range(0, rows),
      KOKKOS_LAMBDA(int i, int& largest) {
        if (count(i) > largest) largest = count(i);
      },
      Kokkos::Max<int>(most));
  most = rows > 0 && most > 0 ? most : 0;
  const auto height = static_cast<std::size_t>(rows), width = static_cast<std::size_t>(most);
  shells.row = make_uninitialized<Array2<int>>("shell row", height, width);
  shells.dx = make_uninitialized<Array2<double>>("shell dx", height, width);
  shells.dy = make_uninitialized<Array2<double>>("shell dy", height, width);
  shells.dz = make_uninitialized<Array2<double>>("shell dz", height, width);
  Kokkos::deep_copy(shells.count, 0);
  search.for_each_pair(KeepShell{shells});
  return shells;
}

}  // namespace tessera::sim::md
