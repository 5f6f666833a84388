#include "sim/pde/local_space.hpp"

#include "math/host_span.hpp"

namespace tessera::sim::pde {

namespace {

std::span<Complex> spectrum_of(const SpaceWork& work, std::int64_t modes) {
  return {reinterpret_cast<Complex*>(work.spectrum.data()), static_cast<std::size_t>(modes)};
}

}  // namespace

LocalSpace::LocalSpace(const Comm& comm, const SpaceParams& params)
    : SpectralSpace(params), sample_(comm, params.points) {
  if (!params.padded.empty()) padded_.emplace(comm, params.padded);
  num_rows_ = params.points.front();
  num_values_ = sample_.num_values();
  num_sample_modes_ = sample_.num_modes();
  const auto& home = padded_ ? params.padded : params.points;
  const std::int64_t home_rows = home.size() == 1 ? home.front() / 2 + 1 : home.front();
  set_modes(find_runs(home, 0, home_rows, &wave_vectors_));
  sample_runs_ = find_runs(params.points, 0, home.size() == 1 ? num_sample_modes_ : num_rows_);
  if (!padded_) return;
  num_padded_values_ = padded_->num_values();
  num_padded_modes_ = padded_->num_modes();
  padded_size_ = static_cast<double>(num_padded_values_);
}

void LocalSpace::to_modes(std::span<const double> values, std::span<Complex> modes, const SpaceWork& work) const {
  const auto spectrum = spectrum_of(work, num_sample_modes_);
  sample_.forward(values, spectrum);
  gather_modes(sample_runs_, spectrum.data(), modes.data());
  const double scale = sample_.scale();
  for (auto& mode : modes) mode *= scale;
}

void LocalSpace::to_values(std::span<const Complex> modes, std::span<double> values, const SpaceWork& work) const {
  const auto spectrum = spectrum_of(work, num_sample_modes_);
  scatter_modes(sample_runs_, modes.data(), spectrum);
  // Of modes that are their own mirror image only the real part counts.
  if (params_.points.size() == 1 && params_.keep_nyquist) spectrum.back().imag(0.0);
  sample_.backward(spectrum, values);
}

void LocalSpace::padded_to_values(const SpaceWork& work) const {
  padded_->backward(spectrum_of(work, num_padded_modes_), math::host_span(work.values));
}

void LocalSpace::padded_to_modes(const SpaceWork& work) const {
  padded_->forward(math::host_span(work.values), spectrum_of(work, num_padded_modes_));
}

}  // namespace tessera::sim::pde
