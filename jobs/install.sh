#!/bin/bash
# usage: jobs/install.sh [run|tests|slurm|plots|ci|compare]...     (run, unless said otherwise)
# Installs the Debian packages that are missing: to build and run; besides, for the tests, for those tests that start a
# Slurm of their own, for plots of runs and scaling studies, for all that CI checks, and for comparisons with others.
# The only list of packages; does nothing when all are there.
set -euo pipefail

run="g++ cmake ninja-build pkg-config libopenmpi-dev openmpi-bin libtrilinos-kokkos-dev libhdf5-openmpi-dev petsc-dev
  libopenblas-dev liblapacke-dev libfftw3-dev libfftw3-mpi-dev librandom123-dev libtomlplusplus-dev libcli11-dev
  libspdlog-dev libfmt-dev nlohmann-json3-dev liblemon-dev"
tests="$run catch2 python3 python3-h5py python3-numpy iproute2"
slurm="slurmctld slurmd slurm-client munge"
plots="python3 python3-h5py python3-matplotlib python3-numpy"
ci="$tests $slurm $plots clang-format clang-tidy git"
compare="$run gromacs lammps python3-torch"

wanted=""
for group in "${@:-run}"; do
  case $group in
    run | tests | slurm | plots | ci | compare) wanted+=" ${!group}" ;;
    *)
      echo "jobs/install.sh: there is no group '$group'; expected run, tests, slurm, plots, ci or compare" >&2
      exit 2
      ;;
  esac
done
if ! command -v dpkg-query >/dev/null; then
  echo "jobs/install.sh: this is not Debian or one of its kin; CMake will say which libraries it does not find" >&2
  exit 0
fi

# Some names are those of virtual packages or of other architectures: what provides them counts too.
installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package} ${Provides}\n' | sed -n 's/^installed //p' |
  tr -d ',' | tr ' ' '\n' | sort -u)
missing=$(tr -s ' \n' '\n' <<<"$wanted" | sed '/^$/d' | sort -u | comm -23 - <(echo "$installed") | tr '\n' ' ')
if [[ -z $missing ]]; then exit 0; fi

if ((EUID == 0)); then
  as_root=(env)
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n env)
else
  echo "Packages are missing: $missing" >&2
  echo "Ask someone with root's rights for:  apt-get install --no-install-recommends $missing" >&2
  exit 1
fi
echo "Installing $missing"
get=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet --yes -o Dpkg::Use-Pty=0)
# shellcheck disable=SC2086
"${get[@]}" install --no-install-recommends $missing </dev/null >/dev/null 2>&1 || {
  "${get[@]}" update </dev/null
  "${get[@]}" install --no-install-recommends $missing </dev/null >/dev/null
}
