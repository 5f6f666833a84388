#!/bin/bash
# usage: survives.sh STRIDE RANKS FAULT_RANK PROGRAM [LAUNCHER...]
# A process is killed at every STRIDE-th call of the file layer: the newest checkpoint that is found afterwards is the
# one before or the one that was being written, and the snapshot that belongs to it can be read.
stride=$1
ranks=$2
export TESSERA_FAULT_RANK=$3
program=$4
launcher=("${@:5}")
if ((ranks == 1)); then launcher=(); fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# In a shell of its own, whose report of the death is not wanted.
start() { (timeout 60 "${launcher[@]}" "$program" "$@"; exit $?) >"$folder/out" 2>&1; }
fail() {
  echo "$1"
  cat "$folder/out"
  exit 1
}

mkdir "$folder/run"
start write "$folder/run" || fail "the first checkpoint cannot be written"
TESSERA_FAULT_COUNT=$folder/count start write "$folder/run" || fail "the second checkpoint cannot be written"
calls=$(<"$folder/count")
((calls > 100)) || fail "only $calls calls were counted"

start check "$folder/run" || fail "the first checkpoints are not whole"
version=$(tail -1 "$folder/out")
kills=0
for ((call = 1; call <= calls; call += stride)); do
  if TESSERA_FAULT="kill $call" start write "$folder/run"; then
    fail "call $call of $calls: the process was not killed"
  fi
  start check "$folder/run" || fail "killed at call $call of $calls: what is left cannot be used"
  found=$(tail -1 "$folder/out")
  ((found == version || found == version + 1)) || fail "killed at call $call: version $found after $version"
  version=$found
  kills=$((kills + 1))
done
start write "$folder/run" || fail "after all kills: no checkpoint can be written"
left=$(find "$folder/run/checkpoint" -mindepth 1 -maxdepth 1 | wc -l)
((left == 3)) || fail "$left entries are left in the folder of checkpoints"
echo "$kills kills among $calls calls: every time a whole checkpoint was found, the last is version $version"
