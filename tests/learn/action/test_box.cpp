// Periodic space: networks that repeat, the law of noise on a torus, and particles that stay inside.
#include "learn/action/box.hpp"

#include <cmath>
#include <numeric>

#include "catch.hpp"
#include "golden_rows.hpp"
#include "learn/action/field.hpp"
#include "learn/action/path.hpp"

using namespace tessera;
using namespace tessera::learn;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

const Box strip{{-1.0, 0.0, 2.0}, {3.0, 0.0, 0.5}};  // open along the second direction

/// Gradient, action and Laplacian at a place.
std::vector<double> outputs_at(const Network& network, const std::vector<double>& place) {
  Field field(network, true, Precision::double_);
  const data::RowArray<double> in("in", 1, 4), out("out", 1, 5);
  in(0, 0) = 0.3;
  for (int c = 0; c < 3; ++c) in(0, c + 1) = place[static_cast<std::size_t>(c)];
  field.evaluate(network.parameters().values(), in, 1, out);
  return {out(0, 0), out(0, 1), out(0, 2), out(0, 3), out(0, 4)};
}

/// Samples of one time, at the same place.
std::shared_ptr<const Snapshots> one_place(double x, double y, std::int64_t count) {
  data::Table table(comm());
  table.add<double>("time");
  table.add<double>("position", 2);
  table.append(data::first_of_share(count, 1, comm().rank() + 1, comm().size()) -
               data::first_of_share(count, 1, comm().rank(), comm().size()));
  const auto position = table.get<double>("position");
  for (std::size_t n = 0; n < static_cast<std::size_t>(table.num_rows()); ++n) {
    position(n, 0) = x;
    position(n, 1) = y;
  }
  return std::make_shared<const Snapshots>(std::move(table), "one place");
}

}  // namespace

TEST_CASE("a network repeats in the directions that are periodic, and its derivatives are those of it", "[action]") {
  const NetworkShape shape{.params = {.hidden = {9, 8}},
                           .dimensions = 3,
                           .mean = {0.1, 0.7, 2.2},
                           .deviation = {0.5, 2.0, 0.1},
                           .box = strip};
  Network network(shape);
  network.draw(4);
  const std::vector<double> place{0.4, 1.1, 2.1};
  const auto here = outputs_at(network, place);
  for (std::size_t c = 0; c < 3; ++c) {
    auto there = place;
    there[c] += strip.is_periodic(c) ? -2.0 * strip.length[c] : 1.0;
    const auto outputs = outputs_at(network, there);
    double largest = 0.0;
    for (std::size_t n = 0; n < outputs.size(); ++n) largest = std::max(largest, std::fabs(outputs[n] - here[n]));
    CHECK((largest < 1e-12) == strip.is_periodic(c));
    // By differences, of s and of its second derivatives.
    const double h = 1e-5;
    auto left = place, right = place;
    left[c] -= h;
    right[c] += h;
    CHECK_THAT((outputs_at(network, right)[3] - outputs_at(network, left)[3]) / (2.0 * h), WithinAbs(here[c], 1e-8));
  }
  double laplacian = 0.0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double h = 1e-5;
    auto left = place, right = place;
    left[c] -= h;
    right[c] += h;
    laplacian += (outputs_at(network, right)[c] - outputs_at(network, left)[c]) / (2.0 * h);
  }
  CHECK_THAT(here[4], WithinAbs(laplacian, 1e-6));
}

TEST_CASE("on a torus noise spreads samples as a wrapped normal law, and moves them on lines", "[action]") {
  constexpr std::int64_t count = 20000;
  const Box box{{-1.0, 5.0}, {2.0, 8.0}};
  const auto path = make_path(one_place(-0.9, 6.0, 10), {.kind = PathKind::torus, .noise = 0.8}, Mass::kept, 3, box);
  CHECK(path->begin() == 0.0);
  CHECK(path->end() == 1.0);
  std::vector<std::int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (const double time : {0.0, 0.4, 1.0}) {
    const auto samples = path->draw(numbers, std::vector<double>(count, time));
    double cosines[2] = {}, sines[2] = {};
    for (std::size_t n = 0; n < samples.position.size(); ++n) {
      const std::size_t c = n % 2;
      const double x = samples.position[n], from = c == 0 ? -0.9 : 6.0;
      REQUIRE((x >= box.low[c] && x < box.low[c] + box.length[c]));
      REQUIRE_THAT(std::remainder(x - from - time * samples.velocity[n], box.length[c]), WithinAbs(0.0, 1e-12));
      cosines[c] += std::cos(2.0 * M_PI * (x - from) / box.length[c]) / count;
      sines[c] += std::sin(2.0 * M_PI * (x - from) / box.length[c]) / count;
    }
    const double deviation = M_PI * 0.8 * time;  // of the angle: noise is in half lengths
    for (int c = 0; c < 2; ++c) {
      CHECK_THAT(cosines[c], WithinAbs(std::exp(-0.5 * deviation * deviation), 4.0 / std::sqrt(2.0 * count)));
      CHECK_THAT(sines[c], WithinAbs(0.0, 4.0 / std::sqrt(2.0 * count)));
    }
  }
  const auto ends = path->draw_end({4, 5}, false);
  CHECK(ends.position == std::vector<double>{-0.9, 6.0, -0.9, 6.0});
}

TEST_CASE("boxes of other dimensions than samples are refused", "[action]") {
  CHECK(completed({{1.0}, {2.0}}, 3).length == std::vector<double>(3, 2.0));
  CHECK_THROWS_WITH(completed({{1.0, 1.0}, {2.0}}, 3), Contains("box.low: 2 numbers, and samples have 3 coordinates"));
  const Box box = scaled({{1.0}, {2.0}}, 4.0);
  CHECK(box.low.front() == 0.25);
  CHECK(box.wrapped(0, 1.0) == 0.5);
}
