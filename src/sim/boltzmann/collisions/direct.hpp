// Internal to collision operators: weights of pairs of modes, the operator as Pareschi and Russo (2000) have it.
#pragma once

#include <array>

#include "sim/boltzmann/collisions/pair_operator.hpp"

namespace tessera::sim::boltzmann {

/// The gain mode l + m of species a is the sum of gain_mode F_l H_m, directions integrated exactly:
/// C int_0^R r^(d-1+gamma) mean_wave(b r |l + m|) mean_wave(r |b l - a m|) dr, a and b the shares of the masses and
/// frequencies times pi / L.
double gain_mode(const PairSetup& setup, const std::array<int, 3>& l, const std::array<int, 3>& m);

}  // namespace tessera::sim::boltzmann
