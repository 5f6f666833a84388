// A cart on a rail, pushed so that it comes to rest: the closed loop must do so within 100 samples.
#include <cmath>

#include "math/control.hpp"
#include "math/expm.hpp"

int main() {
  using tessera::math::Matrix;
  const auto cart = tessera::math::zero_order_hold(Matrix{{0, 1}, {0, 0}}, Matrix{{0}, {1}}, 0.1);
  const auto found = tessera::math::regulator(cart.a, cart.b, Matrix::identity(2), Matrix{{0.1}});
  Matrix state{{1}, {0}};
  for (int sample = 0; sample < 100; ++sample) state = (cart.a + cart.b * found.gain) * state;
  return std::hypot(state(0, 0), state(1, 0)) < 1e-3 ? 0 : 1;
}
