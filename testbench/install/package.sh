#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# package.sh BUILD SOURCE: packs a build as Debian packages, unpacks the program's, and runs it.
set -eu
build=$1
command -v dpkg-deb > /dev/null && command -v dpkg-shlibdeps > /dev/null || exit 77
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
(cd "$build" && cpack -G DEB -B "$place" > "$place/log") || { cat "$place/log"; exit 1; }
package=$(ls "$place"/icesim_*.deb)
dpkg-deb -f "$package" Depends | grep "libsystemc"
dpkg-deb -c "$place"/icesim-dev_*.deb | grep -q icesim-config.cmake
dpkg-deb -x "$package" "$place/root"
"$place/root/usr/bin/icesim" --version
test -s "$place/root/usr/share/icesim/platforms/phone-ufs31.json"
if find "$place/root" -name '*.a' -o -name '*.hpp' | grep .; then echo "the program's package has a library" >&2; exit 1; fi
