#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the guest: the distribution's Linux, unmodified, for User Mode Linux, its ufshcd-pci.ko, and the helpers of helper/.
#
#   testbench/linux/build-kernel.sh [--where] [6.12|6.1] [JOBS]
#
# The result lies in the user's cache under a hash of package version, configuration and helpers, so it is built once,
# which takes ten to fifteen minutes of one core and 2 GB of disk meanwhile. The last line printed is the directory.
# --where prints that directory and builds nothing; it fails when the guest is not there.
set -eu

where=no
if [ "${1:-}" = --where ]; then where=yes; shift; fi
version=${1:-6.12}
jobs=${2:-1}
case $version in 6.12 | 6.1) ;; *) echo "no such kernel here: $version; there are 6.12 and 6.1" >&2; exit 2 ;; esac

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icesim

# a guest that was built stays good when the distribution has moved on or cannot be asked
inputs=$(cat "$here/kernel.config" "$here/helper"/* | sha256sum | cut -c 1-12)
package_version=$(apt-cache show "linux-source-$version" 2> /dev/null | sed -n '/^Version: /{s///p;q;}')
guest=$cache/linux-$version-$(echo "$package_version $inputs" | sha256sum | cut -c 1-12)
if [ -z "$package_version" ] || [ ! -e "$guest/complete" ]; then
  for built in "$cache/linux-$version"-*/complete; do
    if [ -e "$built" ] && grep -q "^$inputs " "$built"; then guest=$(dirname "$built"); fi
  done
fi
if [ -e "$guest/complete" ]; then echo "$guest"; exit 0; fi
if [ "$where" = yes ]; then echo "no Linux $version is built: testbench/linux/build-kernel.sh $version" >&2; exit 1; fi
if [ -z "$package_version" ]; then echo "apt-cache knows no linux-source-$version" >&2; exit 2; fi

for tool in flex bison bc xz gcc make; do
  command -v "$tool" > /dev/null || { echo "$tool is missing; see testbench/linux/packages.sh" >&2; exit 2; }
done

mkdir -p "$cache"
work=$(mktemp -d "$cache/building-$version-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

echo "Linux $version: linux-source-$version $package_version" >&2
apt-get download "linux-source-$version=$package_version" >&2
dpkg-deb -x linux-source-*.deb package
rm linux-source-*.deb
tar -xJf package/usr/src/linux-source-"$version".tar.xz
rm -r package
source=$work/linux-source-$version

# nothing of the machine or the day gets into the binary
export ARCH=um KBUILD_BUILD_TIMESTAMP='1970-01-01' KBUILD_BUILD_USER=icesim KBUILD_BUILD_HOST=icesim
build() { make -C "$source" O="$work/build" "$@"; }
build defconfig > log 2>&1
(cd "$source" && scripts/kconfig/merge_config.sh -m -O "$work/build" "$work/build/.config" "$here/kernel.config") >> log 2>&1
build olddefconfig >> log 2>&1

# an option that the kernel did not take would only be noticed much later, as a driver that is not there
grep -E '^CONFIG_[A-Z0-9_]+=' "$here/kernel.config" | grep -vxFf build/.config > refused || true
if [ -s refused ]; then echo "the kernel does not take:" >&2; cat refused >&2; exit 1; fi

if ! build -j"$jobs" linux modules >> log 2>&1; then tail -n 40 log >&2; exit 1; fi
cp -r "$here/helper" helper
if ! build M="$work/helper" modules >> log 2>&1; then tail -n 40 log >&2; exit 1; fi

rm -rf "$guest"
mkdir guest
strip -o guest/linux build/linux
cp build/drivers/ufs/host/ufshcd-pci.ko helper/*.ko build/.config guest
echo "$inputs linux-source-$version $package_version" > guest/complete
mv guest "$guest"
echo "$guest"
