#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# consumer.sh BUILD SOURCE: installs a build below a directory of its own, runs what was installed, builds examples/platform
# against it as somebody else would, and runs that.
set -eu
build=$1
source=$2
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$build" --prefix "$place/usr" > "$place/log"

program="$place/usr/bin/icesim"
"$program" --version
"$program" run "$source/traces/k61-f2fs-key-per-file.icetrace" --set replay.limit=100 -q > /dev/null
test -s "$place/usr/share/icesim/platforms/phone-ufs31.json"
test -s "$place/usr/share/bash-completion/completions/icesim"
test -s "$place/usr/share/zsh/vendor-completions/_icesim"
test -s "$place/usr/share/fish/vendor_completions.d/icesim.fish"
if command -v help2man > /dev/null; then
  "$program" describe commands | while read -r name _; do
    page="$place/usr/share/man/man1/icesim-$name.1"
    grep -q "^icesim-$name .- " "$page"
    grep -q "^.SH EXAMPLE\|^Example:\|^.SS \"Example:\"" "$page"
  done
  grep -q "platforms" "$place/usr/share/man/man1/icesim.1"
  if grep -rl "$build" "$place/usr/share"; then echo "names the build's directory" >&2; exit 1; fi
fi

cmake -S "$source/examples/platform" -B "$place/build" -DCMAKE_PREFIX_PATH="$place/usr" > "$place/log"
cmake --build "$place/build" > "$place/log" || { cat "$place/log"; exit 1; }
"$place/build/platform"
