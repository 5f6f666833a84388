#include "sim/md/forces/tabulated_params.hpp"

#include <algorithm>

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
  b.choice("truncation", p.truncation,
           {{"none", Truncation::none},
            {"energy", Truncation::energy},
            {"force", Truncation::force},
            {"smooth", Truncation::smooth}},
           {"at the cutoff: nothing, the energy shifted to zero, energy and force shifted, or (smooth) the energy "
            "shifted and multiplied by exp(-smoothing^2/(r - cutoff)^2)"});
  b.value("smoothing", p.smoothing, deck::positive, {"of truncation = \"smooth\"; 0.5 if it is left out", "length"});
  b.value("intervals", p.intervals, {.low = 4, .high = 1 << 20},
          {"of the cubic splines over r^2 that stand for the tables: 32 bytes each; errors of forces go with the third "
           "power of their width"});
  b.tables("between", p.between, {"one pair of types; pairs that are not named do not interact"},
           [](Binder& inner, TabulatedBetween& pair) { bind_between(inner, pair); });
  b.check(!p.between.empty(), "intervals",
          "no pair of types is given; add [[stage.table.between]] with two types, file and keyword");
  const bool is_smooth = p.truncation == Truncation::smooth;
  b.check(is_smooth || !p.smoothing, "smoothing", "smoothing goes with truncation = \"smooth\" only");
  if (is_smooth && !p.smoothing && !b.is_describing()) p.smoothing = 0.5;
}

double longest_cutoff(const TabulatedParams& params) {
  double longest = params.cutoff.value_or(0.0);
  for (const auto& pair : params.between) longest = std::max(longest, pair.cutoff.value_or(0.0));
  return longest;
}

}  // namespace tessera::sim::md
