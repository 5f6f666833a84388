// What measuring has found out about the fastest transforms, as text.
//
// Plans made by FftEffort::measure follow it, and equal wisdom means equal bits. It is kept in a file of the cache
// folder (fft_cache.hpp) as soon as something new was measured. A restart that must repeat every bit even where that
// file is lost or has changed keeps fft_wisdom() in its checkpoint and gives it back before it makes its transforms.
#pragma once

#include <initializer_list>
#include <string>

namespace tessera::math {

/// Local. All that this process has measured, read or been given.
std::string fft_wisdom();
/// Local. Forgets all that and uses this text from here on; plans that exist stay as they are. False, and nothing is
/// known then, if the text is damaged or from another version of FFTW.
bool use_fft_wisdom(const std::string& text);

/// Local. Internal: both of all texts, the earlier one where two disagree. What this process knows is lost.
std::string merge_wisdom(std::initializer_list<std::string> texts);
/// Local. Internal.
void forget_wisdom();
/// Local. Internal: before any other call of FFTW. Wisdom names algorithms, and FFTW must have heard of those for
/// several ranks before it reads any.
void start_fftw();

}  // namespace tessera::math
