#include "sim/md/observables/green_kubo.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace tessera::sim::md {

GreenKubo::GreenKubo(std::string name, std::size_t components, std::int64_t lags)
    : name_(std::move(name)),
      components_(components),
      history_(components * static_cast<std::size_t>(lags), 0.0),
      products_(static_cast<std::size_t>(lags)),
      integrals_(static_cast<std::size_t>(lags)) {}

void GreenKubo::add(const std::vector<double>& now, double interval) {
  std::copy(now.begin(), now.end(), history_.begin() + static_cast<std::ptrdiff_t>(components_ * place(num_samples_)));
  double integral = 0.0, last = 0.0;
  const std::int64_t reach = std::min(num_samples_, static_cast<std::int64_t>(num_lags()) - 1);
  for (std::int64_t lag = 0; lag <= reach; ++lag) {
    const double* then = history_.data() + components_ * place(num_samples_ - lag);
    double product = 0.0;
    for (std::size_t c = 0; c < components_; ++c) product += now[c] * then[c];
    product /= static_cast<double>(components_);
    if (lag > 0) integral += 0.5 * interval * (last + product);
    last = product;
    products_[static_cast<std::size_t>(lag)].add(product);
    integrals_[static_cast<std::size_t>(lag)].add(integral);
  }
  ++num_samples_;
}

std::vector<std::vector<double>> GreenKubo::rows(double interval, double scale) const {
  std::vector<std::vector<double>> rows;
  const double first = products_.front().mean();
  for (std::size_t lag = 0; lag < num_lags() && products_[lag].count() > 0; ++lag) {
    const double now = products_[lag].mean();
    rows.push_back({static_cast<double>(lag) * interval, now, first > 0.0 ? now / first : 0.0,
                    scale * integrals_[lag].mean(), scale * integrals_[lag].uncertainty().error});
  }
  return rows;
}

void GreenKubo::save(data::StateWriter& writer) const {
  writer.put(name_ + "_samples", num_samples_);
  writer.put(name_ + "_history", history_);
  md::save(writer, name_ + "_products", products_);
  md::save(writer, name_ + "_integrals", integrals_);
}

void GreenKubo::restore(data::StateReader& reader) {
  std::vector<double> history;
  reader.get(name_ + "_samples", num_samples_);
  reader.get(name_ + "_history", history);
  if (history.size() != history_.size())
    throw Error::input(fmt::format("the checkpoint holds {} lags of {}, but the deck asks for {}",
                                   history.size() / components_, name_, num_lags()));
  history_ = history;
  md::restore(reader, name_ + "_products", products_);
  md::restore(reader, name_ + "_integrals", integrals_);
}

}  // namespace tessera::sim::md
