#include "sim/md/forces/tabulated_params.hpp"

#include <algorithm>

#include "sim/md/forces/formula_params.hpp"

namespace tessera::sim::md {

using deck::Binder;

namespace {

void bind_between(Binder& b, TabulatedBetween& p) {
  b.required("types");
  b.list("types", p.types, 2, {"names of the two types"});
  b.required("file");
  b.file("file", p.file, {"tables in the format of LAMMPS's pair_style table, in the deck's units"});
  b.required("keyword");
  b.value("keyword", p.keyword, {"of the section of the file"});
  b.value("cutoff", p.cutoff, deck::positive, {"instead of that of all pairs", "length"});
}

}  // namespace

void bind(Binder& b, TabulatedParams& p) {
  b.value("cutoff", p.cutoff, deck::positive,
          {"distance beyond which there is no force; left out: the last one of each table", "length"});
  bind_truncation(b, p.truncation, p.smoothing);
  b.value("intervals", p.intervals, {.low = 4, .high = 1 << 20},
          {"of the cubic splines over r^2 that stand for the tables: 32 bytes each; errors of forces go with the third "
           "power of their width"});
  b.tables("between", p.between, {"one pair of types; pairs that are not named do not interact"},
           [](Binder& inner, TabulatedBetween& pair) { bind_between(inner, pair); });
  b.check(!p.between.empty(), "intervals",
          "no pair of types is given; add [[stage.table.between]] with two types, file and keyword");
}

double longest_cutoff(const TabulatedParams& params) {
  double longest = params.cutoff.value_or(0.0);
  for (const auto& pair : params.between) longest = std::max(longest, pair.cutoff.value_or(0.0));
  return longest;
}

}  // namespace tessera::sim::md
