#!/bin/bash
# usage: jobs/local.sh [DECK] [STAGE.KEY=VALUE]... [OPTION of tessera run]...
# Installs what is missing, builds, and runs a deck (the Lennard-Jones melt, unless said otherwise) on all cores.
#   RANKS=4 jobs/local.sh ...    that many ranks instead
# Ctrl-C, SIGTERM and SIGUSR1 stop the run with a checkpoint; a second Ctrl-C ends it at once.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$here/common.sh"
build=$root/build/release

"$root/jobs/install.sh" run
if [[ ! -f $build/build.ninja ]]; then
  echo "Configuring and building: some minutes, once"
  mkdir -p "$build"
  (cd "$root" && cmake --preset release >"$build/configure.log" 2>&1) || {
    cat "$build/configure.log" >&2
    exit 1
  }
fi
if [[ -t 1 ]]; then
  cmake --build "$build" --target tessera
else
  cmake --build "$build" --target tessera >"$build/build.log" 2>&1 || {
    cat "$build/build.log" >&2
    exit 1
  }
fi

deck=$root/inputs/md/lj_melt.toml
if (($# > 0)) && [[ $1 != -* && $1 != *=* ]]; then
  deck=$1
  shift
fi

# Without a word about where to write: the first folder of that name that holds no run yet.
arguments=("$@")
again=(--resume)
if [[ " $* " != *" --out"* && " $* " != *" --resume "* && " $* " != *" --force "* ]]; then
  name=$(basename "$deck" .toml)
  folder=runs/$name
  for ((n = 2; ; ++n)); do
    if [[ ! -e $folder ]]; then break; fi
    folder=runs/${name}_$n
  done
  arguments+=(--out "$folder")
  again+=(--out "$folder")
fi

prepare_start
run_stoppable "${start[@]}" "$program" run "$deck" "${arguments[@]}"
if ((status == 75)); then
  echo "The run stopped with a checkpoint. It goes on with:  $0 $deck $* ${again[*]}"
fi
exit "$status"
