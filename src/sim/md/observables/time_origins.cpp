#include "sim/md/observables/time_origins.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace tessera::sim::md {

using data::Column;

namespace {

/// Sum over the particles of one type of |now - then|^2 or now . then.
struct ProductKernel {
  Array2<double> now, then;
  Array2<int> type;
  int wanted;
  int first;  // component of `then`
  bool squared;

  KOKKOS_FUNCTION void operator()(int i, ExactSum& total) const {
    if (type(i, 0) != wanted) return;
    double value = 0.0;
    for (int c = 0; c < 3; ++c) {
      const double a = now(i, c), b = then(i, first + c);
      value += squared ? (a - b) * (a - b) : a * b;
    }
    total.add(value);
  }
};

}  // namespace

void bind(deck::Binder& binder, OriginParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.value("lags", params.lags, {.low = 2, .high = 1e6}, {"samples that the correlation reaches back, 0 included"});
  binder.value("origins", params.origins, {.low = 1, .high = 100},
               {"most time origins at once; each costs 24 bytes a particle"});
}

TimeOrigins::TimeOrigins(Engine& engine, const std::string& column, const std::string& unit, const OriginParams& params,
                         Product product)
    : column_(column),
      product_(product),
      num_types_(static_cast<int>(engine.system().species.size())),
      lags_(params.lags),
      spacing_((params.lags + params.origins - 1) / params.origins),
      slots_((params.lags + spacing_ - 1) / spacing_),
      sums_(static_cast<std::size_t>(params.lags * num_types_)),
      num_origins_(static_cast<std::size_t>(params.lags), 0) {
  engine.system().particles.add<double>(column_, 3 * num_slots(), Column::saved, unit);
}

std::int64_t TimeOrigins::birth(std::int64_t slot) const {
  const std::int64_t last = num_samples_ / spacing_;
  if (last < slot) return -1;
  return (last - (last - slot) % slots_) * spacing_;
}

void TimeOrigins::sample(const Engine& engine, const Array2<double>& now) {
  const auto& particles = engine.system().particles;
  const auto then = particles.get<double>(column_);
  const auto type = particles.get<int>("type");
  const int rows = particles.num_owned();
  if (num_samples_ % spacing_ == 0) {
    const int first = 3 * static_cast<int>(num_samples_ / spacing_ % slots_);
    Kokkos::parallel_for(
        "md/keep_origin", Range(0, rows), KOKKOS_LAMBDA(int i) {
          for (int c = 0; c < 3; ++c) then(i, first + c) = now(i, c);
        });
  }

  std::vector<std::int64_t> lags;
  std::vector<ExactSum> sums;
  for (std::int64_t slot = 0; slot < slots_; ++slot) {
    const std::int64_t lag = num_samples_ - birth(slot);
    if (birth(slot) < 0 || lag >= lags_) continue;
    lags.push_back(lag);
    for (int wanted = 0; wanted < num_types_; ++wanted) {
      ExactSum total;
      const ProductKernel kernel{
          now, then, type, wanted, 3 * static_cast<int>(slot), product_ == Product::squared_distance};
      Kokkos::parallel_reduce("md/correlate", Range(0, rows), kernel, Kokkos::Sum<ExactSum>(total));
      sums.push_back(total);
    }
  }
  all_reduce(particles.comm(), sums.data(), static_cast<int>(sums.size()));
  const auto types = static_cast<std::size_t>(num_types_);
  for (std::size_t n = 0; n < lags.size(); ++n) {
    const auto lag = static_cast<std::size_t>(lags[n]);
    for (std::size_t t = 0; t < types; ++t) sums_[lag * types + t] += sums[n * types + t];
    ++num_origins_[lag];
  }
  ++num_samples_;
}

const ExactSum& TimeOrigins::at(std::int64_t lag, int type) const {
  return sums_[static_cast<std::size_t>(lag * num_types_ + type)];
}

double TimeOrigins::sum_of_type(std::int64_t lag, int type) const {
  return at(lag, type).value() / static_cast<double>(num_origins(lag));
}

double TimeOrigins::sum(std::int64_t lag) const {
  ExactSum total;
  for (int type = 0; type < num_types_; ++type) total += at(lag, type);
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

std::vector<std::string> type_names(const Engine& engine) {
  std::vector<std::string> names;
  for (const auto& species : engine.system().species) names.push_back(species.name);
  return names;
}

}  // namespace tessera::sim::md
