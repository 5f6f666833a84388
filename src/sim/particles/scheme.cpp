#include "sim/particles/scheme.hpp"

#include <cmath>
#include <string_view>

#include "base/error.hpp"

namespace tessera::sim::particles {

namespace {

class Builder {
 public:
  explicit Builder(const LangevinParams& params) : p_(params) { steps_.num_segments = 1; }

  void kick(double share) { add({Move::turn, 1.0, share * p_.dt / p_.mass, 0.0, 0, 0}); }
  void drift(double share) { add({Move::drift, share * p_.dt, 0.0, 0.0, 0, 0}); }
  /// Exact Ornstein-Uhlenbeck motion of the velocity.
  void refresh(double share) {
    const double decay = std::exp(-p_.friction * share * p_.dt);
    // 1 - decay^2 without cancellation
    const double lost = -std::expm1(-2.0 * p_.friction * share * p_.dt);
    add({Move::turn, decay, 0.0, std::sqrt(lost * p_.temperature / p_.mass), 0, num_noises_++});
  }
  void part(const Part& part) { add(part); }
  void force(double share) {
    steps_.force_time[steps_.num_segments - 1] = share * p_.dt;
    ++steps_.num_segments;
  }
  /// Letters of half steps, but for the one in the middle; '|' is where the force is evaluated.
  void letters(std::string_view text, char whole, double force_share) {
    for (const char letter : text) {
      const double share = letter == whole ? 1.0 : 0.5;
      if (letter == 'A') drift(share);
      if (letter == 'B') kick(share);
      if (letter == 'O') refresh(share);
      if (letter == '|') force(force_share);
    }
  }
  Steps steps() const { return steps_; }

 private:
  void add(const Part& part) {
    Segment& segment = steps_.segment[steps_.num_segments - 1];
    if (segment.num_parts == Segment::max_parts) throw Error::internal("an integrator of too many parts");
    segment.part[segment.num_parts++] = part;
  }

  const LangevinParams& p_;
  Steps steps_;
  int num_noises_ = 0;
};

void add_bbk(Builder& builder, const LangevinParams& p) {
  const double half = 0.5 * p.dt, kick = half / p.mass, damping = p.friction * half;
  const double noise = std::sqrt(0.5 * p.friction * p.temperature * p.dt / p.mass);
  builder.part({Move::turn, 1.0 - damping, kick, noise, 0, 0});
  builder.drift(1.0);
  builder.force(1.0);
  const double shrink = 1.0 / (1.0 + damping);
  builder.part({Move::turn, shrink, shrink * kick, shrink * noise, 1, 0});
}

}  // namespace

bool Steps::ends_with_motion() const {
  const Segment& last = segment[num_segments - 1];
  for (int n = 0; n < last.num_parts; ++n)
    if (last.part[n].move != Move::turn) return true;
  return false;
}

Steps make_steps(const LangevinParams& p) {
  Builder builder(p);
  const double mobility = is_overdamped(p.scheme) ? 1.0 / (p.mass * p.friction) : 0.0;
  const double shift = mobility * p.dt, noise = std::sqrt(2.0 * p.temperature * shift);
  switch (p.scheme) {
    case Scheme::baoab:
      builder.letters("BAOA|B", 'O', 1.0);
      break;
    case Scheme::aboba:
      builder.letters("A|BOBA", 'O', 0.5);
      break;
    case Scheme::obabo:
      builder.letters("OBA|BO", 'A', 1.0);
      break;
    case Scheme::oabao:
      builder.letters("OA|BAO", 'B', 0.5);
      break;
    case Scheme::bbk:
      add_bbk(builder, p);
      break;
    case Scheme::euler_maruyama:
      builder.part({Move::shift, 1.0, shift, noise, 0, 0});
      builder.force(1.0);
      break;
    case Scheme::leimkuhler_matthews:
      builder.part({Move::average, 1.0, shift, 0.5 * noise, 1, 0});
      builder.force(1.0);
      break;
    case Scheme::heun:
      builder.part({Move::predict, 1.0, shift, noise, 0, 0});
      builder.force(1.0);
      builder.part({Move::correct, 1.0, shift, 0.0, 0, 0});
      builder.force(1.0);
      break;
  }
  Steps steps = builder.steps();
  steps.has_velocity = !is_overdamped(p.scheme);
  steps.has_noise = p.scheme == Scheme::leimkuhler_matthews;
  steps.has_predictor = p.scheme == Scheme::heun;
  return steps;
}

}  // namespace tessera::sim::particles
