#include "spectral.hpp"

#include <cmath>
#include <functional>
#include <numbers>

namespace tessera::test {

namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

/// Actuators act on the last field.
sim::SpectralModel model_of(const PdeSetting& setting, int fields,
                            const std::function<std::vector<Complex>(double wavenumber)>& symbol) {
  sim::SpectralModel model;
  const std::int64_t n = setting.num_points;
  model.num_points = n;
  model.fields = fields;
  for (std::int64_t m = 0; m <= n / 2; ++m) {
    const auto block = symbol(2.0 * pi * static_cast<double>(m) / setting.length);
    model.symbol.insert(model.symbol.end(), block.begin(), block.end());
  }
  model.num_actions = setting.num_actions;
  model.actuators.assign(static_cast<std::size_t>(setting.num_actions * fields * n), 0.0);
  const std::int64_t whole_spacing = n / setting.num_actions;
  const auto spacing = static_cast<double>(whole_spacing);
  const std::int64_t shift = (fields - 1) * n;
  // As a state of all fields is numbered; its width is that of a field's domain.
  const double width = setting.width * static_cast<double>(n);
  for (std::int64_t a = 0; a < setting.num_actions; ++a) {
    const double centre = std::trunc((0.5 + static_cast<double>(a)) * spacing + static_cast<double>(shift));
    const auto first = static_cast<std::int64_t>(std::trunc(centre - 0.5 * width));
    const auto last = static_cast<std::int64_t>(std::trunc(centre + 0.5 * width));
    for (std::int64_t i = first; i < last; ++i) model.actuators[static_cast<std::size_t>(a * fields * n + i)] = 1.0;
  }
  for (std::int64_t i = 0; i < setting.num_sensors; ++i)
    model.sensors.push_back(i * (fields * n / setting.num_sensors));
  return model;
}

}  // namespace

sim::SpectralModel convection_diffusion_reaction(const PdeSetting& setting, double diffusivity, double velocity,
                                                 double reaction) {
  return model_of(setting, 1, [&](double k) -> std::vector<Complex> {
    return {std::exp(Complex(reaction - diffusivity * k * k, -velocity * k) * setting.sample_time)};
  });
}

sim::SpectralModel wave(const PdeSetting& setting, double speed) {
  return model_of(setting, 2, [&](double k) -> std::vector<Complex> {
    const double frequency = speed * k, angle = frequency * setting.sample_time;
    const double over = frequency == 0.0 ? setting.sample_time : std::sin(angle) / frequency;
    return {std::cos(angle), over, -frequency * std::sin(angle), std::cos(angle)};
  });
}

sim::SpectralModel schrodinger(const PdeSetting& setting, double potential) {
  return model_of(setting, 2, [&](double k) -> std::vector<Complex> {
    const double angle = (0.5 * k * k + potential) * setting.sample_time;
    return {std::cos(angle), std::sin(angle), -std::sin(angle), std::cos(angle)};
  });
}

sim::DenseModel dense(const sim::SpectralModel& model) {
  sim::DenseModel matrices;
  const auto n = static_cast<int>(model.num_points);
  const int fields = model.fields, states = n * fields;
  matrices.a = math::Matrix(states, states);
  for (int to = 0; to < fields; ++to)
    for (int from = 0; from < fields; ++from)
      for (int shift = 0; shift < n; ++shift) {
        double value = 0.0;
        for (int m = 0; m <= n / 2; ++m) {
          const auto symbol = model.symbol[static_cast<std::size_t>((m * fields + to) * fields + from)];
          const bool is_single = m == 0 || 2 * m == n;
          const int turn = static_cast<int>(static_cast<std::int64_t>(m) * shift % n);  // exact
          const auto wave = std::polar(1.0, 2.0 * pi * turn / n);
          value += (is_single ? 1.0 : 2.0) * ((2 * m == n ? Complex(symbol.real()) : symbol) * wave).real() / n;
        }
        for (int j = 0; j < n; ++j) matrices.a(to * n + (j + shift) % n, from * n + j) = value;
      }
  matrices.b2 = math::Matrix(states, static_cast<int>(model.num_actions));
  for (int a = 0; a < matrices.b2.cols(); ++a)
    for (int i = 0; i < states; ++i) matrices.b2(i, a) = model.actuators[static_cast<std::size_t>(a) * states + i];
  matrices.c = math::Matrix(static_cast<int>(model.sensors.size()), states);
  for (int i = 0; i < matrices.c.rows(); ++i)
    matrices.c(i, static_cast<int>(model.sensors[static_cast<std::size_t>(i)])) = 1.0;
  matrices.q = math::Matrix::identity(states, model.q);
  matrices.r = math::Matrix::identity(matrices.b2.cols(), model.r);
  matrices.process = math::Matrix::identity(states, model.process);
  matrices.measurement = math::Matrix::identity(matrices.c.rows(), model.measurement);
  matrices.target = model.target;
  return matrices;
}

}  // namespace tessera::test
