#include "learn/client_data/params.hpp"

#include <cmath>

namespace tessera::learn::client_data {

bool ClientDataParams::source_has_clients() const {
  return !stage.empty() || pairs || !file.client_column.empty() || (synthetic && synthetic->has_clients());
}

namespace {

void check_sources(deck::Binder& b, const ClientDataParams& p) {
  const int sources = (p.file.path.empty() ? 0 : 1) + (p.stage.empty() ? 0 : 1) + (p.synthetic ? 1 : 0);
  b.check(sources == 1, p.file.path.empty() ? (p.stage.empty() ? "synthetic" : "stage") : "file",
          "the rows come from a file, from an earlier stage, or from [stage.synthetic]: expected one of them");
  b.check(!p.pairs || p.stage.empty(), "pairs", "pairs are made of labelled rows, not of transitions");
  b.check(!p.pairs || p.file.path.empty() || p.file.classes, "pairs",
          "pairs are similar where their classes are the same; expected classes = true");
  b.check(!p.pairs || p.file.client_column.empty(), "client_column", "pairs belong to clients by their classes");
  b.check(!p.pairs || !p.synthetic || p.synthetic->num_classes() > 0, "pairs",
          "rows of this kind have no classes; expected kind clusters or classes");
  b.check(!p.pairs || !p.synthetic || !p.synthetic->has_clients(), "pairs", "rows of this kind belong to clients");
  if (sources == 1 && p.source_has_clients())
    b.check(!p.sharding, "sharding", "rows of this source have their clients: leave [stage.sharding] out");
  else if (sources == 1)
    b.check(p.sharding.has_value(), "sharding", "rows of this source belong to no client; expected [stage.sharding]");
  const bool is_continuous = (!p.file.path.empty() && !p.file.classes) || !p.stage.empty();
  b.check(!p.sharding || !p.sharding->needs_classes() || !is_continuous, "sharding",
          "this sharding is by class; expected classes = true");
}

void check_held_out(deck::Binder& b, const ClientDataParams& p) {
  const double amount = p.held_out.amount;
  b.check(amount < 1.0 || amount == std::floor(amount), "held_out",
          "expected a share of the rows below 1, or a whole number of them");
  b.check(amount == 0.0 || !p.pairs, "held_out", "pairs are held out by held_out_pairs of [stage.pairs]");
  b.check(amount > 0.0 || !p.held_out.balanced, "balanced_held_out", "nothing is held out");
}

}  // namespace

void bind(deck::Binder& b, ClientDataParams& p) {
  b.file("file", p.file.path, {"a table of rows: text with the names of its columns, LibSVM's format, or table.h5"});
  b.value("stage", p.stage, {"or the earlier stage of this name, whose table.h5 has particles over time"});
  b.table("synthetic", p.synthetic, {"or rows drawn at random"});
  if (b.is_describing() || !p.file.path.empty()) bind_file_rows(b, p.file);
  if (b.is_describing() || !p.stage.empty())
    b.table("transitions", p.transitions, {"of a stage: rows are steps of a particle from one time to the next"});
  b.table("pairs", p.pairs, {"rows become pairs of rows, of like or unlike classes: metric learning"});
  b.table("sharding", p.sharding, {"how rows without clients of their own are shared out"});
  b.value("held_out", p.held_out.amount, deck::non_negative,
          {"rows chosen at random before sharding, to test with: a share below 1, or a number"});
  b.value("balanced_held_out", p.held_out.balanced, {"as many of each class"});
  b.value("standardise", p.standardise, {"each feature gets mean 0 and variance 1 over the rows for training"});
  b.value("standardise_response", p.standardise_response, {"likewise y"});
  if (b.is_describing()) return;
  check_sources(b, p);
  check_held_out(b, p);
  const bool has_classes = p.pairs || p.file.classes || (p.synthetic && p.synthetic->num_classes() > 0);
  b.check(!p.standardise_response || !has_classes, "standardise_response", "classes are not standardised");
  b.check(!p.standardise_response || p.file.path.empty() || !p.file.response.empty(), "standardise_response",
          "there is no response");
}

}  // namespace tessera::learn::client_data
