#include "learn/action/rates.hpp"

#include "base/error.hpp"

namespace tessera::learn::action {

namespace {

void set_inputs(const data::RowArray<double>& state, const data::RowArray<double>& in, std::int64_t count,
                double own_time, double inverse_length, const StateLayout& layout) {
  const auto d = static_cast<int>(layout.dimensions), told = static_cast<int>(layout.conditions);
  const auto first = static_cast<int>(layout.condition());
  Kokkos::parallel_for(
      "action/rates_in", Range(0, count), KOKKOS_LAMBDA(std::int64_t row) {
        in(row, 0) = own_time;
        for (int c = 0; c < d; ++c) in(row, 1 + c) = inverse_length * state(row, c);
        for (int c = 0; c < told; ++c) in(row, 1 + d + c) = inverse_length * state(row, first + c);
      });
}

struct RateScales {
  double velocity, growth, spreading;  // of what the network gives
  double power;                        // p' - 2
};

void set_rates(const data::RowArray<double>& out, const data::RowArray<double>& rate, std::int64_t count,
               const RateScales& scales) {
  const auto d = static_cast<int>(out.extent(1)) - 2, width = static_cast<int>(rate.extent(1));
  Kokkos::parallel_for(
      "action/rates_out", Range(0, count), KOKKOS_LAMBDA(std::int64_t row) {
        double factor = scales.velocity;
        if (scales.power != 0.0) {
          double square = 0.0;
          for (int c = 0; c < d; ++c) square += out(row, c) * out(row, c);
          factor *= square > 0.0 ? kmath::pow(square, 0.5 * scales.power) : 0.0;
        }
        for (int c = 0; c < d; ++c) rate(row, c) = factor * out(row, c);
        rate(row, d) = scales.growth * out(row, d);
        rate(row, d + 1) = -scales.spreading * out(row, d + 1);
        for (int c = d + 2; c < width; ++c) rate(row, c) = 0.0;
      });
}

}  // namespace

Rates::Rates(const TrainedModel& model, bool with_density, Precision precision)
    : model_(model), dynamics_(model.dynamics, model.scales), field_(model.network, with_density, precision) {
  if (with_density && (dynamics_.cost_exponent() != 2.0 || dynamics_.has_noise()))
    throw Error::input(
        "the density along a path is followed where particles move by the gradient of the action alone: "
        "expected a model without sigma, of cost_exponent = 2");
}

void Rates::reserve(std::int64_t rows) {
  if (static_cast<std::int64_t>(in_.extent(0)) >= rows) return;
  in_ = data::RowArray<double>("action/rates_in", static_cast<std::size_t>(rows),
                               static_cast<std::size_t>(field_.input_width()));
  out_ = data::RowArray<double>("action/rates_out", static_cast<std::size_t>(rows),
                                static_cast<std::size_t>(field_.output_width()));
}

void Rates::evaluate(double time, const data::RowArray<double>& state, std::int64_t count,
                     const data::RowArray<double>& rate) {
  reserve(count);
  const auto& scales = model_.scales;
  set_inputs(state, in_, count, scales.own_time(time), 1.0 / scales.length, layout());
  field_.evaluate(model_.values, in_, count, out_);
  set_rates(out_, rate, count,
            {scales.velocity(), dynamics_.growth() / scales.duration, 1.0 / scales.duration,
             model_.method == Method::action ? dynamics_.conjugate_exponent() - 2.0 : 0.0});
}

}  // namespace tessera::learn::action
