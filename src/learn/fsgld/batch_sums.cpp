#include "learn/fsgld/batch_sums.hpp"

namespace tessera::learn::fsgld {

void BatchSums::draw(const UpdateKeys& keys, const RowChoice& choice) const {
  if (choice.takes_all) return;
  if (privacy_)
    draw_different_rows(batches_, keys, choice.count, choice.drawn);
  else
    draw_batches(batches_, keys, choice.count, choice.drawn);
}

void BatchSums::sum(Model& model, const Rows& rows, const UpdateKeys& keys, const RowChoice& choice,
                    const data::RowArray<double>& theta, const data::RowArray<double>& scratch,
                    const data::RowArray<double>& sums) const {
  model.sum_gradients(rows, theta, choice, privacy_ ? std::optional(privacy_->clip) : std::nullopt, sums);
  if (privacy_) add_noise(noise_, keys, privacy_->clip * privacy_->noise, scratch, sums);
}

}  // namespace tessera::learn::fsgld
