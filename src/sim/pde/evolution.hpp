// How a state of a partial differential equation comes through one sample.
#pragma once

#include <memory>
#include <span>

#include "sim/pde/spectral_space.hpp"

namespace tessera::sim::pde {

class Evolution {
 public:
  virtual ~Evolution() = default;

  /// Memory for one state at a time; each thread has its own.
  class Work {
   public:
    virtual ~Work() = default;
  };
  virtual std::unique_ptr<Work> make_work() const = 0;

  /// Advances fields (one behind the other, each space().num_values() numbers) by a sample under a force on the last of
  /// them, the same throughout. Split: collective. What comes out may not be finite; who calls looks at it.
  virtual void advance(std::span<double> fields, std::span<const double> force, Work& work) const = 0;

  virtual const SpectralSpace& space() const = 0;
};

}  // namespace tessera::sim::pde
