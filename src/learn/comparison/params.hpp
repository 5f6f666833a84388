// What is compared with what, and how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "learn/snapshots.hpp"
#include "math/sinkhorn.hpp"

namespace tessera::learn::comparison {

enum class Metric { mmd, energy, sliced_w2, w1, w2, sinkhorn, bures };
/// As a deck has it.
std::string name_of(Metric metric);

/// Where samples come from: a stage or a file.
struct SourceParams {
  std::string stage, file;
  Part part = Part::all;
};

/// Samples that are judged, under the name that they have in tables.
struct DataParams {
  std::string name;
  SourceParams source;
};

struct KernelParams {
  std::vector<double> exponents{2.0, 1.0, 0.5, 0.1, 0.01, 0.005};
  double offset = 0.0;
  bool is_mean = true;
  bool is_unbiased = true;
};

struct SinkhornParams : math::SinkhornParams {
  std::int64_t rows = 2000;
};

struct MarginalParams {
  std::int64_t bins = 50;
  std::int64_t coordinates = 4;
};

struct CompareParams {
  std::vector<DataParams> data;
  SourceParams reference;
  std::optional<SourceParams> reference_again;
  std::vector<std::string> metrics{"mmd", "w2", "sliced_w2"};
  std::vector<double> times;  ///< of the reference, that are compared; empty: all
  double time_tolerance = 1e-6;
  KernelParams kernel;
  std::int64_t directions = 100;
  std::int64_t transport_rows = 1000;
  SinkhornParams sinkhorn;
  std::optional<MarginalParams> marginals;

  std::vector<Metric> chosen() const;
};

void bind(deck::Binder& b, CompareParams& params);

/// Earlier stages that it needs.
std::vector<std::string> stages_used_by(const CompareParams& params);

}  // namespace tessera::learn::comparison
