#!/bin/bash
# usage: jobs/local.sh [DECK] [STAGE.KEY=VALUE]... [OPTION of tessera run]...
# Installs what is missing, builds, and runs a deck (the Lennard-Jones melt, unless said otherwise) on all cores.
#   RANKS=4 jobs/local.sh ...    that many ranks instead
# Ctrl-C, SIGTERM and SIGUSR1 stop the run with a checkpoint; a second Ctrl-C ends it at once.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
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

# Cores, not their hardware threads, that this process may use; a container may be allowed less.
count_cores() {
  local allowed cores quota period
  allowed=$(nproc)
  cores=$(lscpu --parse=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  if ((cores < 1 || cores > allowed)); then cores=$allowed; fi
  if read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [[ $quota != max ]]; then
    quota=$(((quota + period - 1) / period))
    if ((quota < cores)); then cores=$quota; fi
  fi
  echo "$cores"
}
cores=$(count_cores)
ranks=${RANKS:-$cores}

launcher=$(sed -n 's/^MPIEXEC_EXECUTABLE:[A-Z]*=//p' "$build/CMakeCache.txt")
start=("${launcher:-mpirun}" -np "$ranks")
if "${start[0]}" --version 2>/dev/null | grep -q "Open MPI\|OpenRTE"; then
  start+=(--quiet)
  if ((EUID == 0)); then start+=(--allow-run-as-root); fi
  if ((ranks > cores)); then start+=(--oversubscribe --bind-to none); else start+=(--bind-to core --map-by core); fi
elif ((ranks <= cores)); then
  start+=(-bind-to core)
fi
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} OMP_PROC_BIND=${OMP_PROC_BIND:-false} OPENBLAS_NUM_THREADS=1

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

# A process group of its own: what stops this script stops the run in good order.
set -m
"${start[@]}" "$build/apps/tessera" run "$deck" "${arguments[@]}" </dev/null &
job=$!
set +m
interrupts=0
interrupt() {
  interrupts=$((interrupts + 1))
  if ((interrupts == 1)); then kill -USR1 "$job"; else kill -TERM "$job"; fi
}
trap interrupt INT TERM
trap 'kill -USR1 "$job"' USR1
status=0
while kill -0 "$job" 2>/dev/null; do
  status=0
  wait "$job" || status=$?
done

if ((status == 75)); then
  echo "The run stopped with a checkpoint. It goes on with:  $0 $deck $* ${again[*]}"
fi
exit "$status"
