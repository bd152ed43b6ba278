#!/usr/bin/env bash
# Installs what the engine needs and is missing: the HDF5 and CFITSIO libraries (apt-get, as root, on Debian and Ubuntu); otherwise says
# what to install, in one sentence. With --require the exit code is 4 when a library is still missing. Where BLASE3D_REQUIRE_ALL is 1, as in
# continuous integration, also what tests of the device kernels need: an OpenCL device made of the processor (PoCL), and a clang that compiles for
# NVIDIA's cards.
set -euo pipefail

has() { # has NAME: whether the shared library can be loaded by its usual names
  local names=("lib$1.so" "lib$1_serial.so") where
  for where in "${CONDA_PREFIX:-}/lib" /opt/homebrew/lib /usr/local/lib; do
    compgen -G "$where/lib$1*" >/dev/null 2>&1 && return 0
  done
  command -v ldconfig >/dev/null 2>&1 || return 1
  local cache
  cache=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p)
  for where in "${names[@]}"; do
    case "$cache" in *"$where"*) return 0 ;; esac
  done
  return 1
}

has_clang() { # whether a clang is there that knows cards of compute capability 9.0: from version 16 on
  local name version
  for name in $(compgen -c clang- | grep -E '^clang-[0-9]+$') clang; do
    version=$("$name" -dumpversion 2>/dev/null) || continue
    [ "${version%%.*}" -lt 16 ] || return 0
  done
  return 1
}

missing=()
[ -n "${HDF5_LIBRARY:-}" ] || has hdf5 || missing+=(hdf5)
[ -n "${CFITSIO_LIBRARY:-}" ] || has cfitsio || missing+=(cfitsio)
if [ "${BLASE3D_REQUIRE_ALL:-}" = 1 ]; then
  [ -n "${OPENCL_LIBRARY:-}" ] || has OpenCL || missing+=(opencl)
  compgen -G "${OCL_ICD_VENDORS:-/etc/OpenCL/vendors}/*pocl*" >/dev/null 2>&1 || missing+=(pocl)
  has_clang || missing+=(clang)
fi
[ ${#missing[@]} -gt 0 ] || exit 0

apt_packages() { # apt_packages: the runtime packages of what is missing; they carry a version in the name, which differs between releases
  local name pattern package
  for name in "${missing[@]}"; do
    case "$name" in
      hdf5) pattern='^libhdf5-[0-9]+(-[0-9]+)?(t64)?$' package=libhdf5-103-1 ;;
      cfitsio) pattern='^libcfitsio[0-9]+(t64)?$' package=libcfitsio10 ;;
      opencl) pattern='^ocl-icd-libopencl1$' package=ocl-icd-libopencl1 ;;
      pocl) pattern='^pocl-opencl-icd$' package=pocl-opencl-icd ;;
      clang) pattern='^clang-1[6-9]$' package=clang ;;
    esac
    local known
    known=$(apt-cache search --names-only "$pattern" 2>/dev/null | awk '{print $1}' | sort -V | tail -1)
    printf '%s ' "${known:-$package}"
  done
}

if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then
    echo "blase3d: installing ${missing[*]} with apt-get"
    apt-get update -qq >/dev/null || true
    # shellcheck disable=SC2046 # several words on purpose
    if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(apt_packages) >/dev/null; then exit 0; fi
    echo "blase3d: apt-get could not install ${missing[*]}; its lines above say why."
    exit 4
  fi
  how="sudo apt-get install $(apt_packages)"
else
  how="dnf install ${missing[*]} (Fedora, as root), brew install ${missing[*]} (Homebrew) or conda install -c conda-forge ${missing[*]} (conda)"
fi

# Not root, or another system. The program itself starts without them and says so when a file of that kind is read; the tests need them.
echo "blase3d: the libraries ${missing[*]} are missing; install them with: ${how% }"
[ "${1:-}" != --require ] || exit 4
