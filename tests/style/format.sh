#!/bin/bash
# usage: tests/style/format.sh [--fix]
# All C++ sources must be as clang-format leaves them; --fix leaves them so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t sources < <(git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp')
if [[ ${1:-} == --fix ]]; then
  clang-format -i "${sources[@]}"
else
  clang-format --dry-run -Werror "${sources[@]}"
  echo "format: ${#sources[@]} files are as they should be"
fi
