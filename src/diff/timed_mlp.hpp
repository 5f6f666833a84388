// Networks of a time and a position.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diff/mlp.hpp"

namespace tessera::diff {

/// What a network sees of the time t: t itself or not, then sin(t f_i), then cos(t f_i) for some frequencies.
struct TimeEmbedding {
  bool has_time = true;
  std::vector<double> frequencies = {};

  static TimeEmbedding raw() { return {}; }
  /// f_i = 10000^(-i/(size/2 - 1)), i < size/2, without t (Vaswani and others, NIPS 2017, as diffusion models have it).
  /// Throws Error (internal) unless the size is even and at least 4.
  static TimeEmbedding sinusoidal(std::int64_t size);
  /// t, and f_k = 2 pi k, k = 1, 2... `harmonics`: for motion of period 1.
  static TimeEmbedding periodic(std::int64_t harmonics);

  std::int64_t width() const { return (has_time ? 1 : 0) + 2 * static_cast<std::int64_t>(frequencies.size()); }
  /// Of one number a row.
  Node operator()(Node t) const;
};

/// A network into whose layers the time goes again and again: h = act(in(x)); then for each n
/// h = act(hidden.n(h + embedding.n(act(time.n(e))))), with the embedding e of t; then out.1(act(out.0(h))). All hidden
/// layers are of one width.
class TimedMlp {
 public:
  struct Shape {
    std::int64_t inputs = 1, width = 64, layers = 2, outputs = 1;
    Function activation = Function::silu;
    TimeEmbedding embedding = TimeEmbedding::raw();
  };
  TimedMlp(Parameters& parameters, const std::string& name, const Shape& shape);
  void draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind = Initialisation::fan_in) const;
  /// t: one number a row.
  Node operator()(const Parameters& parameters, Node t, Node x) const;

 private:
  struct Layer {
    Linear time, embedding, hidden;
  };
  TimeEmbedding embedding_;
  Function activation_;
  Linear in_;
  std::vector<Layer> layers_;
  Mlp out_;
};

}  // namespace tessera::diff
