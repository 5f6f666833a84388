#include "sim/pde/split_space.hpp"

#include "math/host_span.hpp"
#include "sim/pde/split_layout.hpp"

namespace tessera::sim::pde {

namespace {

std::span<Complex> spectrum_of(const SpaceWork& work, std::int64_t modes) {
  return {reinterpret_cast<Complex*>(work.spectrum.data()), static_cast<std::size_t>(modes)};
}

std::span<const double> as_numbers(std::span<const Complex> modes) {
  return {reinterpret_cast<const double*>(modes.data()), 2 * modes.size()};
}
std::span<double> as_numbers(std::span<Complex> modes) {
  return {reinterpret_cast<double*>(modes.data()), 2 * modes.size()};
}

}  // namespace

SplitSpace::SplitSpace(const Comm& comm, const SpaceParams& params)
    : SpectralSpace(params), sample_(comm, params.points), row_length_(kept_in_row(params)) {
  first_row_ = sample_.values().first;
  num_rows_ = sample_.values().count;
  num_values_ = sample_.num_values();
  num_sample_modes_ = sample_.num_modes();
  sample_runs_ = find_runs(params.points, sample_.modes().first, sample_.modes().count);
  if (params.padded.empty()) {
    set_modes(find_runs(params.points, sample_.modes().first, sample_.modes().count, &wave_vectors_));
    return;
  }
  padded_.emplace(comm, params.padded);
  num_padded_values_ = padded_->num_values();
  num_padded_modes_ = padded_->num_modes();
  padded_size_ = 1.0 / padded_->scale();
  set_modes(find_runs(params.padded, padded_->modes().first, padded_->modes().count, &wave_vectors_));
  const auto rows = kept_rows(params, params.points.front(), sample_.modes());
  std::int64_t kept = 0;
  for (const auto& span : rows) kept += span.count * row_length_;
  sample_kept_.resize(static_cast<std::size_t>(kept));
  exchange_.emplace(comm, rows, kept_rows(params, params.padded.front(), padded_->modes()));
}

void SplitSpace::to_modes(std::span<const double> values, std::span<Complex> modes, const SpaceWork& work) const {
  const auto spectrum = spectrum_of(work, num_sample_modes_);
  sample_.forward(values, spectrum);
  if (exchange_) {
    gather_modes(sample_runs_, spectrum.data(), sample_kept_.data());
    exchange_->forward(as_numbers(std::span<const Complex>(sample_kept_)), as_numbers(modes),
                       static_cast<int>(2 * row_length_));
  } else {
    gather_modes(sample_runs_, spectrum.data(), modes.data());
  }
  const double scale = sample_.scale();
  for (auto& mode : modes) mode *= scale;
}

void SplitSpace::to_values(std::span<const Complex> modes, std::span<double> values, const SpaceWork& work) const {
  const auto spectrum = spectrum_of(work, num_sample_modes_);
  if (exchange_) {
    exchange_->backward(as_numbers(modes), as_numbers(std::span<Complex>(sample_kept_)),
                        static_cast<int>(2 * row_length_));
    scatter_modes(sample_runs_, sample_kept_.data(), spectrum);
  } else {
    scatter_modes(sample_runs_, modes.data(), spectrum);
  }
  sample_.backward(spectrum, values);
}

void SplitSpace::padded_to_values(const SpaceWork& work) const {
  padded_->backward(spectrum_of(work, num_padded_modes_), math::host_span(work.values));
}

void SplitSpace::padded_to_modes(const SpaceWork& work) const {
  padded_->forward(math::host_span(work.values), spectrum_of(work, num_padded_modes_));
}

}  // namespace tessera::sim::pde
