// Networks of a time and a position: the action s(t, x) of action matching in three forms, or a vector field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "deck/binder.hpp"
#include "diff/timed_mlp.hpp"
#include "learn/action/box.hpp"

namespace tessera::learn::action {

/// How s comes from what the network h computes (K. Neklyudov and others, ICML 2023, and the authors' programs).
enum class Form {
  scalar,  ///< s = h, one number
  quad,    ///< s = |x - h|^2/2
  inner,   ///< s = h . x
  vector,  ///< no action: h itself is a field
};

enum class Architecture {
  mlp,    ///< layers on (embedded time, position)
  timed,  ///< the time enters every layer (diff::TimedMlp)
};

enum class EmbeddingKind { raw, sinusoidal, periodic };

struct NetworkParams {
  Form form = Form::scalar;
  Architecture architecture = Architecture::mlp;
  std::vector<std::int64_t> hidden{64, 64, 64};  ///< widths; of `timed`, all the same: in, layers, out
  diff::Function activation = diff::Function::silu;
  bool residual = false;
  EmbeddingKind embedding = EmbeddingKind::raw;
  std::int64_t embedding_size = 2;  ///< sines and cosines together
  diff::Initialisation initialisation = diff::Initialisation::fan_in;
  bool standardise = true;  ///< the network sees (x - mean)/deviation
};
/// A deck chooses the form of an action; a vector field stays one.
void bind(deck::Binder& binder, NetworkParams& params);

/// What a network is of, beside what a deck says.
struct NetworkShape {
  NetworkParams params;
  std::int64_t dimensions = 1;
  std::int64_t conditions = 0;  ///< numbers that the network is told beside, in the same units as positions
  std::vector<double> mean = {}, deviation = {};  ///< of each coordinate: what the network sees is (x - mean)/deviation
  Box box = {};                                   ///< where it is periodic, the network sees sines and cosines
  double output_scale = 1.0;                      ///< times what its last layer gives
};

/// Times and positions are those of the network's own units (learn/action/scales.hpp).
class Network {
 public:
  explicit Network(const NetworkShape& shape);
  void draw(std::uint32_t seed) const;

  const NetworkShape& shape() const { return shape_; }
  const diff::Parameters& parameters() const { return parameters_; }

  /// Time and position, and what the network is told beside (where it has conditions).
  struct Place {
    diff::Node t, x;
    std::optional<diff::Node> condition = {};
  };
  /// h, for one time a row and positions (row, coordinate).
  diff::Node field(const Place& place) const;
  /// s, one number a row. Throws Error (internal) for Form::vector.
  diff::Node action(const Place& place) const;

  /// Parameters with these values, and the shape, as arrays of a model file.
  std::vector<data::ModelArray> to_arrays(const Array1<double>& values) const;
  /// From arrays that to_arrays has made. Throws Error (input) beginning with `where` for what it cannot have made.
  static Network from_arrays(const std::vector<data::ModelArray>& arrays, const std::string& where);

 private:
  NetworkShape shape_;
  diff::TimeEmbedding embedding_;
  diff::Parameters parameters_;
  std::variant<diff::Mlp, diff::TimedMlp> layers_;
};

/// Arithmetic of one evaluation of h for one row: two a weight.
double flops_of(const Network& network);

}  // namespace tessera::learn::action
