#!/bin/bash
# usage: run_deck.sh DECK STEPS COMMAND...
# The deck is explained at its top, passes `tessera check`, and runs to its end with that many steps a stage
# (2 iterations of one that trains; a comparison has as many as there are times); of an ensemble the first member alone.
set -euo pipefail
deck=$1
steps=$2
command=("${@:3}")
program=${command[-1]}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [[ $(head -c 1 "$deck") != "#" ]]; then
  echo "$deck: does not begin with a comment that says what to expect"
  exit 1
fi
"$program" check "$deck"
mapfile -t stages < <(awk '/^\[\[stage\]\]/ { in_head = 1; next } /^\[/ { in_head = 0 }
  in_head && /^name *=/ { split($0, part, "\""); print part[2] }' "$deck")
mapfile -t trained < <(awk -F'"' '/^name *=/ { name = $2 } /^type *= *"ppo"/ { print name }' "$deck")
mapfile -t compared < <(awk -F'"' '/^name *=/ { name = $2 } /^type *= *"compare"/ { print name }' "$deck")
short=("members=1")
for stage in "${stages[@]}"; do
  if [[ " ${trained[*]} " == *" $stage "* ]]; then
    short+=("$stage.iterations=2")
  elif [[ " ${compared[*]} " != *" $stage "* ]]; then
    short+=("$stage.steps=$steps")
  fi
done
"${command[@]}" run "$deck" --out "$scratch/run" "${short[@]}"
grep -q '"status": *"done"' "$scratch/run/summary.json"
for stage in "${stages[@]}"; do
  test -s "$scratch/run/$stage/series.csv"
done
