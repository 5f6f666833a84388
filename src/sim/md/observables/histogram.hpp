// Counts that every rank adds to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "data/io/state.hpp"

namespace tessera::sim::md {

class Histogram {
 public:
  /// `name` stands before its entries in checkpoints.
  Histogram(const std::string& name, const Comm& comm, std::size_t size);

  /// This rank's share, for kernels.
  const Array1<std::int64_t>& local() const { return counts_; }
  /// Collective. Sums over ranks.
  std::vector<std::int64_t> global() const;

  /// Collective.
  void save(data::StateWriter& writer) const;
  /// Throws Error (input) if the checkpoint holds another number of counts.
  void restore(data::StateReader& reader);

 private:
  std::string name_;
  Comm comm_;
  Array1<std::int64_t> counts_;
};

}  // namespace tessera::sim::md
