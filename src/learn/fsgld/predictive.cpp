#include "learn/fsgld/predictive.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/region.hpp"
#include "base/sum.hpp"
#include "data/io/table_state.hpp"

namespace tessera::learn::fsgld {

namespace {

/// Of the rows here.
ExactSum sum_over_rows(const Array1<double>& values, double shift) {
  ExactSum sum;
  Kokkos::parallel_reduce(
      "fsgld mean", Range(0, values.extent(0)),
      KOKKOS_LAMBDA(const std::int64_t n, ExactSum& part) { part.add(values(n) + shift); }, Kokkos::Sum<ExactSum>(sum));
  Kokkos::fence();
  return sum;
}

/// Collective.
double mean_over_rows(const Comm& comm, const Array1<double>& values, double shift, std::int64_t total) {
  ExactSum sum = sum_over_rows(values, shift);
  all_reduce(comm, &sum, 1);
  return sum.value() / static_cast<double>(total);
}

}  // namespace

Predictive::Predictive(const Comm& comm, Model& model, const Rows& rows, std::int64_t total)
    : comm_(comm),
      model_(model),
      rows_(rows),
      total_(total),
      each_("log-likelihoods", static_cast<std::size_t>(rows.size())),
      log_sum_("log sums", static_cast<std::size_t>(rows.size())) {
  const auto width = static_cast<std::size_t>(model.prediction_width());
  prediction_ = data::RowArray<double>("predictions", width > 0 ? each_.extent(0) : 0, width);
  prediction_sum_ = data::RowArray<double>("prediction sums", prediction_.extent(0), width);
  Kokkos::deep_copy(log_sum_, -std::numeric_limits<double>::infinity());
}

void Predictive::add(const data::RowArray<double>& theta, double weight) {
  const Region region("fsgld/predict");
  const auto each = each_, log_sum = log_sum_;
  const auto prediction = prediction_, sum = prediction_sum_;
  const auto width = static_cast<std::int64_t>(prediction.extent(1));
  const double log_weight = std::log(weight);
  std::vector<ExactSum> sums;
  for (int chain = 0; chain < static_cast<int>(theta.extent(0)); ++chain) {
    model_.predict(rows_, 0, rows_.size(), theta, chain, each, prediction);
    Kokkos::parallel_for(
        "fsgld add draw", Range(0, each.extent(0)), KOKKOS_LAMBDA(const std::int64_t n) {
          const double a = log_sum(n), b = each(n) + log_weight;
          const double top = a > b ? a : b, gap = a > b ? b - a : a - b;
          log_sum(n) = top + kmath::log(1.0 + kmath::exp(gap));
          for (std::int64_t k = 0; k < width; ++k) sum(n, k) += weight * prediction(n, k);
        });
    sums.push_back(sum_over_rows(each_, 0.0));
  }
  all_reduce(comm_, sums.data(), static_cast<int>(sums.size()));
  const auto draws = static_cast<double>(theta.extent(0));
  double total = 0.0;
  for (const auto& of_draw : sums) total += of_draw.value() / static_cast<double>(total_);
  num_draws_ += static_cast<std::int64_t>(theta.extent(0));
  last_ = total / draws;
  sum_ += weight * total;
  weight_ += weight * draws;
}

Predictive::Scores Predictive::scores() const {
  Scores scores;
  const double draws = weight_;
  scores.last = last_;
  scores.log_likelihood = sum_ / draws;
  scores.predictive = mean_over_rows(comm_, log_sum_, -std::log(draws), total_);
  if (model_.prediction() == Prediction::none) return scores;
  const Array1<double> error("errors", each_.extent(0)), brier("scores", each_.extent(0));
  const auto sum = prediction_sum_;
  const auto y = rows_.y;
  const auto width = static_cast<std::int64_t>(sum.extent(1));
  const bool is_number = model_.prediction() == Prediction::number;
  Kokkos::parallel_for(
      "fsgld scores", Range(0, each_.extent(0)), KOKKOS_LAMBDA(const std::int64_t n) {
        if (is_number) {
          const double off = sum(n, 0) / draws - y(n);
          error(n) = off * off;
          return;
        }
        std::int64_t favoured = 0;
        double squares = 0.0;
        for (std::int64_t k = 0; k < width; ++k) {
          if (sum(n, k) > sum(n, favoured)) favoured = k;
          const double off = sum(n, k) / draws - (static_cast<std::int64_t>(y(n)) == k ? 1.0 : 0.0);
          squares += off * off;
        }
        error(n) = static_cast<std::int64_t>(y(n)) == favoured ? 0.0 : 1.0;
        brier(n) = squares;
      });
  scores.error = mean_over_rows(comm_, error, 0.0, total_);
  if (is_number) return scores;
  scores.brier = mean_over_rows(comm_, brier, 0.0, total_);
  const auto bins = bin_sums(true);
  for (int b = 0; b < num_bins; ++b)
    scores.calibration_error +=
        std::fabs(bins[static_cast<std::size_t>(3 * b + 1)] - bins[static_cast<std::size_t>(3 * b + 2)]);
  scores.calibration_error /= static_cast<double>(total_);
  return scores;
}

/// Collective. Of each bin: rows, the sum of probabilities, how many are so. By the probability of the favoured class
/// or, where there are two and unless `of_confidence`, of class 1.
std::vector<double> Predictive::bin_sums(bool of_confidence) const {
  std::vector<ExactSum> sums(static_cast<std::size_t>(3 * num_bins));
  const auto predictions = data::host_copy(prediction_sum_, 0, rows_.size());
  const auto y = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), rows_.y);
  const auto width = static_cast<std::size_t>(model_.prediction_width());
  for (std::size_t n = 0; n < static_cast<std::size_t>(rows_.size()); ++n) {
    const auto first = predictions.begin() + static_cast<std::ptrdiff_t>(n * width);
    std::size_t chosen =
        static_cast<std::size_t>(std::max_element(first, first + static_cast<std::ptrdiff_t>(width)) - first);
    if (width == 2 && !of_confidence) chosen = 1;
    const double p = *(first + static_cast<std::ptrdiff_t>(chosen)) / weight_;
    const auto bin = static_cast<std::size_t>(std::clamp(static_cast<int>(p * num_bins), 0, num_bins - 1));
    sums[3 * bin].add(1.0);
    sums[3 * bin + 1].add(p);
    sums[3 * bin + 2].add(static_cast<std::size_t>(y(n)) == chosen ? 1.0 : 0.0);
  }
  all_reduce(comm_, sums.data(), static_cast<int>(sums.size()));
  std::vector<double> values;
  for (const auto& sum : sums) values.push_back(sum.value());
  return values;
}

std::vector<Predictive::Bin> Predictive::reliability() const {
  std::vector<Bin> bins;
  if (model_.prediction() != Prediction::classes || num_draws_ == 0) return bins;
  const auto sums = bin_sums(false);
  for (int b = 0; b < num_bins; ++b) {
    const double* s = sums.data() + 3 * b;
    const double rows = s[0];
    bins.push_back({static_cast<double>(b) / num_bins, static_cast<double>(b + 1) / num_bins, rows,
                    rows > 0.0 ? s[1] / rows : 0.0, rows > 0.0 ? s[2] / rows : 0.0});
  }
  return bins;
}

void Predictive::save(data::StateWriter& writer) const {
  writer.put("draws", num_draws_);
  writer.put("sums", std::vector<double>{last_, sum_, weight_});
  data::Table table(comm_);
  const auto width = static_cast<int>(prediction_sum_.extent(1));
  table.add<double>("log_sum");
  if (width > 0) table.add<double>("prediction", width);
  table.append(rows_.size());
  std::vector<double> logs(log_sum_.extent(0));
  Kokkos::deep_copy(HostArray1<double>(logs.data(), logs.size()), log_sum_);
  data::set_rows(table.get<double>("log_sum"), 0, logs);
  if (width > 0) data::set_rows(table.get<double>("prediction"), 0, data::host_copy(prediction_sum_, 0, rows_.size()));
  put_table(writer, "rows", table);
}

void Predictive::restore(data::StateReader& reader) {
  reader.get("draws", num_draws_);
  std::vector<double> sums;
  reader.get("sums", sums);
  data::Table table(comm_);
  const auto width = static_cast<int>(prediction_sum_.extent(1));
  table.add<double>("log_sum");
  if (width > 0) table.add<double>("prediction", width);
  get_table(reader, "rows", table);
  if (sums.size() != 3 || table.num_global() != total_)
    throw Error::input("a checkpoint with predictions of other rows");
  last_ = sums[0];
  sum_ = sums[1];
  weight_ = sums[2];
  // Where the rows are now: training rows go with their clients, and not all ranks have equally many.
  const std::int64_t first = comm_.exclusive_sum(rows_.size());
  std::vector<std::int64_t> rows;
  for (std::int64_t n = 0; n < rows_.size(); ++n) rows.push_back(first + n);
  const auto logs = table.gather<double>("log_sum", rows);
  Kokkos::deep_copy(log_sum_, Kokkos::View<const double*, Kokkos::HostSpace>(logs.data(), logs.size()));
  if (width > 0) data::set_rows(prediction_sum_, 0, table.gather<double>("prediction", rows));
}

}  // namespace tessera::learn::fsgld
