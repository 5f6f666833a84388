// Likelihoods: what data say about parameters, row by row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/fsgld/clients.hpp"

namespace tessera::learn::fsgld {

/// What a model says of a new row.
enum class Prediction { none, number, classes };

/// log p(row | theta), its gradient, and predictions. Local; the same on all ranks. A model keeps work arrays: one call
/// at a time.
class Model {
 public:
  virtual ~Model() = default;
  virtual std::int64_t dimensions() const = 0;  ///< parameters
  virtual std::vector<std::string> names() const = 0;

  /// sums(chain, :) = gradient of the sum of log p(row | theta(chain, :)) over the rows chosen for the chain. With
  /// `clip`, the gradient of each row is shortened to that norm.
  virtual void sum_gradients(const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice,
                             std::optional<double> clip, const data::RowArray<double>& sums) = 0;

  virtual Prediction prediction() const = 0;
  /// Numbers that predict() gives a row: a mean, or the probability of each class.
  virtual std::int64_t prediction_width() const = 0;
  /// Of `count` rows from `first` on, under the parameters theta(chain, :): log p of each, and its prediction, if asked
  /// for (`predictions` may have no rows).
  virtual void predict(const Rows& rows, std::int64_t first, std::int64_t count, const data::RowArray<double>& theta,
                       int chain, const Array1<double>& log_likelihoods, const data::RowArray<double>& predictions) = 0;

  /// Collective. Throws Error (input) where data are not of this model's kind: labels out of range, a response missing.
  virtual void check(const Clients& clients) const = 0;

  /// Where p(rows | theta) is Gaussian in theta, of `count` rows from `first` on: the precision matrix P (d x d, row by
  /// row) and the vector P mu. False where it is not.
  virtual bool find_gaussian(const Rows& rows, std::int64_t first, std::int64_t count, std::vector<double>& precision,
                             std::vector<double>& shift) const {
    (void)rows, (void)first, (void)count, (void)precision, (void)shift;
    return false;
  }
  /// First parameters, where zero is no place to begin (networks); drawn for (seed, chain).
  virtual std::vector<double> start(std::uint32_t seed, std::int64_t chain) const {
    (void)seed, (void)chain;
    return std::vector<double>(static_cast<std::size_t>(dimensions()), 0.0);
  }
};

}  // namespace tessera::learn::fsgld
