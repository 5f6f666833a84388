// The rules of openPMD as a requirement of tests.
#pragma once

#include <string>

namespace tessera::test {

/// Collective. A test requires that the root finds none of the rules broken, in the file and its XDMF.
void require_rules(const std::string& path);

}  // namespace tessera::test
