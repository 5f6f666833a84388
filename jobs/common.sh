# Sourced by the scripts beside it: what a site decides, how ranks are started, and one run that can be stopped.
# shellcheck shell=bash disable=SC2034,SC2154

root=$(dirname "$here")
site=${TESSERA_SITE:-$here/site.sh}
program=$root/build/release/apps/tessera
launcher=srun
srun_options=(--mpi=pmix)
mpirun_options=()
bind=cores
ranks_per_node=
if [[ -f $site ]]; then
  # shellcheck source=/dev/null
  source "$site"
elif [[ -n ${TESSERA_SITE:-} ]]; then
  echo "$site: there is no such file; TESSERA_SITE names the settings of a site, see jobs/site.example.sh" >&2
  exit 2
fi

# Slurm runs a copy of a batch script, under this name.
if [[ $0 == */slurm_script ]]; then in_batch=true; else in_batch=false; fi
# The id of an array's last member is also that of the whole array.
job=${SLURM_JOB_ID:-}
if [[ -n ${SLURM_ARRAY_TASK_ID:-} ]]; then job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID; fi

# Cores, not their hardware threads, that this process may use; a container may be allowed less.
count_cores() {
  local allowed cores quota period
  allowed=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)  # which would heed them
  cores=$(lscpu --parse=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  if ((cores < 1 || cores > allowed)); then cores=$allowed; fi
  if read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [[ $quota != max ]]; then
    quota=$(((quota + period - 1) / period))
    if ((quota < cores)); then cores=$quota; fi
  fi
  echo "$cores"
}

# Catches signals, and sets $start, how the program is run on all ranks, and the number of threads of each.
prepare_start() {
  catch_signals
  local cores mpirun threads=${SLURM_CPUS_PER_TASK:-${OMP_NUM_THREADS:-1}}
  export OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=1
  if ((threads > 1)); then
    export OMP_PROC_BIND=${OMP_PROC_BIND:-close} OMP_PLACES=${OMP_PLACES:-cores}
  else
    export OMP_PROC_BIND=${OMP_PROC_BIND:-false}
  fi
  ranks=${RANKS:-${SLURM_NTASKS:-}}
  if [[ -n $job && $launcher == srun ]]; then
    start=(srun "${srun_options[@]}" --cpus-per-task="$threads")
    if [[ $bind != none ]]; then start+=(--cpu-bind="$bind"); fi
    if [[ -n $ranks ]]; then start+=(--ntasks="$ranks"); fi
    return
  fi

  cores=$(count_cores)
  if [[ -n $job ]]; then cores=${SLURM_CPUS_ON_NODE:-$cores}; fi
  ranks=${ranks:-$((cores > threads ? cores / threads : 1))}
  mpirun=$(sed -n 's/^MPIEXEC_EXECUTABLE:[A-Z]*=//p' "$root/build/release/CMakeCache.txt" 2>/dev/null || true)
  start=("${mpirun:-mpirun}" -np "$ranks")
  if "${start[0]}" --version 2>/dev/null | grep -q "Open MPI\|OpenRTE"; then
    start+=(--quiet)
    if ((EUID == 0)); then start+=(--allow-run-as-root); fi
    if [[ $bind == none ]]; then
      start+=(--bind-to none)
    elif [[ -z $job ]] && ((ranks * threads > cores)); then
      start+=(--oversubscribe --bind-to none)
    elif ((threads > 1)); then
      start+=(--bind-to core --map-by "slot:PE=$threads")
    else
      start+=(--bind-to core --map-by core)
    fi
  elif [[ $bind != none ]] && ((ranks <= cores)); then
    start+=(-bind-to core)
  fi
  start+=("${mpirun_options[@]}")
}

# From here on signals are kept in $asked, and those that ask for a checkpoint handed to the run.
# Slurm sends SIGUSR1 before the time limit, and SIGTERM to every process of a job that is cancelled: the latter is not
# handed on. Elsewhere the first SIGINT or SIGTERM asks for a checkpoint, and a second one ends the run at once.
catch_signals() {
  asked=
  child=
  trap 'asked=USR1; tell USR1' USR1
  if [[ -n $job ]]; then
    trap 'asked=TERM' TERM
  else
    trap 'if [[ -z $asked ]]; then tell USR1; else tell TERM; fi; asked=TERM' INT TERM
  fi
}
tell() {
  if [[ -n $child ]]; then kill -"$1" "$child" 2>/dev/null || true; fi
}

# Runs a command until it ends, in order or because it was told to stop; sets $status.
run_stoppable() {
  status=75
  if [[ -n $asked ]]; then return; fi
  set -m  # a process group of its own: what stops this script stops the run in good order
  "$@" </dev/null &
  child=$!
  set +m
  if [[ -n $asked ]]; then tell USR1; fi
  while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
  done
  child=
}

# The end of the job for the program, in seconds since 1970. Newer versions of Slurm set SLURM_JOB_END_TIME themselves.
export_job_end() {
  local end
  unset TESSERA_JOB_END_TIME
  if [[ -z $job || -n ${SLURM_JOB_END_TIME:-} ]]; then return; fi
  end=$(env -u SLURM_TIME_FORMAT squeue -h -j "$job" -o %e) || return 0
  if end=$(date -d "$end" +%s 2>/dev/null); then export TESSERA_JOB_END_TIME=$end; fi
}

# Takes --out apart from the other arguments of a run: sets $folder, or leaves it, and $arguments.
split_arguments() {
  arguments=()
  while (($# > 0)); do
    case $1 in
      -o | --out)
        folder=${2:?"$1 needs a folder"}
        shift
        ;;
      --out=*) folder=${1#--out=} ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done
}

# run_deck FOLDER DECK ARGUMENT...: begins a run, or goes on with the one that the folder holds; sets $status.
run_deck() {
  local folder=$1 deck=$2 argument command summary before
  shift 2
  command=("${start[@]}" "$program" run "$deck" --out "$folder")
  # --force is for the first attempt alone.
  if [[ -e $folder/deck.toml ]] && { [[ " $* " != *" --force "* ]] || ((${SLURM_RESTART_COUNT:-0} > 0)); }; then
    command+=(--resume)
  elif [[ " $* " == *" --force "* ]]; then
    command+=(--force)
  fi
  for argument in "$@"; do
    if [[ $argument != --resume && $argument != --force ]]; then command+=("$argument"); fi
  done
  export_job_end
  printf '+'
  printf ' %q' "${command[@]}"
  printf '\n'
  # A launcher that starts nothing may still return 0 (srun 22.05 does): the summary has to say so, and to be a new one.
  summary=$folder/summary.json
  before=$(stat -c "%i %z" "$summary" 2>/dev/null || true)
  run_stoppable "${command[@]}"
  if ((status != 0)); then return; fi
  if ! grep -qs '"status": "done"' "$summary" || [[ $(stat -c "%i %z" "$summary") == "$before" ]]; then
    echo "The command returned 0, but $summary does not say that a run has come to its end" >&2
    status=1
  fi
}

# Steps that the last attempt of a run has made.
steps_made() {
  [[ -e $1/summary.json ]] || { echo 0 && return; }
  awk -F'[:,]' '/"first_step"/ { n -= $2 } /"last_step"/ { n += $2 } END { print n + 0 }' "$1/summary.json"
}

# A line that says how the run ended, and in a batch job that can go on, the job once more. Ends the script.
conclude() {
  local folder=$1 name idle=0 count="" allowed=3
  if $in_batch; then name="job $job"; else name=$(basename "$0"); fi
  if ((${SLURM_RESTART_COUNT:-0} > 0)); then count=", requeued $SLURM_RESTART_COUNT times"; fi
  if ((status == 0)); then
    rm -f "$folder/idle_attempts"
    echo "$name: done$count: $folder"
  elif ((status != 75)); then
    echo "$name: FAILED with status $status$count: $folder"
  elif ! $in_batch || [[ $asked == TERM ]]; then
    echo "$name: stopped$count; the same command goes on: $folder"
  else
    # Each attempt makes at least one step: more than that is progress.
    if (($(steps_made "$folder") <= 1)); then
      idle=$(($(cat "$folder/idle_attempts" 2>/dev/null || echo 0) + 1))
    fi
    echo "$idle" >"$folder/idle_attempts"
    if ((idle >= allowed)); then
      rm -f "$folder/idle_attempts"
      echo "$name: GIVEN UP$count: $allowed attempts without progress; is the time limit too short? $folder"
      exit 1
    fi
    echo "$name: stopped$count; goes on after a requeue: $folder"
    scontrol requeue "$job" || echo "$name: NOT requeued; the same command goes on: $folder"
  fi
  exit "$status"
}
