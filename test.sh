#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds and runs all tests: first as released, then under address and undefined
# sanitizers, with a minute for each fuzzer.
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh
packages="$packages $sanitizer_packages"
install_packages
use_ninja
for preset in release asan; do
  printf '\n== %s\n' "$preset"
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$(nproc)"
  ctest --preset "$preset" --parallel "$(nproc)" --no-label-summary
done
