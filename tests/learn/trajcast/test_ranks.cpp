// Atoms spread over ranks, some of which may have none: results and gradients are those of one rank.
#include <algorithm>
#include <map>

#include "catch.hpp"
#include "diff/equivariant/golden_layout.hpp"
#include "learn/trajcast/network.hpp"
#include "sample_networks.hpp"

using namespace tessera;
using namespace tessera::learn::trajcast;
using namespace tessera::test;

namespace {

/// Rows of all atoms are summed over ranks: slow, and plainly what an exchange of ghosts amounts to.
class AllRows : public Surroundings<double> {
 public:
  AllRows(std::vector<int> atoms, std::vector<int> owners, int num_all)
      : atoms_(std::move(atoms)), owners_(std::move(owners)), num_all_(num_all) {}

  void fill_ghosts(double* rows, std::int64_t width) override {
    auto all = zeros(width);
    for (std::size_t n = 0; n < atoms_.size(); ++n) std::copy_n(row(rows, n, width), width, row(all, atoms_[n], width));
    comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
    for (std::size_t n = 0; n < owners_.size(); ++n)
      std::copy_n(row(all, owners_[n], width), width, row(rows, atoms_.size() + n, width));
  }
  void return_ghosts(double* rows, std::int64_t width) override {
    auto all = zeros(width);
    for (std::size_t n = 0; n < owners_.size(); ++n)
      for (std::int64_t k = 0; k < width; ++k) row(all, owners_[n], width)[k] += row(rows, atoms_.size() + n, width)[k];
    comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
    for (std::size_t n = 0; n < atoms_.size(); ++n)
      for (std::int64_t k = 0; k < width; ++k) row(rows, n, width)[k] += row(all, atoms_[n], width)[k];
  }
  void sum(ExactSum* sums, int count) override { all_reduce(comm(), sums, count); }

 private:
  std::vector<double> zeros(std::int64_t width) const {
    return std::vector<double>(static_cast<std::size_t>(num_all_ * width), 0.0);
  }
  template <class Index>
  static double* row(double* rows, Index n, std::int64_t width) {
    return rows + static_cast<std::int64_t>(n) * width;
  }
  template <class Index>
  static double* row(std::vector<double>& rows, Index n, std::int64_t width) {
    return row(rows.data(), n, width);
  }

  std::vector<int> atoms_, owners_;
  int num_all_;
};

}  // namespace

TEST_CASE("a network spread over ranks gives what one rank gives", "[trajcast]") {
  // Atoms go to ranks in turn, of which the last has none.
  const int ranks = comm().size() > 1 ? comm().size() - 1 : 1;
  for (const Conservation conservation : {Conservation::linear, Conservation::angular}) {
    Hyperparameters p = sample_parameters();
    p.conservation = conservation;
    const Configuration c = sample_configuration();
    const Graph whole = graph_of(c, p.cutoff);
    Network<double> network(p);
    network.set_weights(generated_weights(network.architecture(), 5));
    Images<double> alone(whole.num_atoms);
    const auto expected = network.forward(whole, alone, true);
    std::vector<double> cotangent(expected.size()), expected_gradient;
    for (std::size_t n = 0; n < cotangent.size(); ++n) cotangent[n] = std::sin(0.2 + static_cast<double>(n));
    network.reverse(whole, alone, cotangent, expected_gradient);

    std::vector<int> mine, owners;
    for (int n = 0; n < static_cast<int>(whole.num_atoms); ++n)
      if (n % ranks == comm().rank()) mine.push_back(n);
    std::map<int, int> rows;
    for (std::size_t n = 0; n < mine.size(); ++n) rows[mine[n]] = static_cast<int>(n);
    Graph part;
    std::vector<double> wanted, part_cotangent;
    for (const int atom : mine) {
      const auto n = static_cast<std::size_t>(atom);
      for (std::int64_t e = whole.first_edge[n]; e < whole.first_edge[n + 1]; ++e) {
        const int sender = whole.sender[static_cast<std::size_t>(e)];
        const auto [place, is_new] = rows.emplace(sender, static_cast<int>(mine.size() + owners.size()));
        if (is_new) owners.push_back(sender);
        part.sender.push_back(place->second);
        const double* r = whole.edge_vectors.data() + 3 * e;
        part.edge_vectors.insert(part.edge_vectors.end(), r, r + 3);
      }
      part.first_edge.push_back(static_cast<std::int64_t>(part.sender.size()));
      part.species.push_back(whole.species[n]);
      part.masses.push_back(whole.masses[n]);
      part.configuration.push_back(0);
      for (std::size_t i = 0; i < 3; ++i) {
        part.positions.push_back(whole.positions[3 * n + i]);
        part.velocities.push_back(whole.velocities[3 * n + i]);
      }
      for (std::size_t i = 0; i < 6; ++i) {
        wanted.push_back(expected[6 * n + i]);
        part_cotangent.push_back(cotangent[6 * n + i]);
      }
    }
    part.num_atoms = static_cast<std::int64_t>(mine.size());
    part.num_ghosts = static_cast<std::int64_t>(owners.size());
    AllRows others(mine, owners, static_cast<int>(whole.num_atoms));
    std::vector<double> gradient;
    const double off = largest_difference(network.forward(part, others, true), wanted);
    network.reverse(part, others, part_cotangent, gradient);
    comm().all_reduce(gradient.data(), static_cast<int>(gradient.size()), Op::sum);
    CHECK(comm().all_reduce(off, Op::max) < 1e-12);
    double size = 0.0;
    for (const double g : expected_gradient) size = std::max(size, std::fabs(g));
    CHECK(largest_difference(gradient, expected_gradient) < 1e-12 * (1.0 + size));
  }
}
