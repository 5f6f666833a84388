#!/bin/bash
# usage: run_deck.sh DECK STEPS COMMAND...
# The deck is explained at its top, passes `tessera check`, and runs to its end with that many steps a stage
# (2 iterations of one that trains, all of one that draws or compares samples or makes client data, no more steps than
# frames of one that propagates them, 200 updates of chains, of references 20; ten times as many where a network learns
# from them, one pass of that, six steps of its forecast, two of light and heavy gases); of an ensemble
# the first member alone.
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
# name, type and number of frames of each stage
mapfile -t kinds < <(awk -F'"' '
  function tell() {
    if (name == "") return
    if (type == "") type = types[like]
    types[name] = type
    print name, type, frames
  }
  /^\[\[stage\]\]/ { tell(); name = type = like = ""; frames = 11 }
  /^like *=/ { like = $2 }
  /^name *=/ { if (type == "" && name == "") name = $2 } /^type *=/ { type = $2 }
  /^\[stage.replicas\]/ { type = "replicas" }
  /^frames *=/ { split($0, part, "="); frames = part[2] + 0 }
  END { tell() }' "$deck")
short=("members=1")
# Pairs of configurations need snapshots to be made of.
if grep -q '^type *= *"trajcast"' "$deck"; then steps=$((10 * steps)); fi
updates=200
if [[ $deck == *reference.toml ]]; then updates=20; fi
for kind in "${kinds[@]}"; do
  read -r stage type frames <<<"$kind"
  case $type in
    trajcast) short+=("$stage.epochs=1" "$stage.training_pairs=0" "$stage.validation_pairs=0") ;;
    forecast) short+=("$stage.steps=6" "$stage.output.series=1") ;;
    dsmc) short+=("$stage.steps=$steps" "$stage.sampling.start=0") ;;
    ppo | action_matching | score_matching | flow_matching) short+=("$stage.iterations=2") ;;
    samples | compare | client_data) ;;
    replicas) short+=("$stage.steps=$steps" "$stage.replicas.equilibration=0") ;;
    sgld)
      short+=("$stage.updates=$updates" "$stage.burn_in=$((updates / 2))" "$stage.thin=1")
      short+=("$stage.updates_per_step=$steps")
      ;;
    disparate_mixture) short+=("$stage.steps=2") ;;
    propagate) short+=("$stage.steps=$((frames - 1))") ;;
    *) short+=("$stage.steps=$steps") ;;
  esac
done
"${command[@]}" run "$deck" --out "$scratch/run" "${short[@]}"
grep -q '"status": *"done"' "$scratch/run/summary.json"
for kind in "${kinds[@]}"; do
  read -r stage type frames <<<"$kind"
  test -s "$scratch/run/$stage/series.csv"
done
