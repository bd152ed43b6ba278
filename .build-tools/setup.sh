#!/usr/bin/env bash
# Installs what the engine needs and is missing: the HDF5 and CFITSIO libraries (apt-get, as root, on Debian and Ubuntu); otherwise says
# what to install. The .NET SDK has to be there.
set -euo pipefail

if ! command -v dotnet >/dev/null 2>&1; then
  echo "blase3d: the .NET 10 SDK is missing; install the package dotnet-sdk-10.0 (Debian, Ubuntu, Fedora), dotnet-sdk (Homebrew) or dotnet-sdk=10 (conda), and run this again."
  exit 4
fi

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

missing=()
[ -n "${HDF5_LIBRARY:-}" ] || has hdf5 || missing+=(hdf5)
[ -n "${CFITSIO_LIBRARY:-}" ] || has cfitsio || missing+=(cfitsio)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "blase3d: installing ${missing[*]} with apt-get"
  packages=()
  apt-get update -qq >/dev/null
  for name in "${missing[@]}"; do
    # The runtime packages carry their version in the name, which differs between releases.
    case "$name" in
      hdf5) pattern='^libhdf5-[0-9]+(-[0-9]+)?(t64)?$' ;;
      cfitsio) pattern='^libcfitsio[0-9]+(t64)?$' ;;
    esac
    package=$(apt-cache search --names-only "$pattern" | awk '{print $1}' | sort -V | tail -1)
    [ -n "$package" ] || { echo "blase3d: no package for $name was found; install the $name library and run this again."; exit 4; }
    packages+=("$package")
  done
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  exit 0
fi

# Not root, or another system: the program runs without them until a file of that kind is read, so this is a note and no failure.
echo "blase3d: missing ${missing[*]}; install libhdf5-103-1 (or newer) and libcfitsio10 (Debian, Ubuntu: sudo apt-get install), hdf5 and cfitsio (Fedora: sudo dnf install; conda: conda install -c conda-forge; Homebrew: brew install)."
