#include "sim/md/forces/pair_setup.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "base/error.hpp"

namespace tessera::sim::md {

namespace {

using AllSpecies = std::vector<data::Species>;

std::string names_of(const AllSpecies& species) {
  std::vector<std::string> names;
  for (const auto& one : species) names.push_back(fmt::format("\"{}\"", one.name));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::size_t find_type(const AllSpecies& species, const std::string& name, const char* where) {
  for (std::size_t t = 0; t < species.size(); ++t)
    if (species[t].name == name) return t;
  throw Error::input(
      fmt::format("{} names the type \"{}\", but the types of the system are {}", where, name, names_of(species)));
}

/// Epsilon and sigma of each type by itself.
std::vector<PairCoefficients> own_values(const PairParams& params, const AllSpecies& species) {
  std::vector<PairCoefficients> own(species.size());
  std::vector<bool> known(species.size(), params.epsilon && params.sigma);
  for (auto& values : own) values = {params.epsilon.value_or(0.0), params.sigma.value_or(0.0), 0.0};
  std::set<std::size_t> named;
  for (const auto& type : params.types) {
    const auto t = find_type(species, type.name, "[[stage.pair.type]]");
    if (!named.insert(t).second) throw Error::input(fmt::format("[[stage.pair.type]] gives \"{}\" twice", type.name));
    own[t] = {type.epsilon, type.sigma, 0.0};
    known[t] = true;
  }
  for (std::size_t t = 0; t < species.size(); ++t)
    if (!known[t])
      throw Error::input(
          fmt::format("the system has particles of type \"{0}\", but the deck gives no epsilon and sigma "
                      "for it; add [[stage.pair.type]] with name = \"{0}\"",
                      species[t].name));
  return own;
}

PairCoefficients mix(const PairCoefficients& a, const PairCoefficients& b, Mixing mixing) {
  const bool arithmetic = mixing == Mixing::lorentz_berthelot;
  return {std::sqrt(a.epsilon * b.epsilon), arithmetic ? 0.5 * (a.sigma + b.sigma) : std::sqrt(a.sigma * b.sigma), 0.0};
}

/// The cutoff that comes first: the pair's own, then the general one.
double resolve_cutoff(const PairParams& params, const PairBetweenParams* pair, double sigma) {
  if (pair != nullptr && pair->cutoff) return *pair->cutoff;
  if (pair != nullptr && pair->cutoff_over_sigma) return *pair->cutoff_over_sigma * sigma;
  return params.cutoff ? *params.cutoff : params.cutoff_over_sigma.value() * sigma;
}

}  // namespace

PairTable make_pair_table(const PairParams& params, const AllSpecies& species) {
  const std::size_t n = species.size();
  const auto own = own_values(params, species);
  std::vector<const PairBetweenParams*> between(n * n, nullptr);
  for (const auto& pair : params.between) {
    const auto a = find_type(species, pair.types[0], "[[stage.pair.between]]");
    const auto b = find_type(species, pair.types[1], "[[stage.pair.between]]");
    if (between[a * n + b] != nullptr)
      throw Error::input(
          fmt::format("[[stage.pair.between]] gives \"{}\" and \"{}\" twice", pair.types[0], pair.types[1]));
    between[a * n + b] = between[b * n + a] = &pair;
  }
  PairTable table;
  table.num_types = static_cast<int>(n);
  const bool is_wca = params.truncation == Truncation::wca;
  table.truncation = is_wca ? Truncation::energy : params.truncation;
  table.tail_corrections = params.tail;
  table.pairs.clear();
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < n; ++b) {
      auto values = a == b ? own[a] : mix(own[a], own[b], params.mixing);
      const auto* pair = between[a * n + b];
      if (pair != nullptr) {
        values.epsilon = pair->epsilon.value_or(values.epsilon);
        values.sigma = pair->sigma.value_or(values.sigma);
      }
      values.cutoff = is_wca ? wca_cutoff_over_sigma * values.sigma : resolve_cutoff(params, pair, values.sigma);
      table.pairs.push_back(values);
    }
  return table;
}

}  // namespace tessera::sim::md
