#include "learn/trajcast/trainable.hpp"

#include "learn/trajcast/domain_surroundings.hpp"

namespace tessera::learn::trajcast {

namespace {

template <class Real>
class Learner final : public Trainable {
 public:
  explicit Learner(const Hyperparameters& parameters) : network_(parameters) {}
  const Architecture& architecture() const override { return network_.architecture(); }
  void set_weights(const std::vector<double>& weights, int num_knots, double shortest) override {
    network_.set_weights(weights);
    if (num_knots > 0) network_.tabulate(num_knots, shortest);
  }
  double table_error() override { return network_.table_error(); }
  const std::vector<double>& forward(const Graph& graph, const Spread* spread, bool keeps_features) override {
    const auto surroundings = surroundings_of(graph, spread);
    return network_.forward(graph, *surroundings, keeps_features);
  }
  void reverse(const Graph& graph, const Spread* spread, const std::vector<double>& cotangent,
               std::vector<double>& gradient) override {
    const auto surroundings = surroundings_of(graph, spread);
    network_.reverse(graph, *surroundings, cotangent, gradient);
  }

 private:
  static std::unique_ptr<Surroundings<Real>> surroundings_of(const Graph& graph, const Spread* spread) {
    if (spread) return std::make_unique<DomainSurroundings<Real>>(spread->comm, spread->ghosts);
    return std::make_unique<Images<Real>>(graph.num_atoms);
  }

  Network<Real> network_;
};

}  // namespace

std::unique_ptr<Trainable> make_trainable(const Hyperparameters& parameters, Precision precision) {
  if (precision == Precision::single_) return std::make_unique<Learner<float>>(parameters);
  return std::make_unique<Learner<double>>(parameters);
}

}  // namespace tessera::learn::trajcast
