#!/bin/bash
# usage: use_from_outside.sh BUILD_FOLDER CMAKE COMPILER "MPIEXEC FLAG"
set -euo pipefail
build=$1
cmake=$2
compiler=$3
read -ra launcher <<<"$4"
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/project" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$cmake" --install "$build" --prefix "$scratch/prefix" >"$scratch/log" || {
  cat "$scratch/log"
  exit 1
}
"$scratch/prefix/bin/tessera" --version
"$cmake" -G Ninja -S "$project" -B "$scratch/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_PREFIX_PATH="$scratch/prefix"
"$cmake" --build "$scratch/build"
for ranks in 1 2; do
  "${launcher[@]}" "$ranks" "$scratch/build/soft_spheres"
  "${launcher[@]}" "$ranks" "$scratch/build/spectrum"
done
"${launcher[@]}" 1 "$scratch/build/regulator"
