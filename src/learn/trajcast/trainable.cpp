#include "learn/trajcast/trainable.hpp"

namespace tessera::learn::trajcast {

namespace {

template <class Real>
class WholeGraphs final : public Trainable {
 public:
  explicit WholeGraphs(const Hyperparameters& parameters) : network_(parameters) {}
  const Architecture& architecture() const override { return network_.architecture(); }
  void set_weights(const std::vector<double>& weights, int num_knots, double shortest) override {
    network_.set_weights(weights);
    if (num_knots > 0) network_.tabulate(num_knots, shortest);
  }
  const std::vector<double>& forward(const Graph& graph, bool keeps_features) override {
    Images<Real> nothing(graph.num_atoms);
    return network_.forward(graph, nothing, keeps_features);
  }
  void reverse(const Graph& graph, const std::vector<double>& cotangent, std::vector<double>& gradient) override {
    Images<Real> nothing(graph.num_atoms);
    network_.reverse(graph, nothing, cotangent, gradient);
  }

 private:
  Network<Real> network_;
};

}  // namespace

std::unique_ptr<Trainable> make_trainable(const Hyperparameters& parameters, Precision precision) {
  if (precision == Precision::single_) return std::make_unique<WholeGraphs<float>>(parameters);
  return std::make_unique<WholeGraphs<double>>(parameters);
}

}  // namespace tessera::learn::trajcast
