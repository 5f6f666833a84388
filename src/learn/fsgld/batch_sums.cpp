#include "learn/fsgld/batch_sums.hpp"

namespace tessera::learn::fsgld {

void BatchSums::sum(Model& model, const Rows& rows, const Chains& chains, std::int64_t update, const RowChoice& choice,
                    const data::RowArray<double>& theta, const data::RowArray<double>& scratch,
                    const data::RowArray<double>& sums) const {
  if (!choice.takes_all && privacy_) draw_different_rows(batches_, chains.ids, update, chains.rows, choice.drawn);
  if (!choice.takes_all && !privacy_) draw_batches(batches_, chains.device_ids, update, choice.count, choice.drawn);
  model.sum_gradients(rows, theta, choice, privacy_ ? std::optional(privacy_->clip) : std::nullopt, sums);
  if (privacy_) add_noise(noise_, chains.device_ids, update, privacy_->clip * privacy_->noise, scratch, sums);
}

}  // namespace tessera::learn::fsgld
