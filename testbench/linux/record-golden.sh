#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Records the logs that testbench/models/guest/guest_golden_test.cpp does again, with the parameters' defaults.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo '{}' > "$out/defaults.json"
record() {
  kernel=$1 script=$2 keyslots=$3
  rm -rf "$out/run"
  "$here/run.sh" --kernel "$kernel" --out "$out/run" --keyslots "$keyslots" "$script" --platform "$out/defaults.json"
  zstd -q -f -19 "$out/run/guest.log" -o "$here/../golden/linux-$kernel-$script-$keyslots.log.zst"
}
record 6.12 probe 32
record 6.1 probe 32
for keyslots in 1 4 32; do record 6.12 fscrypt "$keyslots"; done
