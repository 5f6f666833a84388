#include "sim/md/observables/histogram.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace tessera::sim::md {

Histogram::Histogram(const std::string& name, const Comm& comm, std::size_t size)
    : name_(name), comm_(comm), counts_(name + " counts", size) {}

std::vector<std::int64_t> Histogram::global() const {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), counts_);
  std::vector<std::int64_t> counts(host.data(), host.data() + host.extent(0));
  comm_.all_reduce(counts.data(), static_cast<int>(counts.size()), Op::sum);
  return counts;
}

void Histogram::save(data::StateWriter& writer) const { writer.put(name_ + "_counts", global()); }

void Histogram::restore(data::StateReader& reader) {
  std::vector<std::int64_t> counts;
  reader.get(name_ + "_counts", counts);
  if (counts.size() != counts_.extent(0))
    throw Error::input(fmt::format("the checkpoint holds {} counts of {}, but the deck asks for {}", counts.size(),
                                   name_, counts_.extent(0)));
  const auto host = Kokkos::create_mirror_view(counts_);  // all counts so far belong to the first rank
  for (std::size_t n = 0; n < counts.size(); ++n) host(n) = comm_.is_root() ? counts[n] : 0;
  Kokkos::deep_copy(counts_, host);
}

}  // namespace tessera::sim::md
