// What is summed over samples: the objectives of action matching and of what it is compared with, as graphs.
#pragma once

#include <cstdint>
#include <vector>

#include "learn/action/dynamics.hpp"
#include "learn/action/network.hpp"

namespace tessera::learn::action {

/// How the terms with E_0[s_0] - E_1[s_1] + int E_t[ds/dt] dt are had; all are the same for exact integrals.
enum class Estimator {
  standard,       ///< as they stand
  difference,     ///< -int (E_{k+1}[s_t] - E_k[s_t])/Delta dt, where q_t is a mixture of neighbouring snapshots
  path_velocity,  ///< -int E[grad s . dx_t/dt] dt, where samples have a velocity
};

enum class Method {
  action,        ///< action matching
  score,         ///< score matching of a field v: |v|^2/2 + div v (Hyvarinen, JMLR 2005)
  sliced_score,  ///< the same with z . grad(v . z) in place of div v, z random signs (Song and others, UAI 2019)
  flow,          ///< |v - dx_t/dt|^2/2 (flow matching: Lipman and others, ICLR 2023)
};

/// Places of numbers in the rows that an objective sees: t, weight w (of the integrand: time weight x mass / density of
/// times), rate r (the same with the derivative of the time weight), sigma, x and its conditions, then what the method
/// needs.
struct RowLayout {
  std::int64_t dimensions = 1, conditions = 0;
  Method method = Method::action;
  Estimator estimator = Estimator::standard;
  std::int64_t probes = 0;  ///< random directions for the trace of second derivatives; 0: exact
  bool has_noise = false;
  bool has_start = true, has_end = true;  ///< false where the time weight is 0: then nothing is evaluated there

  static constexpr std::int64_t time = 0, weight = 1, rate = 2, sigma = 3, position = 4;
  /// Velocity; or low and high samples and 1/interval; or weight and sample at the start, and at the end.
  std::int64_t extra() const { return position + seen(); }
  std::int64_t seen() const { return dimensions + conditions; }
  std::int64_t extra_width() const;
  std::int64_t start() const { return extra(); }  ///< of the standard estimator
  std::int64_t end() const { return extra() + (has_start ? seen() + 1 : 0); }
  std::int64_t probe(std::int64_t n) const { return extra() + extra_width() + n * dimensions; }
  std::int64_t width() const { return probe(probes); }
};

/// One number a row each. The objective is that of eq. (7), (13) and (20) of K. Neklyudov and others (ICML 2023), with
/// a weight w(t): w0 E_0[s_0] - w1 E_1[s_1] + int E_t[w (c*(grad s) + ds/dt + sigma^2/2 lap s + lambda/2 s^2) + w' s].
struct Terms {
  diff::Node loss;
  diff::Node start, end, interior;  ///< its parts
  diff::Node cost;                  ///< w c(v), as it is
};

/// The gradient of c*(grad s) is that of v . grad s with v = grad c*(grad s) held: one forward derivative along the
/// flow, and in the directions of noise for its second one, is all that is differentiated in reverse.
Terms action_terms(const Network& network, diff::Node row, const RowLayout& layout, const Dynamics& dynamics);
/// Of the other methods. Throws Error (internal) for action matching.
Terms field_terms(const Network& network, diff::Node row, const RowLayout& layout);

/// A direction along each of the coordinates.
std::vector<diff::Node> axes(diff::Graph& graph, std::int64_t dimensions);

/// v = grad c*(g) for c = |v|^p/p and the conjugate exponent p' of p.
diff::Node velocity_of(diff::Node gradient, double conjugate_exponent);

}  // namespace tessera::learn::action
