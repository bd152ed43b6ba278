#!/usr/bin/env bash
# Measures this machine from end to end: builds, runs the Python path and the engine on the same manifold, and writes
# bench/results/MACHINE/DATE-table.md, DATE-table.csv and DATE-scipy-path.json. About ten minutes; leave the machine alone meanwhile.
#
#   bench/run.sh [--study] [--no-scipy] [--lines N] [--seconds S] [--remark "the machine was busy"]
#
#   --study      also clone-quality (minutes more): recipes, associations and step sizes on real spectra
#   --no-scipy   leave the Python path out
#   --lines N    the Python path uses about N of the 128,723 lines and scales (all of them need 7 GB)
#   --seconds S  about how long one measurement of the engine takes (0.3)
#   --remark T   a sentence for the head of the tables
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
work="$root/.build/bench"
study=no scipy=yes lines=() seconds=0.3 remark=
while [ $# -gt 0 ]; do
  case "$1" in
    --study) study=yes ;;
    --no-scipy) scipy=no ;;
    --lines) lines=(--lines "${2:?--lines needs a number}"); shift ;;
    --seconds) seconds="${2:?--seconds needs a number}"; shift ;;
    --remark) remark="${2:?--remark needs a sentence}"; shift ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
  esac
  shift
done

step() { echo; echo "bench: $* ($(date -u +%H:%M:%S))"; }

step "building"
"$root/.build-tools/setup.sh"
dotnet build "$here/Blase3D.Bench/Blase3D.Bench.csproj" -c Release --nologo -v quiet
bench() { dotnet "$here/Blase3D.Bench/bin/Release/net10.0/Blase3D.Bench.dll" "$@"; }
machine=$(bench machine)
results="$here/results/$machine"
mkdir -p "$work" "$results"
trap 'rm -f "$work/manifold.h5" "$work/points.npz"' EXIT

# The distribution's own Python has the packages; another one may have them too.
python=
if [ "$scipy" = yes ]; then
  for candidate in /usr/bin/python3 python3; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import scipy, numpy, h5py' 2>/dev/null; then python=$candidate; break; fi
  done
  [ -n "$python" ] || echo "bench: no Python with scipy, numpy and h5py is here (Debian, Ubuntu: python3-scipy python3-h5py); the Python path is left out."
fi

compare=()
if [ -n "$python" ]; then
  step "writing the manifold for both paths"
  bench manifold --out "$work"
  step "the Python path (about two minutes)"
  json="$results/$(date -u +%Y-%m-%d)-scipy-path.json"
  if "$python" "$here/scipy-path/scipy_path.py" "$work" --out "$json" ${lines[@]+"${lines[@]}"}; then
    compare=(--scipy "$json")
  else
    echo "bench: the Python path failed; the table is made without it."
  fi
  rm -f "$work/manifold.h5" "$work/points.npz"
fi

step "the engine"
bench table --out "$here/results" --seconds "$seconds" --remark "$remark" ${compare[@]+"${compare[@]}"}

if [ "$study" = yes ]; then
  step "clone quality"
  bench clone-quality --out "$here/results" --remark "$remark"
fi
step "done; results in bench/results/$machine"
