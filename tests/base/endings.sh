#!/bin/bash
# usage: endings.sh quick|long PROGRAM MPIEXEC NUMPROC_FLAG [OPTIONS...]
# Every way to end gives the documented status and exactly one message, within seconds, whichever rank it struck.
length=$1
program=$2
launcher=("${@:3:2}")
options=("${@:5}")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMP_NUM_THREADS=1 OMP_PROC_BIND=false
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failures=0

# expect RANKS HOW STATUS MESSAGE: a status of "any" only asks for failure; an empty message for none of ours
expect() {
  local ranks=$1 how=$2 status=$3 message=$4 found times start=()
  if ((ranks > 1)); then start=("${launcher[@]}" "$ranks" "${options[@]}"); fi
  timeout 20 "${start[@]}" "$program" "$how" >"$output" 2>&1
  found=$?
  times=$(grep -c '^tessera: error:' "$output")
  if [[ $found == 124 || ($status == any && $found == 0) || ($status != any && $found != "$status") ]]; then
    echo "$how on $ranks ranks: status $found; expected $status"
  elif [[ -z $message && $times != 0 ]] || [[ -n $message && $times != 1 ]]; then
    echo "$how on $ranks ranks: $times messages"
  elif [[ -n $message ]] && ! grep -q -- "^tessera: error: $message" "$output"; then
    echo "$how on $ranks ranks: the message does not say '$message'"
  else
    return
  fi
  cat "$output"
  failures=$((failures + 1))
}

expect_all() {
  local ranks=$1 last=$(($1 - 1))
  expect "$ranks" well 0 ''
  expect "$ranks" --kokkos-nonsense 2 "command line: Kokkos does not know '--kokkos-nonsense'"
  expect "$ranks" all_throw 2 'everyone knows'
  expect "$ranks" all_throw_differently 1 'seen by rank 0'
  expect "$ranks" agree 1 'found by one, told to all'
  expect "$ranks" segmentation_fault any "rank $last: invalid memory access"
  expect "$ranks" abort any "rank $last: abort"
  expect "$ranks" escapes 1 "rank $last: not one of ours"
  expect "$ranks" second_sigterm any ''
  expect "$ranks" kill any ''
}

if [[ $length == quick ]]; then
  expect_all 1
  expect 1 one_throws 2 'known to one'
  expect 3 one_throws 2 'rank 2: known to one'
  expect 3 segmentation_fault any 'rank 2: invalid memory access'
else
  expect_all 3
  expect 3 one_throws_in_exchange 1 'rank 2: a message for rank 3 of 3'
fi

((failures == 0)) && echo "all endings are as documented"
exit $((failures > 0))
