// Rows that are drawn, and sums of gradients over them: what chains and the fit of surrogates have in common.
#pragma once

#include <cstdint>
#include <optional>

#include "learn/fsgld/model.hpp"
#include "learn/fsgld/noise.hpp"
#include "learn/fsgld/privacy.hpp"

namespace tessera::learn::fsgld {

class BatchSums {
 public:
  /// Of streams of their own for each `replica`.
  BatchSums(std::uint32_t seed, std::uint16_t replica, const std::optional<PrivacyParams>& privacy)
      : batches_(seed, RandomPurpose::fsgld_batch, replica),
        noise_(seed, RandomPurpose::fsgld_privacy, replica),
        privacy_(privacy) {}

  /// Draws rows, unless `choice` takes all of them: with privacy different ones.
  void draw(const UpdateKeys& keys, const RowChoice& choice) const;
  /// Sums the gradients of the rows chosen: with privacy clipped ones, and with noise, for which `scratch` has room.
  void sum(Model& model, const Rows& rows, const UpdateKeys& keys, const RowChoice& choice,
           const data::RowArray<double>& theta, const data::RowArray<double>& scratch,
           const data::RowArray<double>& sums) const;

 private:
  Random batches_, noise_;
  std::optional<PrivacyParams> privacy_;
};

}  // namespace tessera::learn::fsgld
