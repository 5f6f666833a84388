// The rules of openPMD 1.1.0 that readers insist on, applied to a file of particles or of
// fields.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tessera::test {

/// What in the file breaks the standard, one a line; empty if nothing does.
std::vector<std::string> broken_rules(const std::string& path);

/// The steps of its iterations, rising.
std::vector<std::int64_t> steps_in(const std::string& path);

/// What is wrong with an XDMF file: its form, or references to datasets that are not there or have other extents.
std::vector<std::string> broken_xdmf(const std::string& path);

}  // namespace tessera::test
