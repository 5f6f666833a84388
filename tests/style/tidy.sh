#!/bin/bash
# usage: tests/style/tidy.sh BUILD_FOLDER [SOURCE]...
# clang-tidy with the checks of .clang-tidy over these sources, or all of the product that the build compiles, as it
# compiles them: several at once where it does so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$1
shift
if (($# == 0)); then
  mapfile -t sources < <(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
    grep -E "^$PWD/(src|apps|$build/.*/Unity)/" | grep -v "^$PWD/$build/tests/" | sort -u)
else
  sources=("$@")
fi
tidy_one() {
  local output
  output=$(clang-tidy -p "$1" --extra-arg=-Wno-unknown-warning-option --quiet "$2" 2>/dev/null) && return
  echo "$output"
  return 1
}
export -f tidy_one
printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'tidy_one "$@"' tidy_one "$build"
echo "tidy: ${#sources[@]} translation units are as they should be"
