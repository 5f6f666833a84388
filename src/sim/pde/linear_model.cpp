#include "sim/pde/linear_model.hpp"

#include <cmath>
#include <numbers>

#include "math/fft.hpp"
#include "sim/pde/start.hpp"

namespace tessera::sim::pde {

namespace {

constexpr std::int64_t max_dense_states = 4096;

/// Of a state: of its first field.
std::vector<double> target_of(const PdeParams& p) {
  if (p.target.empty()) return {};
  const deck::Program program = deck::compile_formulas(start_names(p), {p.target});
  std::vector<double> target(static_cast<std::size_t>(p.num_points() * p.num_fields()), 0.0);
  for (std::int64_t n = 0; n < p.points[0]; ++n) {
    const double inputs[] = {static_cast<double>(n) * p.length[0] / static_cast<double>(p.points[0]), 0.0, 0.0, 0.0};
    program(inputs, &target[static_cast<std::size_t>(n)]);
  }
  return target;
}

/// The first column of the circulant matrix with this symbol (modes 0..n/2).
std::vector<double> first_column(std::vector<Complex> symbol, std::int64_t n, const math::RealFft& fft) {
  std::vector<double> column(static_cast<std::size_t>(n));
  symbol.front().imag(0.0);
  if (n % 2 == 0) symbol.back().imag(0.0);
  fft.backward(symbol, column);
  for (double& value : column) value *= fft.scale();
  return column;
}

}  // namespace

std::optional<SpectralModel> make_spectral_model(const PdeParams& p, const std::vector<std::int64_t>& sensors) {
  if (!is_linear(p.equation) || p.dimensions() != 1) return {};
  const std::int64_t n = p.points[0];
  const double spacing = p.length[0] / static_cast<double>(n);
  SpectralModel model;
  model.num_points = n;
  model.fields = p.num_fields();
  const auto constants = p.values_of_constants();
  const math::RealFft fft({n});
  std::vector<std::vector<Complex>> force_symbols(static_cast<std::size_t>(model.fields));
  for (std::int64_t m = 0; m <= n / 2; ++m) {
    const double k = 2.0 * std::numbers::pi * static_cast<double>(m) / p.length[0];
    const auto mode = propagator(p.equation, constants, {k, 0.0, 0.0}, *p.sample_time);
    for (int row = 0; row < model.fields; ++row) {
      for (int column = 0; column < model.fields; ++column) model.symbol.push_back(mode.state[row][column]);
      const bool is_pushed_at_once = p.fidelity == Fidelity::reference;
      force_symbols[static_cast<std::size_t>(row)].push_back(
          is_pushed_at_once ? Complex(row + 1 == model.fields ? 1.0 : 0.0) : mode.force[row]);
    }
  }
  const std::int64_t offset = model.fields == 2 ? n : 0;
  const Actuators actuators({actuator_profiles(*p.placement, n, p.actuators[0], p.actuator_width, offset)}, {n}, 0, n);
  model.num_actions = actuators.count();
  for (std::int64_t action = 0; action < model.num_actions; ++action) {
    const auto shape = actuators.values(action);
    std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes()));
    fft.forward(shape, modes);
    for (const auto& symbol : force_symbols) {
      auto pushed = modes;
      for (std::size_t m = 0; m < pushed.size(); ++m) pushed[m] *= symbol[m];
      const auto column = first_column(pushed, n, fft);
      model.actuators.insert(model.actuators.end(), column.begin(), column.end());
    }
  }
  model.q = p.state_weight * (p.weigh_by_spacing ? spacing : 1.0);
  model.r = p.action_weight;
  model.process = p.process_noise * (p.weigh_by_spacing ? *p.sample_time / spacing : 1.0);
  model.measurement = p.sensor_noise;
  model.sensors = sensors;
  model.target = target_of(p);
  return model;
}

bool has_dense_model(const PdeParams& p) {
  return is_linear(p.equation) && p.dimensions() == 1 && p.num_points() * p.num_fields() <= max_dense_states;
}

DenseModel make_dense_model(const SpectralModel& model) {
  const std::int64_t n = model.num_points, states = n * model.fields;
  const auto size = static_cast<int>(states), points = static_cast<int>(n), fields = model.fields;
  const math::RealFft fft({n});
  DenseModel dense;
  dense.a = math::Matrix(size, size);
  for (int row = 0; row < fields; ++row)
    for (int column = 0; column < fields; ++column) {
      std::vector<Complex> symbol;
      for (std::int64_t m = 0; m <= n / 2; ++m)
        symbol.push_back(model.symbol[static_cast<std::size_t>((m * fields + row) * fields + column)]);
      const auto values = first_column(symbol, n, fft);
      for (int j = 0; j < points; ++j)
        for (int i = 0; i < points; ++i)
          dense.a(row * points + i, column * points + j) = values[static_cast<std::size_t>((i - j + points) % points)];
    }
  dense.b2 = math::Matrix(size, static_cast<int>(model.num_actions));
  std::copy(model.actuators.begin(), model.actuators.end(), dense.b2.data());
  dense.c = math::Matrix(static_cast<int>(model.sensors.size()), size);
  for (std::size_t i = 0; i < model.sensors.size(); ++i)
    dense.c(static_cast<int>(i), static_cast<int>(model.sensors[i])) = 1.0;
  dense.q = math::Matrix::identity(size, model.q);
  dense.r = math::Matrix::identity(static_cast<int>(model.num_actions), model.r);
  dense.process = math::Matrix::identity(size, model.process);
  dense.measurement = math::Matrix::identity(static_cast<int>(model.sensors.size()), model.measurement);
  dense.target = model.target;
  return dense;
}

}  // namespace tessera::sim::pde
