#!/bin/bash
# usage: jobs/scaling.sh DECK [OPTION]... [STAGE.KEY=VALUE]... [OPTION of tessera run]...
#   --ranks 1,2,4            rank counts (default: 1, 2, 4... as long as this machine has cores)
#   --repeats 3              runs of each
#   --grow STAGE.KEY=VALUE   a weak study: on N ranks the value is N times as large, that of a list shared out evenly
#                            over its numbers, e.g. --grow melt.lattice.cells=[10,10,10]. Without it, a strong one
#   --out FOLDER             default: runs/<name of the deck>_scaling
#   --local                  on this machine, even where there is Slurm
# A scaling study: one job a run where there is Slurm (with the settings of jobs/site.sh and the options of run.sbatch),
# else one run after the other, all rank counts once before any is repeated. Ends with scaling.csv, .png and .svg in the
# folder, which jobs/scaling.py FOLDER makes anew at any time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$here/common.sh"

usage() {
  sed -n '2,/^set/{s/^# \?//p}' "${BASH_SOURCE[0]}" >&2
  exit 2
}
if (($# == 0)) || [[ $1 == -* || $1 == *=* ]]; then usage; fi
deck=$1
shift
rank_counts=()
repeats=3
grow=
folder=runs/$(basename "$deck" .toml)_scaling
local=false
if ! command -v sbatch >/dev/null; then local=true; fi
others=()
while (($# > 0)); do
  case $1 in
    --ranks | --repeats | --grow)
      if (($# < 2)); then usage; fi
      case $1 in
        --ranks) IFS=, read -ra rank_counts <<<"$2" ;;
        --repeats) repeats=$2 ;;
        --grow) grow=$2 ;;
      esac
      shift
      ;;
    --local) local=true ;;
    *) others+=("$1") ;;
  esac
  shift
done
split_arguments "${others[@]}"
if ((${#rank_counts[@]} == 0)); then
  for ((ranks = 1; ranks <= $(count_cores); ranks *= 2)); do rank_counts+=("$ranks"); done
fi
for number in "${rank_counts[@]}" "$repeats"; do
  if [[ ! $number =~ ^[1-9][0-9]*$ ]]; then
    echo "jobs/scaling.sh: '$number': expected a whole number above 0" >&2
    exit 2
  fi
done
if [[ -n $grow && $grow != *.*=* ]]; then
  echo "jobs/scaling.sh: --grow $grow: expected STAGE.KEY=VALUE" >&2
  exit 2
fi
if [[ -e $folder ]]; then
  echo "jobs/scaling.sh: $folder is there already; --out names another one, jobs/scaling.py $folder makes its table" >&2
  exit 2
fi

# grown VALUE RANKS: RANKS times as large; the prime factors go, the largest first, to the smallest number of a list.
grown() {
  awk -v value="$1" -v ranks="$2" 'BEGIN {
    is_list = value ~ /^\[/
    gsub(/[][ ]/, "", value)
    count = split(value, part, ",")
    for (p = 2; ranks > 1; ++p) while (ranks % p == 0) { prime[++primes] = p; ranks /= p }
    for (; primes > 0; --primes) {
      smallest = 1
      for (n = 2; n <= count; ++n) if (part[n] < part[smallest]) smallest = n
      part[smallest] *= prime[primes]
    }
    for (n = 1; n <= count; ++n) text = text (n > 1 ? "," : "") part[n]
    print is_list ? "[" text "]" : text
  }'
}

mkdir -p "$folder"
jobs=
for ((repeat = 1; repeat <= repeats; ++repeat)); do
  for ranks in "${rank_counts[@]}"; do
    run=("$here/run.sbatch" "$deck" --out "$folder/np${ranks}_$repeat" "${arguments[@]}")
    if [[ -n $grow ]]; then run+=("${grow%%=*}=$(grown "${grow#*=}" "$ranks")"); fi
    if $local; then
      echo "$ranks ranks, run $repeat of $repeats: $folder/np${ranks}_$repeat"
      RANKS=$ranks bash "${run[@]}" >/dev/null
    else
      a_node=${ranks_per_node:-$ranks}
      a_node=$((a_node < ranks ? a_node : ranks))
      job=$(sbatch --parsable --ntasks="$ranks" --ntasks-per-node="$a_node" --nodes=$(((ranks + a_node - 1) / a_node)) \
        --output="$folder/np${ranks}_$repeat.log" "${run[@]}")
      echo "job $job: $ranks ranks, run $repeat of $repeats: $folder/np${ranks}_$repeat"
      jobs+=:$job
    fi
  done
done

# A system may have several Pythons: one that can plot, if there is any.
python=python3
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c "import matplotlib" 2>/dev/null; then python=$candidate && break; fi
done
if $local; then
  exec "$python" "$here/scaling.py" "$folder"
fi
job=$(sbatch --parsable --ntasks=1 --nodes=1 --time=10 --dependency="afterany$jobs" --output="$folder/scaling.log" \
  --job-name=scaling --wrap="$(printf '%q ' "$python" "$here/scaling.py" "$folder")")
echo "scaling.sh: submitted; job $job makes the table and the plots: $folder/scaling.log"
