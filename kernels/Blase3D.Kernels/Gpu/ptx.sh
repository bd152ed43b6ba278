#!/usr/bin/env bash
# Compiles the kernel text to PTX with the newest clang that is installed, one compressed file per program and capability, into a folder. Without a clang
# that knows NVIDIA's targets it does nothing: the programs are then compiled by the driver's OpenCL, or by NVRTC, where they are used.
#
# The targets are compute capabilities 8.0 and 9.0. Every newer card takes such PTX: its driver compiles it for the card when it is loaded. clang knows
# 9.0 from version 16 on; an older one makes 8.0 alone.
set -euo pipefail
text="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/Text"
out=${1:?usage: ptx.sh FOLDER}

knows_nvidia() { command -v "$1" >/dev/null 2>&1 && "$1" --print-targets 2>/dev/null | grep -q nvptx64; }

newest_clang() { # of those with a version in their names; else the one without
  local name
  for name in $(compgen -c clang- | grep -E '^clang-[0-9]+$' | sort -t- -k2,2nr -u) clang; do
    if knows_nvidia "$name"; then echo "$name"; return; fi
  done
}

clang=${CLANG:-$(newest_clang)}
if [ -z "$clang" ] || ! knows_nvidia "$clang"; then
  echo "No clang with NVIDIA targets: the kernels are not built in as PTX."
  exit 0
fi

mkdir -p "$out"
rm -f "$out"/*.ptx.gz
cat "$text"/{Prelude,Elementary,Shapes,Voigt,Forward,Gradient,Tangent,Resident,Adaptive,Descent}.cl >"$out/lines.cu"
cat "$text"/{Prelude,Elementary,Processes}.cl >"$out/processes.cu"
cat "$text"/{Prelude,Ceilings}.cl >"$out/ceilings.cu"

translate() { # translate ARGUMENT...: clang for the capability
  "$clang" -x cuda --cuda-gpu-arch="sm_$capability" "${version[@]}" -nocudainc -nocudalib --cuda-device-only -O3 -w -DBLASE_PLAIN_CLANG "$@" -o -
}

compile() { # compile SOURCE NAME MACRO...: one program
  translate "${@:3}" -S "$out/$1.cu" | gzip -9n >"$out/$2.sm_$capability.ptx.gz"
}

for capability in 80 90; do
  # The oldest PTX that has the capability, so that old drivers take it. Old clangs choose it themselves and do not know the option.
  version=("--cuda-feature=+ptx$([ $capability = 80 ] && echo 70 || echo 78)")
  translate -S /dev/null >/dev/null 2>&1 || version=()
  if ! translate -S /dev/null >/dev/null 2>&1; then
    echo "$clang does not know compute capability $((capability / 10)).0: the kernels are built in as PTX for older ones alone."
    continue
  fi

  compile processes processes-double
  compile ceilings ceilings-double
  compile ceilings ceilings-single -DBLASE_FLOAT
  for precision in double single; do
    for composition in product opacity; do
      for profile in pseudo voigt; do
        define=()
        [ $precision = double ] || define+=(-DBLASE_FLOAT)
        [ $composition = product ] || define+=(-DBLASE_OPACITY)
        [ $profile = pseudo ] || define+=(-DBLASE_VOIGT)
        compile lines "lines-$precision-$composition-$profile" "${define[@]}"
      done
    done
  done
done
touch "$out/stamp"
