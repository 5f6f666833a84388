#include "sim/particles/mean_field.hpp"

#include <numbers>

#include "base/sum.hpp"

namespace tessera::sim::particles {

namespace {

enum class Function { identity, square, cosine, sine };

/// Sum over rows here of a function of k x.
ExactSum function_sum(const Array2<double>& position, int c, double k, Function function, int rows) {
  ExactSum total;
  Kokkos::parallel_reduce(
      "particles/mean_field_sum", Range(0, rows),
      KOKKOS_LAMBDA(int row, ExactSum& sum) {
        const double x = k * position(row, c);
        sum.add(function == Function::identity ? x
                : function == Function::square ? x * x
                : function == Function::cosine ? kmath::cos(x)
                                               : kmath::sin(x));
      },
      Kokkos::Sum<ExactSum>(total));
  return total;
}

void pull_to_mean(const Array2<double>& position, const Array2<double>& force, int c, double strength, double mean,
                  int rows) {
  Kokkos::parallel_for(
      "particles/pull_to_mean", Range(0, rows),
      KOKKOS_LAMBDA(int row) { force(row, c) -= strength * (position(row, c) - mean); });
}

/// The mean over j of sin(k (x_j - x_i)) is cos(k x_i) <sin> - sin(k x_i) <cos>.
void pull_to_phase(const Array2<double>& position, const Array2<double>& force, int c, double strength, double k,
                   double cosine, double sine, int rows) {
  Kokkos::parallel_for(
      "particles/pull_to_phase", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const double x = k * position(row, c);
        force(row, c) += strength / k * (kmath::cos(x) * sine - kmath::sin(x) * cosine);
      });
}

}  // namespace

MeanField::MeanField(const MeanFieldParams& params, int dimensions)
    : kind_(params.kind),
      strength_(params.strength),
      wave_number_(kind_ == MeanFieldKind::cosine ? 2.0 * std::numbers::pi / params.period : 1.0),
      dimensions_(dimensions) {}

/// Collective. For each coordinate the mean of x and of x^2, or of cos(k x) and sin(k x).
std::vector<double> MeanField::means(const Comm& comm, const Array2<double>& position, int rows,
                                     std::int64_t total) const {
  const bool is_harmonic = kind_ == MeanFieldKind::harmonic;
  std::vector<ExactSum> sums;
  for (int c = 0; c < dimensions_; ++c)
    for (const auto function :
         {is_harmonic ? Function::identity : Function::cosine, is_harmonic ? Function::square : Function::sine})
      sums.push_back(function_sum(position, c, wave_number_, function, rows));
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  std::vector<double> means;
  for (const auto& sum : sums) means.push_back(sum.value() / static_cast<double>(total));
  return means;
}

void MeanField::add_force(const Comm& comm, const Array2<double>& position, const Array2<double>& force, int rows,
                          std::int64_t total) const {
  const auto mean = means(comm, position, rows, total);
  for (int c = 0; c < dimensions_; ++c) {
    const auto first = mean[static_cast<std::size_t>(2 * c)], second = mean[static_cast<std::size_t>(2 * c + 1)];
    if (kind_ == MeanFieldKind::harmonic)
      pull_to_mean(position, force, c, strength_, first, rows);
    else
      pull_to_phase(position, force, c, strength_, wave_number_, first, second, rows);
  }
}

double MeanField::energy(const Comm& comm, const Array2<double>& position, int rows, std::int64_t total) const {
  const auto mean = means(comm, position, rows, total);
  double sum = 0.0;
  for (std::size_t n = 0; n < mean.size(); n += 2)
    sum += kind_ == MeanFieldKind::harmonic
               ? mean[n + 1] - mean[n] * mean[n]
               : (1.0 - mean[n] * mean[n] - mean[n + 1] * mean[n + 1]) / (wave_number_ * wave_number_);
  return 0.5 * strength_ * sum;
}

}  // namespace tessera::sim::particles
