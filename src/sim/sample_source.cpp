#include "sim/sample_source.hpp"

namespace tessera::sim {

void SampleSource::log_density(const Array1<const double>&, const data::RowArray<double>&,
                               const Array1<double>&) const {
  throw Error::internal("this density is not known in closed form");
}

}  // namespace tessera::sim
