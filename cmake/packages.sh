# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2086 # lists of packages are split into words on purpose
# Sourced by first-run.sh and test.sh: the Debian packages that building and testing need, and how to install them.

# compiler and CMake; SystemC, Boost, OpenSSL, JSON, zstd, protobuf, SQLite; the tests and benchmarks; vectors and schema checker of tests
packages="g++ make ninja-build cmake pkg-config
  libsystemc-dev libboost-program-options-dev libssl-dev nlohmann-json3-dev libzstd-dev libprotobuf-dev protobuf-compiler libsqlite3-dev
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev zlib1g-dev
  python3 python3-cryptography-vectors python3-jsonschema"
# vcd2fst, which a test of the program converts waves with, fio's tools, which read what it writes, man pages, and what makes
# building again quick; test.sh adds them. Tests that also want zsh, fish, chromium or slurm are skipped without.
test_packages="gtkwave fio help2man ccache"
# clang++ builds the tests under sanitizers, and the fuzzers; test.sh adds them
sanitizer_packages="clang libclang-rt-dev"

install_packages() {
  if ! command -v dpkg-query > /dev/null; then
    echo "not a Debian system; these packages, or what they are called here, must be installed:" $packages >&2
    return 0
  fi
  missing=""
  for package in $packages; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) || status=absent
    [ "$status" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || { echo "neither root nor sudo; install:$missing" >&2; return 1; }
    as_root=sudo
  fi
  echo "installing:$missing"
  $as_root apt-get update -q
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}
# Builds with Ninja, which lets no core wait for the end of a library as make does. An old build directory stays make's.
use_ninja() {
  command -v ninja > /dev/null || return 0
  export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"
}
# Keeps what was compiled beside the guests' kernels, for a build of other commits or in another directory.
use_ccache() {
  command -v ccache > /dev/null || return 0
  export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER:-ccache}"
  export CCACHE_DIR="${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/icesim/ccache}" CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-3G}"
  export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
  # a precompiled header is newer than what it holds
  export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
}
