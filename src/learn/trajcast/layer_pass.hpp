// Internal: one layer of a network for the receivers of a chunk of edges, and its reverse.
#pragma once

#include <vector>

#include "learn/trajcast/architecture.hpp"
#include "learn/trajcast/edge_chunks.hpp"
#include "learn/trajcast/radial_table.hpp"

namespace tessera::learn::trajcast {

/// Of all owned atoms: what layers read besides features.
template <class Real>
struct AtomInputs {
  const int* species = nullptr;
  const Real* embedding = nullptr;    ///< num_speed an atom
  const double* harmonics = nullptr;  ///< of velocities, (l_max + 1)^2 an atom
};

/// Memory is kept from call to call.
template <class Real>
class LayerPass {
 public:
  explicit LayerPass(const Architecture& architecture) : architecture_(&architecture) {}

  /// features: rows of layer.in; out: a row of layer.out for each atom of the chunk. With a table, path weights of
  /// edges come from it, but for edges shorter than it begins.
  void forward(const Layer& layer, const Real* weights, const EdgeChunk& chunk, const AtomInputs<Real>& atoms,
               const Real* features, Real* out, const RadialTable<Real>* table = nullptr);

  /// Path weights for lengths, one row each.
  void path_weights(const Layer& layer, const Real* weights, const std::vector<double>& lengths, Real* rows);

  /// What a reverse pass adds to: cotangents of features (all rows), of embeddings (all atoms) and of weights, and that
  /// of the Bessel roots in double precision; with a table those of its knots too, from which reverse_table() goes on.
  struct Cotangents {
    Real* features = nullptr;
    Real* embedding = nullptr;
    Real* weights = nullptr;
    double* roots = nullptr;
    Real* knots = nullptr;
  };
  /// Works out the chunk's intermediate numbers again.
  void reverse(const Layer& layer, const Real* weights, const EdgeChunk& chunk, const AtomInputs<Real>& atoms,
               const Real* features, const Real* out_cotangent, const Cotangents& to,
               const RadialTable<Real>* table = nullptr);
  /// Behind all chunks of a layer.
  void reverse_table(const Layer& layer, const Real* weights, const RadialTable<Real>& table, const Cotangents& to);

 private:
  /// Up to what the gate reads.
  void until_gate(const Layer& layer, const Real* weights, const EdgeChunk& chunk, const AtomInputs<Real>& atoms,
                  const Real* features, const RadialTable<Real>* table);
  /// Of path weights for lengths that have just been worked out.
  void path_weights_reverse(const Layer& layer, const Real* weights, const std::vector<double>& lengths,
                            const Real* cotangent, const Cotangents& to);
  void tabulated_weights(const Layer& layer, const Real* weights, const EdgeChunk& chunk,
                         const RadialTable<Real>& table);
  void tabulated_weights_reverse(const Layer& layer, const Real* weights, const EdgeChunk& chunk,
                                 const RadialTable<Real>& table, const Real* cotangent, const Cotangents& to);
  diff::ProductInput<Real> edge_input(const EdgeChunk& chunk, const Real* features) const;
  diff::ProductInput<Real> velocity_input(const EdgeChunk& chunk) const;

  const Architecture* architecture_;
  std::vector<std::int64_t> counting_;
  std::vector<int> same_;
  std::vector<double> roots_;
  std::vector<Real> radial_, edge_weights_, edge_coefficients_, pooled_, contracted_, speed_weights_,
      speed_coefficients_, turned_, updated_;
  std::vector<Real> own_, updated_back_, turned_back_, contracted_back_, speed_back_, pooled_back_, edge_back_,
      edge_weights_back_, radial_back_;
  typename diff::ScalarMlp::Memory<Real> edge_memory_, speed_memory_;
};

}  // namespace tessera::learn::trajcast
