// usage: tessera_bench_action [SECONDS [BATCH]]
// Training by action matching beside the matrix products that it is made of. Prints iterations a second, the rate of
// its products and those of the same products alone (blocks of 64 rows by a hidden layer's matrix), by diff/product.hpp
// and by the BLAS that the program is linked with (OpenBLAS takes OPENBLAS_CORETYPE), and the share of the better one.
// On more ranks than one: iterations of one training on all of them beside those of as many trainings side by side, one
// a rank, each with its part of the batch.
#include <cblas.h>
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "deck/deck.hpp"
#include "diff/product.hpp"
#include "learn/action/training.hpp"
#include "sim/density/params.hpp"

namespace tessera::bench {

namespace {

using learn::action::Training;
using learn::action::TrainingParams;

struct Shape {
  std::int64_t layers, width;
  bool is_single, has_noise;
};

std::shared_ptr<const sim::SampleSource> moving_gaussian() {
  sim::density::DensityParams params;
  params.mixture.components = {{.mean = {"1.5*t", "-0.5*t"}, .variance = {"0.5 + 0.7*t", "1 - 0.4*t"}}};
  return sim::density::make_source(params);
}

TrainingParams params_of(const Shape& shape, std::int64_t batch) {
  TrainingParams params;
  params.batch = batch;
  params.precision = shape.is_single ? learn::action::Precision::single_ : learn::action::Precision::double_;
  params.probes = 1;
  params.dynamics.sigma = shape.has_noise ? "0.6" : "";
  params.network.hidden.assign(static_cast<std::size_t>(shape.layers), shape.width);
  params.network.standardise = false;
  params.optimiser.average = 0.0;
  return params;
}

/// Iterations a second, the same on all ranks.
class Trainer {
 public:
  Trainer(const Comm& comm, const Shape& shape, std::int64_t batch)
      : comm_(comm),
        training_(comm, params_of(shape, batch), make_path(moving_gaussian(), learn::action::Mass::normalised, 1), 1) {
    const double once = comm.all_reduce(seconds_of([&] { training_.iterate(); }), Op::max);
    per_turn_ = once;
  }
  double product_flops() const { return training_.product_flops(); }
  double rate(double seconds) {
    const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(seconds / per_turn_));
    comm_.barrier();
    const double spent = seconds_of([&] {
      for (std::int64_t n = 0; n < count; ++n) training_.iterate();
      comm_.barrier();
    });
    return static_cast<double>(count) / spent;
  }

 private:
  Comm comm_;
  Training training_;
  double per_turn_ = 0.0;
};

template <class Real>
void blas_product(int rows, int width, const Real* a, const Real* w, Real* c) {
  if constexpr (std::is_same_v<Real, double>)
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, rows, width, width, 1.0, a, rows, w, width, 0.0, c, rows);
  else
    cblas_sgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, rows, width, width, 1.0F, a, rows, w, width, 0.0F, c, rows);
}

struct Roofs {
  double own = 0.0, blas = 0.0;  ///< flops a second
};

template <class Real>
Roofs roofs_of(std::int64_t width, double seconds) {
  constexpr std::int64_t rows = 64, spare = 64;
  std::vector<Real> a(static_cast<std::size_t>(rows * width + spare)), w(static_cast<std::size_t>(width * width)),
      c(static_cast<std::size_t>(rows * width + spare));
  for (std::size_t n = 0; n < a.size(); ++n) a[n] = static_cast<Real>(n % 7) * Real(0.1);
  for (std::size_t n = 0; n < w.size(); ++n) w[n] = static_cast<Real>(n % 11) * Real(0.01);
  const double flops = 2.0 * static_cast<double>(rows * width * width);
  const int count = std::max(1, static_cast<int>(seconds * 2e10 / flops));
  const auto rate_of = [&](const auto& product) {
    return flops * count / seconds_of([&] {
             for (int n = 0; n < count; ++n) product();
           });
  };
  Roofs best;
  for (int turn = 0; turn < 3; ++turn) {
    best.own = std::max(best.own, rate_of([&] {
                          diff::multiply<Real>({.a = a.data(),
                                                .w = w.data(),
                                                .bias = nullptr,
                                                .c = c.data(),
                                                .length = rows,
                                                .columns = width,
                                                .inner = width,
                                                .a_stride = rows,
                                                .c_stride = rows,
                                                .w_column = width,
                                                .w_inner = 1});
                        }));
    best.blas = std::max(
        best.blas, rate_of([&] { blas_product<Real>(rows, static_cast<int>(width), a.data(), w.data(), c.data()); }));
  }
  return best;
}

std::string name_of(const Shape& shape) {
  return fmt::format("{} x {:<4} {:7} {:4}", shape.layers, shape.width, shape.is_single ? "single" : "double",
                     shape.has_noise ? "eAM" : "AM");
}

void compare_alone(const Comm& comm, const Shape& shape, std::int64_t batch, double seconds) {
  Trainer trainer(comm, shape, batch);
  double rate = 0.0;
  Roofs roofs;
  for (int turn = 0; turn < 3; ++turn) {
    rate = std::max(rate, trainer.rate(seconds / 4.0));
    const auto found =
        shape.is_single ? roofs_of<float>(shape.width, seconds / 64.0) : roofs_of<double>(shape.width, seconds / 64.0);
    roofs = {std::max(roofs.own, found.own), std::max(roofs.blas, found.blas)};
  }
  const double reached = rate * trainer.product_flops();
  fmt::print("{} {:6} {:9.1f} {:9.1f} {:9.1f} {:9.1f} {:7.2f}\n", name_of(shape), batch, rate, 1e-9 * reached,
             1e-9 * roofs.own, 1e-9 * roofs.blas, reached / std::max(roofs.own, roofs.blas));
}

void compare_ranks(const Comm& comm, const Shape& shape, std::int64_t batch, double seconds) {
  Trainer together(comm, shape, batch), alone(comm.split(comm.rank()), shape, batch / comm.size());
  double joint = 0.0, apart = 0.0;
  for (int turn = 0; turn < 3; ++turn) {
    joint = std::max(joint, together.rate(seconds / 6.0));
    comm.barrier();
    apart = std::max(apart, comm.all_reduce(alone.rate(seconds / 6.0), Op::min));
  }
  if (comm.is_root())
    fmt::print("{} {:6} {:9.1f} {:9.1f} {:7.3f}\n", name_of(shape), batch, joint, apart, joint / apart);
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  const auto& comm = runtime.comm();
  try {
    const double seconds = argc > 1 ? std::stod(argv[1]) : 4.0;
    const std::int64_t batch = argc > 2 ? std::stoll(argv[2]) : 512;
    const bool is_alone = comm.size() == 1;
    if (comm.is_root())
      fmt::print("{:22} {:>6} {}\n", "network", "batch",
                 is_alone ? "     it/s      GF/s  products      BLAS   share" : "together      apart   ratio");
    for (const auto& [layers, width] : {std::pair{3, 64}, std::pair{4, 256}})
      for (const bool is_single : {false, true})
        for (const bool has_noise : {false, true}) {
          const tessera::bench::Shape shape{layers, width, is_single, has_noise};
          is_alone ? tessera::bench::compare_alone(comm, shape, batch, seconds)
                   : tessera::bench::compare_ranks(comm, shape, batch, seconds);
        }
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(comm, error));
  }
}
