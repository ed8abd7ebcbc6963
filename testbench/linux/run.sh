#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Boots Linux on the simulated controller and runs a script of testbench/linux/guest in it.
#
#   testbench/linux/run.sh [--kernel 6.12|6.1] [--out DIR] [--keyslots N] [--fs ext4|f2fs] [--driver ufshcd-pci|ufs_phone]
#                          [--record FILE] SCRIPT [options of icesim serve]
#
# Prints the guest's console and the report. DIR, a temporary one unless given, gets console.txt, results.json, guest.log
# and disk.img; FILE gets a trace of the guest's requests. The driver ufs_phone is ufshcd with a phone's capabilities. Ends
# with 0 when the guest says that it passed, and 77 when the guest's kernel has not been built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
icesim=${ICESIM:-$here/../../build/release/icesim}

kernel=6.12
out=
keyslots=32
fs=ext4
driver=ufshcd-pci
serve=(serve)
while :; do
  case ${1:-} in
    --kernel) kernel=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    --keyslots) keyslots=$2; shift 2 ;;
    --fs) fs=$2; shift 2 ;;
    --driver) driver=$2; shift 2 ;;
    --record) serve=(record "$(realpath -m "$2")"); shift 2 ;;
    *) break ;;
  esac
done
[ $# -ge 1 ] || { sed -n '3,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
script=$here/guest/$1.sh
shift
[ -e "$script" ] || { echo "no such script: $script" >&2; exit 2; }
guest=$("$here/build-kernel.sh" --where "$kernel") || exit 77
for tool in setarch mkfs.ext4 mkfs.f2fs insmod cc; do
  command -v "$tool" > /dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "$tool" > /dev/null ||
    { echo "$tool is missing; see testbench/linux/packages.sh" >&2; exit 77; }
done

# Everything the guest can see of this run is the same in every run, the words of its command line too, which its random
# numbers depend on: tools lie in the cache, and names of sockets are relative.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icesim
tools=$cache/tools-$(cat "$here"/tools/*.c | sha256sum | cut -c 1-12)
if [ ! -d "$tools" ]; then
  new=$(mktemp -d "$cache/tools-XXXXXX")
  cc -O2 -Wall -o "$new/guest_tool" "$here/tools/guest_tool.c"
  cc -O2 -Wall -shared -fPIC -o "$new/detrand.so" "$here/tools/detrand.c"
  mv -T "$new" "$tools" 2> /dev/null || rm -rf "$new" # another run was faster
fi
run=$(mktemp -d /tmp/icesim-linux-XXXXXX)
trap 'rm -rf "$run"' EXIT
[ -n "$out" ] || out=$run/out
mkdir -p "$out"
out=$(cd "$out" && pwd)
script=$(readlink -f "$script")
icesim=$(readlink -f "$icesim")
cd "$run"

"$icesim" "${serve[@]}" --socket ufs --time-travel time -o "$out/results.json" --log "$out/guest.log" \
  --disk "$out/disk.img" --set "keyslots.num_keyslots=$keyslots" --set flash.capacity=256MiB "$@" \
  > report.txt 2> errors.txt &
server=$!
for _ in $(seq 100); do
  [ -S time ] && break
  kill -0 "$server" 2> /dev/null || { cat errors.txt >&2; exit 1; }
  sleep 0.05
done

# Addresses and random numbers of the guest repeat, without the hardware random numbers of the host, which rng_init would
# register; its clock is the simulator's.
ulimit -c 0
HOME=$run TMPDIR=${TMPDIR:-/dev/shm} timeout -k 5 "${ICESIM_LINUX_TIMEOUT:-280}" \
  setarch -R env LD_PRELOAD="$tools/detrand.so" "$guest/linux" \
  mem=192M root=/dev/root rootfstype=hostfs rootflags=/ ro init="$here/guest/init.sh" con=null con0=fd:0,fd:1 panic=-1 initcall_blacklist=rng_init \
  virtio_uml.device=ufs:1234 time-travel=ext:time \
  icesim_tools="$tools" icesim_modules="$guest" icesim_script="$script" icesim_keyslots="$keyslots" icesim_fs="$fs" icesim_driver="$driver" \
  < /dev/null > "$out/console.txt" 2>&1 || echo "the guest ended with $?" >> "$out/console.txt"
served=0
wait "$server" || served=$?
cat "$out/console.txt" report.txt errors.txt
[ "$served" -eq 0 ] || { echo "icesim serve ended with $served" >&2; exit 1; }
grep -q '^VERDICT passed' "$out/console.txt"
