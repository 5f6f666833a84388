// What this machine can do at best: the ceilings that rates are compared with.
#pragma once

namespace tessera::bench {

/// Floating-point operations a second (a fused multiply-add counts two) of so many threads at once, in vector
/// registers alone.
double peak_flops(int threads);

/// Bytes a second that so many threads move at once in a[i] = b[i] + s c[i] over arrays far larger than caches
/// (24 bytes an element: what the program asks for).
double peak_bandwidth(int threads);

}  // namespace tessera::bench
