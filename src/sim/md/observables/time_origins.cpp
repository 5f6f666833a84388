#include "sim/md/observables/time_origins.hpp"

#include <fmt/core.h>

#include <utility>

#include "base/error.hpp"

namespace tessera::sim::md {

using data::Column;

namespace {

// Products of what was there, `then`, and what is there now.

struct Distance {
  static constexpr int num_values = 2;
  KOKKOS_FUNCTION void operator()(const double (&now)[3], const double (&then)[3], double (&values)[2]) const {
    double square = 0.0;
    for (int c = 0; c < 3; ++c) square += (now[c] - then[c]) * (now[c] - then[c]);
    values[0] = square;
    values[1] = square * square;
  }
};

struct Dot {
  static constexpr int num_values = 1;
  KOKKOS_FUNCTION void operator()(const double (&now)[3], const double (&then)[3], double (&values)[1]) const {
    values[0] = 0.0;
    for (int c = 0; c < 3; ++c) values[0] += now[c] * then[c];
  }
};

/// exp(i q . d), averaged over all directions of q.
struct Wave {
  static constexpr int num_values = 1;
  double wavenumber;
  KOKKOS_FUNCTION void operator()(const double (&now)[3], const double (&then)[3], double (&values)[1]) const {
    double square = 0.0;
    for (int c = 0; c < 3; ++c) square += (now[c] - then[c]) * (now[c] - then[c]);
    const double x = wavenumber * kmath::sqrt(square);
    values[0] = x > 1e-8 ? kmath::sin(x) / x : 1.0;
  }
};

/// Sum of a product over the particles of one type.
template <class Product>
struct ProductKernel {
  Array2<double> now, then;
  Array2<int> type;
  int wanted;
  int first;  // component of `then`
  Product product;

  KOKKOS_FUNCTION void operator()(int i, ExactSums<Product::num_values>& total) const {
    if (type(i, 0) != wanted) return;
    const double a[3] = {now(i, 0), now(i, 1), now(i, 2)};
    const double b[3] = {then(i, first), then(i, first + 1), then(i, first + 2)};
    double values[Product::num_values];
    product(a, b, values);
    for (int n = 0; n < Product::num_values; ++n) total.part[n].add(values[n]);
  }
};

template <class Product>
void reduce(int rows, const ProductKernel<Product>& kernel, std::vector<ExactSum>& sums) {
  using Sums = ExactSums<Product::num_values>;
  Sums total;
  Kokkos::parallel_reduce("md/correlate", Range(0, rows), kernel, Kokkos::Sum<Sums>(total));
  sums.insert(sums.end(), total.part, total.part + Product::num_values);
}

}  // namespace

void bind(deck::Binder& binder, OriginParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.value("lags", params.lags, {.low = 2, .high = 1e6}, {"samples that the correlation reaches back, 0 included"});
  binder.value("origins", params.origins, {.low = 1, .high = 100},
               {"most time origins at once; each costs 24 bytes a particle"});
}

TimeOrigins::TimeOrigins(Engine& engine, const std::string& column, const std::string& unit, const OriginParams& params,
                         Product product, std::vector<double> wavenumbers)
    : column_(column),
      product_(product),
      wavenumbers_(std::move(wavenumbers)),
      num_types_(static_cast<int>(engine.system().species.size())),
      num_values_(product == Product::waves      ? static_cast<int>(wavenumbers_.size())
                  : product == Product::distance ? Distance::num_values
                                                 : Dot::num_values),
      lags_(params.lags),
      spacing_((params.lags + params.origins - 1) / params.origins),
      slots_((params.lags + spacing_ - 1) / spacing_),
      sums_(static_cast<std::size_t>(params.lags * num_types_ * num_values_)),
      num_origins_(static_cast<std::size_t>(params.lags), 0) {
  engine.system().particles.add<double>(column_, 3 * num_slots(), Column::saved, unit);
}

std::int64_t TimeOrigins::birth(std::int64_t slot) const {
  const std::int64_t last = num_samples_ / spacing_;
  if (last < slot) return -1;
  return (last - (last - slot) % slots_) * spacing_;
}

void TimeOrigins::add_sums(const Engine& engine, const Array2<double>& now, int slot,
                           std::vector<ExactSum>& sums) const {
  const auto& particles = engine.system().particles;
  const auto then = particles.get<double>(column_);
  const auto type = particles.get<int>("type");
  const int rows = particles.num_owned();
  for (int wanted = 0; wanted < num_types_; ++wanted) {
    if (product_ == Product::distance)
      reduce(rows, ProductKernel<Distance>{now, then, type, wanted, 3 * slot, {}}, sums);
    else if (product_ == Product::dot)
      reduce(rows, ProductKernel<Dot>{now, then, type, wanted, 3 * slot, {}}, sums);
    else
      for (const double q : wavenumbers_)
        reduce(rows, ProductKernel<Wave>{now, then, type, wanted, 3 * slot, {q}}, sums);
  }
}

void TimeOrigins::sample(const Engine& engine, const Array2<double>& now) {
  const auto& particles = engine.system().particles;
  if (num_samples_ % spacing_ == 0) {
    const auto then = particles.get<double>(column_);
    const int first = 3 * static_cast<int>(num_samples_ / spacing_ % slots_);
    Kokkos::parallel_for(
        "md/keep_origin", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
          for (int c = 0; c < 3; ++c) then(i, first + c) = now(i, c);
        });
  }

  latest_.clear();
  std::vector<ExactSum> sums;
  for (std::int64_t slot = 0; slot < slots_; ++slot) {
    const std::int64_t lag = num_samples_ - birth(slot);
    if (birth(slot) < 0 || lag >= lags_) continue;
    latest_.push_back({static_cast<int>(slot), lag, {}});
    add_sums(engine, now, static_cast<int>(slot), sums);
  }
  all_reduce(particles.comm(), sums.data(), static_cast<int>(sums.size()));
  const auto row = static_cast<std::size_t>(num_types_ * num_values_);
  for (std::size_t n = 0; n < latest_.size(); ++n) {
    const auto lag = static_cast<std::size_t>(latest_[n].lag);
    for (std::size_t t = 0; t < row; ++t) {
      sums_[lag * row + t] += sums[n * row + t];
      latest_[n].sums.push_back(sums[n * row + t].value());
    }
    ++num_origins_[lag];
  }
  ++num_samples_;
}

const ExactSum& TimeOrigins::at(std::int64_t lag, int type, int value) const {
  return sums_[static_cast<std::size_t>((lag * num_types_ + type) * num_values_ + value)];
}

double TimeOrigins::sum_of_type(std::int64_t lag, int type, int value) const {
  return at(lag, type, value).value() / static_cast<double>(num_origins(lag));
}

double TimeOrigins::sum(std::int64_t lag, int value) const {
  ExactSum total;
  for (int type = 0; type < num_types_; ++type) total += at(lag, type, value);
  return total.value() / static_cast<double>(num_origins(lag));
}

void TimeOrigins::save(data::StateWriter& writer) const {
  std::vector<double> parts;
  for (const auto& sum : sums_) parts.insert(parts.end(), {sum.high, sum.low});
  writer.put(column_ + "_samples", num_samples_);
  writer.put(column_ + "_sums", parts);
  writer.put(column_ + "_origins", num_origins_);
}

void TimeOrigins::restore(data::StateReader& reader) {
  std::vector<double> parts;
  std::vector<std::int64_t> origins;
  reader.get(column_ + "_samples", num_samples_);
  reader.get(column_ + "_sums", parts);
  reader.get(column_ + "_origins", origins);
  if (parts.size() != 2 * sums_.size() || origins.size() != num_origins_.size())
    throw Error::input(fmt::format("the checkpoint holds {} lags of {}, but the deck asks for {}", origins.size(),
                                   column_, num_origins_.size()));
  num_origins_ = origins;
  for (std::size_t n = 0; n < sums_.size(); ++n) sums_[n] = {parts[2 * n], parts[2 * n + 1]};
}

Array2<double> unwrapped_positions(const data::System& system) {
  const auto position = system.particles.get<double>("position");
  const auto image = system.particles.get<int>("image");
  const data::Box box = system.box;
  const int rows = system.particles.num_owned();
  const auto result = make_uninitialized<Array2<double>>("unwrapped", static_cast<std::size_t>(rows), 3);
  Kokkos::parallel_for(
      "md/unwrap", Range(0, rows), KOKKOS_LAMBDA(int i) {
        const data::Vec3 shift = box.shift({image(i, 0), image(i, 1), image(i, 2)});
        for (int c = 0; c < 3; ++c) result(i, c) = position(i, c) + shift[c];
      });
  return result;
}

std::vector<std::string> type_names(const Engine& engine) {
  std::vector<std::string> names;
  for (const auto& species : engine.system().species) names.push_back(species.name);
  return names;
}

}  // namespace tessera::sim::md
