#include "learn/comparison/params.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "learn/comparison/sources.hpp"
#include "math/discrepancy.hpp"

namespace tessera::learn::comparison {

namespace {

constexpr Metric all_metrics[] = {Metric::mmd, Metric::energy,   Metric::sliced_w2, Metric::w1,
                                  Metric::w2,  Metric::sinkhorn, Metric::bures};

const Metric* find_metric(const std::string& name) {
  return std::find_if(std::begin(all_metrics), std::end(all_metrics),
                      [&](Metric metric) { return name_of(metric) == name; });
}

void bind_source(deck::Binder& b, SourceParams& p) {
  b.value("stage", p.stage,
          {"the table.h5 of the earlier stage of this name: columns time and position, and perhaps "
           "log_weight; rows of one time stand together, times in ascending order"});
  b.file("file", p.file, {"or such a table"});
  b.choice("part", p.part, {{"all", Part::all}, {"training", Part::training}, {"held_out", Part::held_out}},
           {"of tables where some samples are held out: which ones are compared"});
}

}  // namespace

std::string name_of(Metric metric) {
  static constexpr const char* names[] = {"mmd", "energy", "sliced_w2", "w1", "w2", "sinkhorn", "bures"};
  return names[static_cast<std::size_t>(metric)];
}

void bind(deck::Binder& b, SourceParams& p) {
  bind_source(b, p);
  b.check(p.stage.empty() != p.file.empty(), p.stage.empty() ? "file" : "stage",
          "samples come from an earlier stage or from a file: expected one of them");
}

void bind(deck::Binder& b, DataParams& p) {
  b.required("name");
  b.value("name", p.name, {"of these samples in tables"});
  b.check(p.name.find_first_of(",\"\n:") == std::string::npos && !p.name.empty(), "name",
          "expected a name without commas, colons and quotes");
  bind(b, p.source);
}

void bind(deck::Binder& b, KernelParams& p) {
  b.list("exponents", p.exponents, 0, deck::positive,
         {"of Gaussian kernels exp(-exponent (|x - y|^2 + offset)); one that is given several times counts so often"});
  b.check(!p.exponents.empty() && p.exponents.size() <= math::GaussianKernels::max_terms, "exponents",
          fmt::format("expected 1 to {} exponents", int{math::GaussianKernels::max_terms}));
  b.value("offset", p.offset, deck::non_negative, {"added to squared distances"});
  b.value("mean", p.is_mean, {"of the kernels, otherwise their sum"});
  b.value("unbiased", p.is_unbiased, {"without the pairs of a sample with itself: may be negative"});
}

void bind(deck::Binder& b, MarginalParams& p) {
  b.value("bins", p.bins, {.low = 2, .high = 10000}, {"from the least value of the reference to its largest"});
  b.value("coordinates", p.coordinates, {.low = 1}, {"at most so many, the first ones"});
}

void bind(deck::Binder& b, SinkhornParams& p) {
  b.value("regularisation", p.regularisation, deck::positive, {"eps, in units of the squared distance"});
  b.value("tolerance", p.tolerance, {.low = 0.0, .high = 1.0, .open_low = true}, {"mass that may be misplaced"});
  b.value("max_iterations", p.max_iterations, {.low = 1}, {"if it takes more, the run ends with an error"});
  b.value("rows", p.rows, {.low = 1}, {"it uses at most so many samples of each"});
}

void bind(deck::Binder& b, CompareParams& p) {
  b.tables("data", p.data, {"samples that are judged: of a model, of others beside it"});
  b.check(!p.data.empty(), "data", "expected at least one [[stage.data]]");
  for (std::size_t n = 0; n < p.data.size(); ++n)
    b.check(std::none_of(p.data.begin(), p.data.begin() + static_cast<std::ptrdiff_t>(n),
                         [&](const DataParams& other) { return other.name == p.data[n].name; }),
            "data", fmt::format("two of them are named '{}'", p.data[n].name));
  b.table("reference", p.reference, {"samples that are true"});
  b.table("reference_again", p.reference_again,
          {"more of them, independent: what they are apart is the noise floor. Left out: the reference is halved at "
           "random"});
  b.list("metrics", p.metrics, 0,
         {"mmd (maximum mean discrepancy, squared), energy, sliced_w2, w1, w2 (exact), sinkhorn, bures"});
  for (const auto& name : p.metrics)
    b.check(find_metric(name) != std::end(all_metrics), "metrics",
            fmt::format("unknown metric '{}'; expected mmd, energy, sliced_w2, w1, w2, sinkhorn or bures", name));
  for (auto name = p.metrics.begin(); name != p.metrics.end(); ++name)
    b.check(std::find(p.metrics.begin(), name, *name) == name, "metrics", fmt::format("'{}' is there twice", *name));
  b.list("times", p.times, 0, deck::any, {"of the reference, that are compared; left out: all of them", "time"});
  b.value("time_tolerance", p.time_tolerance, deck::non_negative,
          {"how far the nearest time of the data may be from one of the reference", "time"});
  b.table("kernel", p.kernel, {"of mmd"});
  b.value("directions", p.directions, {.low = 1, .high = 1 << 20}, {"of sliced_w2, drawn at random"});
  b.value("transport_rows", p.transport_rows, {.low = 1, .high = 10000},
          {"w1 and w2 use at most so many samples of each, drawn at random, which one rank holds: time n^3, and with "
           "weights or unequal numbers 80 n^2 bytes"});
  b.table("sinkhorn", p.sinkhorn, {"of that metric, the root of the cost of moving"});
  b.table("marginals", p.marginals, {"histograms of single coordinates, in histograms.csv"});
}

std::vector<Metric> CompareParams::chosen() const {
  std::vector<Metric> found;
  for (const auto& name : metrics) found.push_back(*find_metric(name));
  return found;
}

std::vector<std::string> stages_used_by(const CompareParams& p) { return stages_of_sources(p); }

}  // namespace tessera::learn::comparison
