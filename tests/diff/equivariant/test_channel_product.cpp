// Products of features with harmonics: the e3nn library's, plain sums, and sums over edges.
#include <cmath>

#include "catch.hpp"
#include "diff/equivariant/channel_product.hpp"
#include "diff/equivariant/coupling.hpp"
#include "golden_layout.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

namespace {

std::vector<double> waves(std::int64_t count, double phase) {
  std::vector<double> values;
  for (std::int64_t n = 0; n < count; ++n) values.push_back(std::sin(phase + 1.7 * static_cast<double>(n)));
  return values;
}
template <class Real>
std::vector<Real> as(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

/// A few receivers, one without edges, whose edges share weight rows.
struct Sample {
  std::vector<std::int64_t> first_edge{0, 3, 3, 13, 14};
  std::vector<int> sender{0, 2, 1, 0, 1, 2, 2, 1, 0, 0, 1, 2, 0, 1},
      weight_row{0, 1, 2, 3, 2, 1, 4, 4, 0, 5, 5, 3, 1, 0};
  std::vector<int> receiver;
  std::vector<std::int64_t> first_reader{0}, readers;

  Sample() {
    for (std::size_t r = 0; r + 1 < first_edge.size(); ++r)
      for (std::int64_t e = first_edge[r]; e < first_edge[r + 1]; ++e) receiver.push_back(static_cast<int>(r));
    for (int row = 0; row < 6; ++row) {
      for (std::size_t e = 0; e < weight_row.size(); ++e)
        if (weight_row[e] == row) readers.push_back(static_cast<std::int64_t>(e));
      first_reader.push_back(static_cast<std::int64_t>(readers.size()));
    }
  }
  WeightReaders weight_readers() const {
    return {.num_rows = 6, .first = first_reader.data(), .edges = readers.data(), .receiver = receiver.data()};
  }
  template <class Real>
  ProductInput<Real> input(const std::vector<Real>& features, const std::vector<Real>& weights,
                           const std::vector<Real>& coefficients) const {
    return {.num_receivers = 4,
            .first_edge = first_edge.data(),
            .sender = sender.data(),
            .weight_row = weight_row.data(),
            .features = features.data(),
            .weights = weights.data(),
            .coefficients = coefficients.data()};
  }
};

/// The definition, one number at a time.
void add_edge(const ChannelProduct& product, std::int64_t channels, const double* harmonics, const double* features,
              const double* weights, double* out) {
  for (const ProductPath& path : product.paths()) {
    const auto tensor = coupling_tensor(path.l1, path.l2, path.l3);
    const int n1 = 2 * path.l1 + 1, n2 = 2 * path.l2 + 1, n3 = 2 * path.l3 + 1;
    for (std::int64_t u = 0; u < channels; ++u)
      for (int m1 = 0; m1 < n1; ++m1)
        for (int m2 = 0; m2 < n2; ++m2)
          for (int m3 = 0; m3 < n3; ++m3)
            out[path.out_offset + m3 * path.out_stride + u] +=
                weights[path.weight_offset + u] * std::sqrt(static_cast<double>(n3)) *
                tensor[static_cast<std::size_t>((m1 * n2 + m2) * n3 + m3)] *
                features[path.in_offset + m1 * channels + u] * harmonics[path.l2 * path.l2 + m2];
  }
}

template <class Real>
void check_sums(int l_max, std::int64_t channels, double tolerance) {
  INFO("orders to " << l_max << ", " << channels << " channels");
  const Sample sample;
  const ChannelProduct product(all_irreps(l_max, channels), l_max, l_max);
  const std::int64_t in = product.in().size(), out = product.out().size(), harmonics = (l_max + 1) * (l_max + 1);
  const auto num_edges = static_cast<std::int64_t>(sample.sender.size());
  const auto y = waves(num_edges * harmonics, 0.1), features = waves(3 * in, 0.2),
             weights = waves(6 * product.num_weights(), 0.3), above = waves(4 * out, 0.4);
  std::vector<double> expected(static_cast<std::size_t>(4 * out), 0.0);
  std::vector<Real> coefficients(static_cast<std::size_t>(num_edges * product.num_coefficients()));
  for (std::int64_t e = 0; e < num_edges; ++e) {
    const auto n = static_cast<std::size_t>(e);
    product.coefficients(y.data() + e * harmonics, 1.0, coefficients.data() + e * product.num_coefficients());
    add_edge(product, channels, y.data() + e * harmonics, features.data() + sample.sender[n] * in,
             weights.data() + sample.weight_row[n] * product.num_weights(), expected.data() + sample.receiver[n] * out);
  }
  const auto f = as<Real>(features), w = as<Real>(weights), g = as<Real>(above);
  const auto input = sample.input(f, w, coefficients);
  std::vector<Real> sums(expected.size(), Real(9));
  product.forward(input, sums.data());
  CHECK(largest_difference(sums, as<Real>(expected)) < tolerance);

  // <g, P(w, h)> is linear in w and in h: its slopes are differences.
  std::vector<Real> edge_back(static_cast<std::size_t>(num_edges * in)), weight_back(w.size());
  product.reverse(input, sample.weight_readers(), g.data(), edge_back.data(), weight_back.data());
  double total = 0.0, by_weights = 0.0, by_features = 0.0;
  for (std::size_t n = 0; n < sums.size(); ++n) total += above[n] * expected[n];
  for (std::size_t n = 0; n < w.size(); ++n) by_weights += weights[n] * static_cast<double>(weight_back[n]);
  for (std::int64_t e = 0; e < num_edges; ++e)
    for (std::int64_t k = 0; k < in; ++k)
      by_features += features[static_cast<std::size_t>(sample.sender[static_cast<std::size_t>(e)] * in + k)] *
                     static_cast<double>(edge_back[static_cast<std::size_t>(e * in + k)]);
  CHECK_THAT(by_weights, WithinAbs(total, tolerance * 10.0 * std::fabs(total) + tolerance));
  CHECK_THAT(by_features, WithinAbs(total, tolerance * 10.0 * std::fabs(total) + tolerance));
}

}  // namespace

TEST_CASE("products and their reverse pass are the library's", "[diff]") {
  struct Case {
    std::string in;
    int l_max;
    std::size_t num_paths;
  };
  const std::vector<Case> cases{{"4x0e+4x1o", 1, 5},
                                {"3x0e+3x1o+3x2e", 2, 15},
                                {"2x0o+2x0e+2x1o+2x1e+2x2o+2x2e", 2, 30},
                                {"2x0o+2x0e+2x1o+2x1e+2x2o+2x2e+2x3o+2x3e", 3, 68}};
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const std::string group = "tensor_product_uvu/case" + std::to_string(n) + "/";
    const auto in = parse_blocks(cases[n].in);
    const ChannelProduct product(merged(in), cases[n].l_max, cases[n].l_max);
    REQUIRE(product.paths().size() == cases[n].num_paths);
    const auto harmonics = primitive(group + "input2"), golden_weights = primitive(group + "weight");
    REQUIRE(product.num_weights() == golden_weights.width);
    const auto rows = static_cast<int>(harmonics.rows);
    // The library has a block for each path, which are ours one after the other.
    const auto out = blocks_of(product.out());
    BlockList split;
    for (const auto& [irrep, channels] : out)
      for (std::int64_t k = 0; k < channels / in[0].second; ++k) split.emplace_back(irrep, in[0].second);
    const auto features = to_ours(in, primitive(group + "input1")),
               cotangent = to_ours(split, primitive(group + "cotangent"));
    std::vector<double> coefficients(static_cast<std::size_t>(rows * product.num_coefficients()));
    std::vector<std::int64_t> counting;
    std::vector<int> same;
    for (int row = 0; row <= rows; ++row) {
      counting.push_back(row);
      if (row == rows) break;
      same.push_back(row);
      product.coefficients(harmonics.numbers.data() + row * harmonics.width, 1.0,
                           coefficients.data() + row * product.num_coefficients());
    }
    const ProductInput<double> input{.num_receivers = rows,
                                     .first_edge = counting.data(),
                                     .sender = same.data(),
                                     .weight_row = same.data(),
                                     .features = features.data(),
                                     .weights = golden_weights.numbers.data(),
                                     .coefficients = coefficients.data()};
    const WeightReaders readers{
        .num_rows = rows, .first = counting.data(), .edges = counting.data(), .receiver = same.data()};
    std::vector<double> result(cotangent.size()), back(features.size()), weight_back(golden_weights.numbers.size());
    product.forward(input, result.data());
    product.reverse(input, readers, cotangent.data(), back.data(), weight_back.data());
    CHECK(largest_difference(result, to_ours(split, primitive(group + "output"))) < 1e-13);
    CHECK(largest_difference(back, to_ours(in, primitive(group + "grad_input1"))) < 1e-13);
    CHECK(largest_difference(weight_back, primitive(group + "grad_weight").numbers) < 1e-13);
    std::vector<double> harmonics_back(harmonics.numbers.size(), 0.0);
    std::vector<double> by_coefficient(static_cast<std::size_t>(product.num_coefficients()));
    for (int row = 0; row < rows; ++row) {
      product.reverse_coefficients(features.data() + row * product.in().size(),
                                   golden_weights.numbers.data() + row * product.num_weights(),
                                   cotangent.data() + row * product.out().size(), by_coefficient.data());
      product.coefficients_reverse(by_coefficient.data(), 1.0, harmonics_back.data() + row * harmonics.width);
    }
    CHECK(largest_difference(harmonics_back, primitive(group + "grad_input2").numbers) < 1e-13);
  }
}

TEST_CASE("products summed over edges are plain sums", "[diff]") {
  for (const int l_max : {1, 2, 3})
    for (const std::int64_t channels : {1, 7, 16}) {
      check_sums<double>(l_max, channels, 1e-12);
      check_sums<float>(l_max, channels, 1e-4);
    }
  check_sums<double>(4, 8, 1e-11);
}

TEST_CASE("a part of a product is the part of its result", "[diff]") {
  const Sample sample;
  const std::int64_t channels = 8;
  const ChannelProduct whole(all_irreps(2, channels), 2, 2);
  const std::vector<Irrep> kept{{.l = 0, .parity = 1}, {.l = 1, .parity = -1}};
  const ChannelProduct part = whole.part(whole.in(), kept);
  CHECK(part.first_weight() == 3 * channels);
  CHECK(part.num_weights() == 9 * channels);
  CHECK(part.num_all_weights() == 30 * channels);
  const auto num_edges = static_cast<std::int64_t>(sample.sender.size());
  const auto y = waves(num_edges * 9, 0.1), features = waves(3 * whole.in().size(), 0.2),
             weights = waves(6 * whole.num_weights(), 0.3);
  std::vector<double> fewer_weights, a(static_cast<std::size_t>(num_edges * whole.num_coefficients())),
      b(static_cast<std::size_t>(num_edges * part.num_coefficients()));
  for (int row = 0; row < 6; ++row) {
    const double* first = weights.data() + row * whole.num_weights() + part.first_weight();
    fewer_weights.insert(fewer_weights.end(), first, first + part.num_weights());
  }
  for (std::int64_t e = 0; e < num_edges; ++e) {
    whole.coefficients(y.data() + 9 * e, 0.5, a.data() + e * whole.num_coefficients());
    part.coefficients(y.data() + 9 * e, 0.5, b.data() + e * part.num_coefficients());
  }
  std::vector<double> all(static_cast<std::size_t>(4 * whole.out().size())),
      some(static_cast<std::size_t>(4 * part.out().size()));
  whole.forward(sample.input(features, weights, a), all.data());
  part.forward(sample.input(features, fewer_weights, b), some.data());
  for (std::int64_t row = 0; row < 4; ++row)
    for (const Irrep& irrep : kept) {
      const Block &from = *whole.out().find(irrep), &to = *part.out().find(irrep);
      REQUIRE(from.channels == to.channels);
      for (std::int64_t k = 0; k < to.size(); ++k)
        CHECK(some[static_cast<std::size_t>(row * part.out().size() + to.offset + k)] ==
              all[static_cast<std::size_t>(row * whole.out().size() + from.offset + k)]);
    }
}
