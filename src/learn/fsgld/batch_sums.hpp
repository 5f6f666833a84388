// Sums of gradients over rows that are drawn: what chains and the fit of surrogates have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

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

  /// The chains that sums are made for, on the host and where kernels run, and the rows of their clients.
  struct Chains {
    const std::vector<std::int64_t>& ids;
    const std::vector<std::int64_t>& rows;
    const Array1<std::int64_t>& device_ids;
  };
  /// Draws rows, unless `choice` takes all, and sums their gradients: with privacy clipped ones of different rows, and
  /// with noise, for which `scratch` has room.
  void sum(Model& model, const Rows& rows, const Chains& chains, std::int64_t update, const RowChoice& choice,
           const data::RowArray<double>& theta, const data::RowArray<double>& scratch,
           const data::RowArray<double>& sums) const;

 private:
  Random batches_, noise_;
  std::optional<PrivacyParams> privacy_;
};

}  // namespace tessera::learn::fsgld
