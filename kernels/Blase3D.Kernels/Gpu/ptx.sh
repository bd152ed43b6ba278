#!/usr/bin/env bash
# Compiles the kernel text to PTX with clang, one file per program, into a folder. Without a clang that knows NVIDIA's targets it does nothing: the
# programs are then compiled by the driver's OpenCL, or by NVRTC, where they are used.
#
# The target is compute capability 8.0. Every newer card takes such PTX: its driver compiles it for the card when it is loaded.
set -euo pipefail
text="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/Text"
out=${1:?usage: ptx.sh FOLDER}
clang=${CLANG:-clang}

if ! command -v "$clang" >/dev/null 2>&1 || ! "$clang" --print-targets 2>/dev/null | grep -q nvptx64; then
  echo "No clang with NVIDIA targets: the kernels are not built in as PTX."
  exit 0
fi

mkdir -p "$out"
cat "$text"/{Prelude,Elementary,Shapes,Voigt,Forward,Gradient,Tangent,Resident,Descent}.cl >"$out/lines.cu"
cat "$text"/{Prelude,Ceilings}.cl >"$out/ceilings.cu"

compile() { # compile SOURCE NAME MACRO...: one program
  "$clang" -x cuda --cuda-gpu-arch=sm_80 -nocudainc -nocudalib --cuda-device-only -O3 -w -DBLASE_PLAIN_CLANG "${@:3}" -S "$out/$1.cu" -o "$out/$2.ptx"
}

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
touch "$out/stamp"
