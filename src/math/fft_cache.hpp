// Internal to the transforms: the file that keeps what was measured from one run to the next.
//
// It lies in $TESSERA_CACHE, $XDG_CACHE_HOME/tessera or $HOME/.cache/tessera, whichever variable is set first; there is
// one for each version of FFTW and kind of processor, named after them. Without it every run measures anew: a file that
// is damaged or cannot be written is no error, only a line of the log at the level debug.
#pragma once

#include <filesystem>
#include <string>

namespace tessera::math {

/// Local. Empty if no such variable is set.
std::filesystem::path wisdom_cache_path();

/// Local, never throws. Empty if there is no file, or none that can be used. What this process knows is lost.
std::string read_wisdom_cache() noexcept;

/// Local, never throws. Adds what the file does not know yet and returns its content: what others have written in the
/// meantime stays. What this process knows is lost.
std::string add_to_wisdom_cache(const std::string& text) noexcept;

}  // namespace tessera::math
