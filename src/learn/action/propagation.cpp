#include "learn/action/propagation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/region.hpp"
#include "base/sum.hpp"
#include "data/io/table_state.hpp"
#include "diff/host_copy.hpp"

namespace tessera::learn::action {

namespace {

using State = data::RowArray<double>;

/// x += scale z, one normal number for each coordinate, keyed by the number of the row.
void add_noise(const State& state, std::int64_t count, int dimensions, std::int64_t first_row, const Random& random,
               std::int64_t step, double scale) {
  Kokkos::parallel_for(
      "action/noise", Range(0, count), KOKKOS_LAMBDA(std::int64_t row) {
        const auto id = static_cast<std::uint64_t>(first_row + row);
        for (int c = 0; c < dimensions; c += 2) {
          const auto pair = random.normal(id, static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(c / 2));
          state(row, c) += scale * pair.first;
          if (c + 1 < dimensions) state(row, c + 1) += scale * pair.second;
        }
      });
}

void add_rate(const State& state, const State& rate, std::int64_t count, int width, double dt) {
  Kokkos::parallel_for(
      "action/add_rate", Range(0, count), KOKKOS_LAMBDA(std::int64_t row) {
        for (int c = 0; c < width; ++c) state(row, c) += dt * rate(row, c);
      });
}

/// Brings positions back into a box.
void wrap(const State& state, std::int64_t count, const Array1<double>& low, const Array1<double>& length) {
  const auto d = static_cast<int>(length.extent(0));
  Kokkos::parallel_for(
      "action/wrap", Range(0, count), KOKKOS_LAMBDA(std::int64_t row) {
        for (int c = 0; c < d; ++c)
          if (length(c) > 0.0) state(row, c) -= length(c) * kmath::floor((state(row, c) - low(c)) / length(c));
      });
}

Integrator choose(Integrator wanted, const TrainedModel& model) {
  const bool is_score = model.method == Method::score || model.method == Method::sliced_score;
  const bool has_noise = model.dynamics.has_noise();
  if (wanted == Integrator::automatic)
    return is_score ? Integrator::annealed_langevin : has_noise ? Integrator::euler_maruyama : Integrator::heun;
  if (is_score != (wanted == Integrator::annealed_langevin))
    throw Error::input(is_score ? "this model is a score, which moves nothing by itself; expected integrator = "
                                  "\"annealed_langevin\" (or \"automatic\")"
                                : "annealed Langevin dynamics needs a score; expected a model of score_matching");
  if (has_noise && wanted != Integrator::euler_maruyama)
    throw Error::input(
        "this model was trained for particles that diffuse; expected integrator = \"euler_maruyama\" "
        "(or \"automatic\")");
  return wanted;
}

OdeMethod ode_method(Integrator integrator) {
  switch (integrator) {
    case Integrator::heun:
      return OdeMethod::heun;
    case Integrator::rk4:
      return OdeMethod::rk4;
    case Integrator::dp5:
      return OdeMethod::dp5;
    default:
      return OdeMethod::euler;
  }
}

data::Table make_particles(const Comm& comm, const data::Table& start, const StateLayout& layout) {
  data::Table particles(comm);
  particles.add<double>("state", static_cast<int>(layout.width()));
  particles.append(start.num_rows());
  const auto count = start.num_rows();
  const auto position = data::host_copy(start.get<double>("position"), 0, count);
  std::vector<double> rows(static_cast<std::size_t>(count * layout.width()));
  const auto width = static_cast<std::size_t>(layout.width()), d = static_cast<std::size_t>(layout.dimensions);
  for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n)
    for (std::size_t c = 0; c < d; ++c) rows[n * width + c] = position[n * d + c];
  const auto put = [&](const char* name, std::int64_t place, std::size_t numbers) {
    if (!start.has_column(name)) return;
    const auto values = data::host_copy(start.get<double>(name), 0, count);
    for (std::size_t n = 0; n < values.size(); ++n)
      rows[n / numbers * width + static_cast<std::size_t>(place) + n % numbers] = values[n];
  };
  put("log_weight", layout.log_weight(), 1);
  put("log_density", layout.log_density(), 1);
  put("condition", layout.condition(), static_cast<std::size_t>(layout.conditions));
  data::set_rows(particles.get<double>("state"), 0, rows);
  return particles;
}

/// The first of the rows that is not a number or far beyond all that is meant; the greatest number if there is none.
std::int64_t find_strange(const data::RowArray<double>& state, std::int64_t rows) {
  const auto width = static_cast<int>(state.extent(1));
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  Kokkos::parallel_reduce(
      "action/find_strange", Range(0, rows),
      KOKKOS_LAMBDA(std::int64_t row, std::int64_t & least) {
        for (int c = 0; c < width; ++c)
          if (!(kmath::fabs(state(row, c)) <= 1e150) && row < least) least = row;
      },
      Kokkos::Min<std::int64_t>(first));
  return first;
}

}  // namespace

Propagation::Propagation(const Comm& comm, TrainedModel model, const PropagationParams& params,
                         const data::Table& start, std::uint32_t seed)
    : comm_(comm),
      model_(std::make_unique<TrainedModel>(std::move(model))),
      params_(params),
      seed_(seed),
      rates_(std::make_unique<Rates>(*model_, params.log_density, params.precision)),
      dynamics_(model_->dynamics, model_->scales),
      ode_(comm, ode_method(choose(params.integrator, *model_)), params.control),
      has_growth_(dynamics_.has_growth() || start.has_column("log_weight")),
      particles_(make_particles(comm, start, rates_->layout())) {
  params_.integrator = choose(params.integrator, *model_);
  if (params_.backward && params_.integrator == Integrator::euler_maruyama)
    throw Error::input(
        "particles that diffuse go backward only with the score of their density, which this model does "
        "not know; expected a model without sigma, or backward = false");
  if (params_.log_density && params_.integrator == Integrator::annealed_langevin)
    throw Error::input("annealed Langevin dynamics follows no density; expected log_density = false");
  if (params_.growth_as == GrowthAs::branching && !dynamics_.has_growth())
    throw Error::input("particles of this model do not multiply; expected growth_as = \"weights\"");
  if (params_.growth_as == GrowthAs::branching && params_.backward)
    throw Error::input("particles do not branch backward in time; expected growth_as = \"weights\"");
  if (layout().conditions > 0 && !start.has_column("condition"))
    throw Error::internal("particles of which nothing is known, for a network that is told of them");
  if (!params_.begin || !params_.end) throw Error::internal("a propagation without times");
  const Box box = scaled(model_->network.shape().box, 1.0 / model_->scales.length);
  box_low_ = Array1<double>("action/box_low", box.low.size());
  box_length_ = Array1<double>("action/box_length", box.length.size());
  diff::from_host(box_low_, box.low);
  diff::from_host(box_length_, box.length);
  first_weight_ = moments().mass;
}

double Propagation::time_at(std::int64_t step) const {
  const double part = static_cast<double>(step) / static_cast<double>(params_.steps);
  const double first = params_.backward ? *params_.end : *params_.begin,
               last = params_.backward ? *params_.begin : *params_.end;
  return step == params_.steps ? last : first + part * (last - first);
}

std::int64_t Propagation::step() {
  const Region region("action/propagate");
  const double t = time(), dt = time_at(step_ + 1) - t;
  const auto state = particles_.get<double>("state");
  if (params_.integrator == Integrator::annealed_langevin) {
    langevin(t + dt);
  } else if (params_.integrator == Integrator::euler_maruyama) {
    diffuse(t, dt);
  } else {
    ode_.advance(
        [&](double at, const State& y, std::int64_t count, const State& rate) { rates_->evaluate(at, y, count, rate); },
        t, dt, state, particles_.num_rows());
  }
  const std::int64_t strange = first_strange();
  if (strange > 0) {
    ++step_;
    return strange;
  }
  if (box_length_.extent(0) > 0) wrap(state, particles_.num_rows(), box_low_, box_length_);
  if (params_.growth_as == GrowthAs::branching) branch();
  ++step_;
  resample_if_due();
  return 0;
}

const State& Propagation::rate_room() {
  const auto rows = static_cast<std::size_t>(particles_.num_rows());
  if (rate_.extent(0) < rows) rate_ = State("action/rate", rows, static_cast<std::size_t>(layout().width()));
  return rate_;
}

void Propagation::diffuse(double t, double dt) {
  const auto state = particles_.get<double>("state");
  const std::int64_t count = particles_.num_rows();
  const State& rate = rate_room();
  rates_->evaluate(t, state, count, rate);
  add_rate(state, rate, count, static_cast<int>(state.extent(1)), dt);
  const auto& scales = model_->scales;
  const double sigma = dynamics_.sigma(scales.own_time(t)) * scales.length / std::sqrt(scales.duration);
  add_noise(state, count, static_cast<int>(layout().dimensions), particles_.first_row(),
            Random(seed_, RandomPurpose::propagation_noise), step_, sigma * std::sqrt(dt));
}

void Propagation::langevin(double t) {
  const auto state = particles_.get<double>("state");
  const std::int64_t count = particles_.num_rows();
  const State& rate = rate_room();
  const auto& scales = model_->scales;
  // The network's score, in lengths of its own, counts for 1/length; rates have it times length/duration.
  const double score = scales.duration / (scales.length * scales.length);
  const auto d = static_cast<int>(layout().dimensions);
  const Random random(seed_, RandomPurpose::baseline_noise);
  for (std::int64_t n = 0; n < params_.langevin.steps; ++n) {
    rates_->evaluate(t, state, count, rate);
    add_rate(state, rate, count, d, 0.5 * params_.langevin.size * score);
    add_noise(state, count, d, particles_.first_row(), random, step_ * params_.langevin.steps + n,
              std::sqrt(params_.langevin.size));
  }
}

std::int64_t Propagation::first_strange() const {
  constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
  const std::int64_t row = find_strange(particles_.get<double>("state"), particles_.num_rows());
  const std::int64_t first = comm_.all_reduce(row == none ? none : particles_.first_row() + row, Op::min);
  return first == none ? 0 : first + 1;
}

PropagationMoments Propagation::moments() const {
  const auto layout = this->layout();
  const auto d = static_cast<std::size_t>(layout.dimensions), width = static_cast<std::size_t>(layout.width());
  const auto rows = data::host_copy(particles_.get<double>("state"), 0, particles_.num_rows());
  std::vector<ExactSum> sums(2 + d);
  const std::size_t count = rows.size() / width;
  const auto weight = [&](std::size_t n) { return std::exp(rows[n * width + d]); };
  for (std::size_t n = 0; n < count; ++n) {
    const double w = weight(n);
    sums[0].add(w);
    sums[1].add(w * w);
    for (std::size_t c = 0; c < d; ++c) sums[2 + c].add(w * rows[n * width + c]);
  }
  all_reduce(comm_, sums.data(), static_cast<int>(sums.size()));
  PropagationMoments result;
  const double total = sums[0].value();
  for (std::size_t c = 0; c < d; ++c) result.mean.push_back(sums[2 + c].value() / total);
  std::vector<ExactSum> squares(d);
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t c = 0; c < d; ++c) {
      const double y = rows[n * width + c] - result.mean[c];
      squares[c].add(weight(n) * y * y);
    }
  all_reduce(comm_, squares.data(), static_cast<int>(d));
  for (std::size_t c = 0; c < d; ++c) result.variance.push_back(squares[c].value() / total);
  result.mass = total / first_weight_;
  result.effective_count = total * total / sums[1].value();
  return result;
}

void Propagation::save(data::StateWriter& writer) const {
  writer.put("step", step_);
  writer.put("next_step", ode_.next_step());
  writer.put("first_weight", first_weight_);
  data::put_table(writer, "particles", particles_);
}

void Propagation::restore(data::StateReader& reader) {
  reader.get("step", step_);
  double next = 0.0;
  reader.get("next_step", next);
  ode_.set_next_step(next);
  reader.get("first_weight", first_weight_);
  data::get_table(reader, "particles", particles_);
}

}  // namespace tessera::learn::action
