#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds icesim and asks it its two questions about the bundled traces.
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh
install_packages
use_ninja
cmake --preset release
cmake --build --preset release --parallel "$(nproc)" --target icesim

show() {
  printf '\n$ %s\n\n' "$*"
  "$@"
}
show build/release/icesim run traces/k61-f2fs-key-per-file.icetrace
show build/release/icesim slots traces/k61-f2fs-key-per-file.icetrace
show build/release/icesim slots traces/k612-f2fs-key-per-policy.icetrace
