#include "sim/density/mixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "sim/density/time_formulas.hpp"

namespace tessera::sim::density {

namespace {

constexpr int times_checked = 1000;
constexpr double half_log_two_pi = 0.9189385332046727418;

/// Formulas of each component in this order: weight, means, variances.
struct MixtureShape {
  int components = 0, dimensions = 0;
  Array1<double> rotation_rate;  // of each component

  KOKKOS_INLINE_FUNCTION int weight(int k) const { return k * (2 * dimensions + 1); }
  KOKKOS_INLINE_FUNCTION int mean(int k) const { return weight(k) + 1; }
  KOKKOS_INLINE_FUNCTION int variance(int k) const { return mean(k) + dimensions; }
};

/// Draws of a sample: step 0, the component; step 1, the numbers.
void draw_rows(const MixtureShape& shape, const Array2<double>& values, const Random& random, std::int64_t number,
               const Array1<const double>& times, std::int64_t first, int rows,
               const data::RowArray<double>& positions) {
  Kokkos::parallel_for(
      "density/draw_mixture", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const std::int64_t place = first + row;
        const auto id = static_cast<std::uint64_t>(number + place);
        int k = 0;
        if (shape.components > 1) {
          double total = 0.0;
          for (int n = 0; n < shape.components; ++n) total += values(row, shape.weight(n));
          const double wanted = total * random.uniform(id, 0).first;
          double sum = values(row, shape.weight(0));
          while (k + 1 < shape.components && wanted >= sum) sum += values(row, shape.weight(++k));
        }
        const int mean = shape.mean(k), variance = shape.variance(k);
        for (int c = 0; c < shape.dimensions; c += 2) {
          const auto pair = random.normal(id, 1, static_cast<std::uint32_t>(c / 2));
          positions(place, c) = kmath::sqrt(values(row, variance + c)) * pair.first;
          if (c + 1 < shape.dimensions)
            positions(place, c + 1) = kmath::sqrt(values(row, variance + c + 1)) * pair.second;
        }
        if (shape.rotation_rate(k) != 0.0) {
          const double angle = shape.rotation_rate(k) * times(place), x = positions(place, 0), y = positions(place, 1);
          positions(place, 0) = kmath::cos(angle) * x - kmath::sin(angle) * y;
          positions(place, 1) = kmath::sin(angle) * x + kmath::cos(angle) * y;
        }
        for (int c = 0; c < shape.dimensions; ++c) positions(place, c) += values(row, mean + c);
      });
}

void log_density_of_rows(const MixtureShape& shape, const Array2<double>& values, const Array1<const double>& times,
                         std::int64_t first, int rows, const data::RowArray<double>& positions,
                         const Array1<double>& result) {
  Kokkos::parallel_for(
      "density/log_density_of_mixture", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const std::int64_t place = first + row;
        double total = 0.0, largest = 0.0, sum = 0.0;  // sum of exp(term - largest)
        for (int k = 0; k < shape.components; ++k) {
          const double weight = values(row, shape.weight(k));
          if (weight <= 0.0) continue;
          const int mean = shape.mean(k), variance = shape.variance(k);
          double term = kmath::log(weight) - half_log_two_pi * shape.dimensions;
          double product = 1.0;
          for (int c = 0; c < shape.dimensions; ++c) {
            double y = positions(place, c) - values(row, mean + c);
            if (c < 2 && shape.rotation_rate(k) != 0.0) {
              const double angle = shape.rotation_rate(k) * times(place);
              const double other = positions(place, 1 - c) - values(row, mean + 1 - c);
              y = kmath::cos(angle) * y + (c == 0 ? 1.0 : -1.0) * kmath::sin(angle) * other;
            }
            const double spread = values(row, variance + c);
            term -= 0.5 * y * y / spread;
            product *= spread;
            if (c % 4 == 3 || c + 1 == shape.dimensions) {  // few logarithms, and no overflow
              term -= 0.5 * kmath::log(product);
              product = 1.0;
            }
          }
          if (total == 0.0 || term > largest) {
            sum = total == 0.0 ? 1.0 : sum * kmath::exp(largest - term) + 1.0;
            largest = term;
          } else {
            sum += kmath::exp(term - largest);
          }
          total += weight;
        }
        result(place) = largest + kmath::log(sum) - kmath::log(total);
      });
}

deck::FormulaNames names_of(const std::vector<deck::NamedNumber>& parameters) {
  deck::FormulaNames names;
  names.variables = {"t"};
  names.parameters = deck::to_pairs(parameters);
  return names;
}

std::vector<std::string> texts_of(const MixtureParams& params) {
  std::vector<std::string> texts;
  for (const auto& component : params.components) {
    texts.push_back(component.weight);
    texts.insert(texts.end(), component.mean.begin(), component.mean.end());
    texts.insert(texts.end(), component.variance.begin(), component.variance.end());
  }
  return texts;
}

class Mixture final : public SampleSource {
 public:
  explicit Mixture(const MixtureParams& params)
      : params_(params),
        formulas_(names_of(params.parameters), texts_of(params)),
        mass_(deck::compile_formulas(names_of(params.parameters), {params.mass})) {
    shape_.components = static_cast<int>(params.components.size());
    shape_.dimensions = static_cast<int>(params.components.front().mean.size());
    shape_.rotation_rate = Array1<double>("density/rotation_rate", params.components.size());
    const auto rates = Kokkos::create_mirror_view(shape_.rotation_rate);
    for (std::size_t k = 0; k < params.components.size(); ++k) rates(k) = params.components[k].rotation_rate;
    Kokkos::deep_copy(shape_.rotation_rate, rates);
    for (int n = 0; n <= times_checked; ++n) check(params.begin + (params.end - params.begin) * n / times_checked);
  }

  int dimensions() const override { return shape_.dimensions; }
  double begin() const override { return params_.begin; }
  double end() const override { return params_.end; }
  double mass(double t) const override {
    double value = 0.0;
    mass_(&t, &value);
    return value;
  }
  void draw(std::uint32_t seed, std::int64_t first, const Array1<const double>& times,
            const data::RowArray<double>& positions) const override {
    const Random random(seed, RandomPurpose::density_sample);
    in_turns(times, [&](const Array2<double>& values, std::int64_t begin, int rows) {
      draw_rows(shape_, values, random, first, times, begin, rows, positions);
    });
  }
  bool has_log_density() const override { return true; }
  void log_density(const Array1<const double>& times, const data::RowArray<double>& positions,
                   const Array1<double>& result) const override {
    in_turns(times, [&](const Array2<double>& values, std::int64_t begin, int rows) {
      log_density_of_rows(shape_, values, times, begin, rows, positions, result);
    });
  }

 private:
  template <class Work>
  void in_turns(const Array1<const double>& times, const Work& work) const {
    const auto count = static_cast<std::int64_t>(times.extent(0));
    for (std::int64_t begin = 0; begin < count; begin += TimeFormulas::rows_at_once) {
      const int rows = static_cast<int>(std::min<std::int64_t>(TimeFormulas::rows_at_once, count - begin));
      work(formulas_.evaluate(times, begin, rows), begin, rows);
    }
  }

  void check(double t) const {
    const auto values = formulas_.at(t);
    double total = 0.0;
    for (int k = 0; k < shape_.components; ++k) {
      const auto at = [&](int n) { return values[static_cast<std::size_t>(n)]; };
      const auto refuse = [&](const char* what, double value, const char* expected) {
        throw Error::input(fmt::format("[stage.density]: the {} of component {} is {} at t = {}; expected {}", what,
                                       k + 1, value, t, expected));
      };
      const double weight = at(shape_.weight(k));
      if (!(weight >= 0.0) || !std::isfinite(weight)) refuse("weight", weight, ">= 0");
      total += weight;
      for (int c = 0; c < shape_.dimensions; ++c) {
        const double mean = at(shape_.mean(k) + c), variance = at(shape_.variance(k) + c);
        if (!std::isfinite(mean)) refuse("mean", mean, "a number");
        if (!(variance > 0.0) || !std::isfinite(variance)) refuse("variance", variance, "> 0");
      }
    }
    if (!(total > 0.0)) throw Error::input(fmt::format("[stage.density]: all weights are zero at t = {}", t));
    const double now = mass(t);
    if (!(now > 0.0) || !std::isfinite(now))
      throw Error::input(fmt::format("[stage.density]: the mass is {} at t = {}; expected > 0", now, t));
  }

  MixtureParams params_;
  MixtureShape shape_;
  TimeFormulas formulas_;
  deck::Program mass_;
};

void bind_component(deck::Binder& b, ComponentParams& p, const deck::FormulaNames& names) {
  b.formula("weight", p.weight, names, {"relative to the other components"});
  b.required("mean");
  b.formulas("mean", p.mean, 0, names, {"of each coordinate", "length"});
  b.required("variance");
  b.formulas("variance", p.variance, 0, names, {"along each axis, or one for all", "length^2"});
  b.value("rotation_rate", p.rotation_rate, deck::any,
          {"at which the first two axes turn about the mean, from x towards y", "radians/time"});
  b.check(!p.mean.empty(), "mean", "at least one coordinate is needed");
  b.check(p.variance.size() == 1 || p.variance.size() == p.mean.size(), "variance",
          fmt::format("{} formulas for {} coordinates; expected one for each, or a single one for all",
                      p.variance.size(), p.mean.size()));
  b.check(p.rotation_rate == 0.0 || p.mean.size() > 1, "rotation_rate", "one coordinate alone does not turn");
  if (!b.is_describing() && p.variance.size() == 1) p.variance.assign(p.mean.size(), std::string(p.variance.front()));
}

}  // namespace

void bind_mixture(deck::Binder& b, MixtureParams& p) {
  b.value("begin", p.begin, deck::any, {"first time", "time"});
  b.value("end", p.end, deck::any, {"last time", "time"});
  b.check(p.begin < p.end, "end", fmt::format("{} is not behind the begin, {}", p.end, p.begin));
  b.tables("parameter", p.parameters, {"numbers that formulas call by name"});
  const deck::FormulaNames names = names_of(p.parameters);
  b.formula("mass", p.mass, names, {"integral of the density, of t; weights have no part in it"});
  b.tables("component", p.components, {"the Gaussians"},
           [&](deck::Binder& inner, ComponentParams& component) { bind_component(inner, component, names); });
  if (b.is_describing()) return;
  b.check(!p.components.empty(), "kind", "a mixture needs [[stage.density.component]] tables, at least one");
  for (const auto& component : p.components)
    b.check(component.mean.size() == p.components.front().mean.size(), "component",
            fmt::format("means have {} coordinates here and {} there", p.components.front().mean.size(),
                        component.mean.size()));
}

std::shared_ptr<const SampleSource> make_mixture(const MixtureParams& params) {
  return std::make_shared<const Mixture>(params);
}

}  // namespace tessera::sim::density
