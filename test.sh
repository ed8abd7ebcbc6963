#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds the kernels of the Linux guests unless the user's cache holds them (about ten minutes),
# builds and runs all tests as released, then under address and undefined sanitizers, but for those of exact times, with
# ten seconds for each fuzzer. What is seldom asked for is left out: ctest --preset seldom.
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh
. testbench/linux/packages.sh
packages="$packages $test_packages $sanitizer_packages $linux_packages"
install_packages
use_ninja
use_ccache

printf '\n== kernels of the guests\n'
testbench/linux/build-kernel.sh 6.1 &
older=$!
testbench/linux/build-kernel.sh 6.12 || echo "no Linux 6.12: the tests that boot it will be skipped" >&2
wait "$older" || echo "no Linux 6.1: the tests that boot it will be skipped" >&2

run() {
  preset=$1
  shift
  printf '\n== %s\n' "$preset"
  cmake --preset "$preset" "$@"
  cmake --build --preset "$preset" --parallel "$(nproc)"
  ctest --preset "$preset" --parallel "$(nproc)" --no-label-summary
}
run release -DICESIM_LINUX=ON
run asan
