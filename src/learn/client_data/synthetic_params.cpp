#include "learn/client_data/synthetic_params.hpp"

#include <fmt/format.h>

#include <numeric>

namespace tessera::learn::client_data {

std::int64_t SyntheticParams::num_classes() const {
  if (kind == SyntheticKind::clusters) return classes;
  return kind == SyntheticKind::classes || kind == SyntheticKind::logistic ? 2 : 0;
}

std::int64_t SyntheticParams::num_clients() const {
  return has_clients() ? clients.value_or(static_cast<std::int64_t>(sizes.size())) : 0;
}

std::int64_t SyntheticParams::total() const {
  if (!sizes.empty()) return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  return rows.value_or(0) * (has_clients() ? num_clients() : 1);
}

std::vector<std::int64_t> SyntheticParams::ends() const {
  std::vector<std::int64_t> ends(static_cast<std::size_t>(num_clients()), rows.value_or(0));
  if (!sizes.empty()) ends = sizes;
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  return ends;
}

namespace {

constexpr deck::Limits counts{.low = 1, .high = 0x1p40};

void bind_clients(deck::Binder& b, SyntheticParams& p) {
  b.value("clients", p.clients, {.low = 1, .high = 1 << 20}, {"of blobs, linear and logistic: how many; left out: 10"});
  b.list("sizes", p.sizes, 0, counts, {"rows of the first client, the second... instead"});
  b.check(p.sizes.empty() || (!p.clients && !p.rows), "sizes", "give either sizes, or clients and rows");
  if (b.is_describing() || !p.sizes.empty()) return;
  if (!p.clients) p.clients = 10;
  if (!p.rows) p.rows = 200;
}

void bind_blobs(deck::Binder& b, SyntheticParams& p) {
  b.value("range", p.range, deck::positive, {"of blobs: centres are uniform on [-range, range] in every direction"});
  b.list("centres", p.centres, 0, deck::any, {"of blobs: these instead, one client's behind the other's"});
  const auto wanted = static_cast<std::size_t>(p.num_clients() * p.features);
  b.check(p.centres.empty() || p.centres.size() == wanted, "centres",
          fmt::format("{} numbers; expected {}, features of each client", p.centres.size(), wanted));
}

void bind_clusters(deck::Binder& b, SyntheticParams& p) {
  b.value("classes", p.classes, {.low = 2, .high = 256}, {"of clusters: how many"});
  b.value("factors", p.factors, {.low = 0, .high = 1000}, {"of clusters: directions that all classes vary along"});
  b.value("factor_deviation", p.factor_deviation, deck::non_negative,
          {"of clusters: standard deviation of a factor's effect on a feature"});
}

/// Of keys that the deck leaves to the kind.
void set_defaults(const deck::Binder& b, SyntheticParams& p) {
  const bool is_regression = p.kind == SyntheticKind::linear || p.kind == SyntheticKind::logistic;
  const bool is_clusters = p.kind == SyntheticKind::clusters;
  if (!b.has("features"))
    p.features = is_regression ? 8 : p.kind == SyntheticKind::classes ? 18 : is_clusters ? 617 : 2;
  if (!b.has("separation")) p.separation = is_clusters ? 0.3 : 1.5;
  if (!b.has("variance")) p.variance = is_clusters ? 0.25 : 1.0;
}

}  // namespace

void bind(deck::Binder& b, SyntheticParams& p) {
  b.choice("kind", p.kind,
           {{"blobs", SyntheticKind::blobs},
            {"linear", SyntheticKind::linear},
            {"logistic", SyntheticKind::logistic},
            {"classes", SyntheticKind::classes},
            {"clusters", SyntheticKind::clusters}},
           {"blobs: Gaussians, one a client, without y; linear and logistic: regression, clients differing in x; "
            "classes: two that a network separates better than a plane; clusters: Gaussians in many dimensions"});
  const auto is = [&](SyntheticKind kind) { return b.is_describing() || p.kind == kind; };
  set_defaults(b, p);
  if (p.kind == SyntheticKind::classes)
    b.value("features", p.features, {.low = 12, .high = 1 << 16}, {"numbers in x"});
  else
    b.value(
        "features", p.features, {.low = 1, .high = 1 << 16},
        {"numbers in x; left out: 2 of blobs, 8 of linear and logistic, 18 (at least 12) of classes, 617 of clusters"});
  b.value("rows", p.rows, counts,
          {"of each client; of classes and clusters all together. Left out: 200, and 10000 of classes, 7797 of "
           "clusters"});
  if (b.is_describing() || p.has_clients()) bind_clients(b, p);
  if (!b.is_describing() && !p.has_clients() && !p.rows) p.rows = p.kind == SyntheticKind::classes ? 10000 : 7797;
  if (is(SyntheticKind::blobs)) bind_blobs(b, p);
  if (is(SyntheticKind::blobs) || is(SyntheticKind::clusters))
    b.value("variance", p.variance, deck::non_negative, {"of each feature within a blob (1) or cluster (0.25)"});
  if (is(SyntheticKind::linear)) b.value("noise", p.noise, deck::non_negative, {"standard deviation of y"});
  if (is(SyntheticKind::linear) || is(SyntheticKind::logistic))
    b.value("heterogeneity", p.heterogeneity, deck::non_negative,
            {"of linear and logistic: standard deviation of the mean of a client's features"});
  if (is(SyntheticKind::classes) || is(SyntheticKind::clusters))
    b.value("separation", p.separation, deck::non_negative,
            {"of classes: distance of their means (1.5); of clusters: standard deviation of their centres (0.3)"});
  if (is(SyntheticKind::classes))
    b.value("correlation", p.correlation, {.low = 0.0, .high = 1.0, .open_high = true},
            {"of classes: between features, of opposite sign in both"});
  if (is(SyntheticKind::clusters)) bind_clusters(b, p);
}

}  // namespace tessera::learn::client_data
