#!/bin/bash
# usage: tests/run.sh [ARGUMENT of ctest]...
# Installs what is missing, builds, and runs the quick tests; with -L, -LE or -R those that they name, e.g. -L long.
#   CONFIGURE="-DTESSERA_WERROR=ON" tests/run.sh     more arguments for CMake
#   PRESET=asan tests/run.sh                         another build
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${PRESET:-release}
build=build/$preset

jobs/install.sh tests
mkdir -p "$build"
read -ra configure <<<"${CONFIGURE:-}"
cmake --preset "$preset" "${configure[@]}" >"$build/configure.log" 2>&1 || {
  cat "$build/configure.log" >&2
  exit 1
}
if [[ -t 1 ]]; then
  cmake --build "$build"
else
  cmake --build "$build" >"$build/build.log" 2>&1 || {
    cat "$build/build.log" >&2
    exit 1
  }
fi

chosen=(-L quick)
for argument in "$@"; do
  case $argument in -L* | -R* | --label* | --tests-regex*) chosen=() ;; esac
done
# Most tests wait for their ranks to start and for each other more than they compute: twice as many as processors.
exec ctest --test-dir "$build" --output-on-failure --parallel $((2 * $(nproc))) "${chosen[@]}" "$@"
