#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# First process of the guest, on the host's file system, read-only. The kernel's command line sets where things are:
# icesim_tools, icesim_modules and icesim_script, the script to run, which says its verdict as a line.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/mnt
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /mnt
mount -t tracefs tracefs /sys/kernel/tracing
export TMPDIR=/mnt
cd /mnt || exit

tool=$icesim_tools/guest_tool
# One line that says what was expected, and the end.
give_up() {
  echo "VERDICT failed: $*"
  "$tool" power-off
}
# Waits until a command succeeds, in simulated time.
wait_for() {
  for _ in $(seq 100); do "$@" && return; sleep 0.1; done
  give_up "waited in vain: $*"
}

# For the scripts: a file system of icesim_fs on the disk.
make_file_system() {
  case $icesim_fs in
    ext4) mkfs.ext4 -q -b 4096 -O encrypt,stable_inodes -I 256 /dev/sda || give_up "mkfs.ext4" ;;
    f2fs) mkfs.f2fs -q -O encrypt /dev/sda > /dev/null || give_up "mkfs.f2fs" ;;
  esac
}
# Mounts it and gives it the key; $1: options
mount_with_key() {
  mount -t "$icesim_fs" -o "$1" /dev/sda disk || give_up "the $icesim_fs is mounted with $1"
  "$tool" add-key disk 42 > identifier || give_up "the key is added"
}
# Mounts a new one on disk, through the engine, with an encrypted directory for each of these kinds of keys.
make_encrypted_directories() {
  make_file_system
  mkdir disk
  mount_with_key inlinecrypt
  for kind in "$@"; do
    mkdir "disk/$kind" && "$tool" set-policy "disk/$kind" "$(cat identifier)" "$kind" || give_up "policy $kind"
  done
}
check_file_system() {
  case $icesim_fs in
    ext4) e2fsck -fn /dev/sda > fsck.txt 2>&1 || { cat fsck.txt; give_up "e2fsck finds nothing"; } ;;
    f2fs) fsck.f2fs --dry-run /dev/sda > fsck.txt 2>&1 || { cat fsck.txt; give_up "fsck.f2fs finds nothing"; } ;;
  esac
}

# The bus keeps the buffers of 256 posted writes and loses what comes then, until it looks at its queue, which it does when time
# passes. A driver writes that many when it programs 14 keyslots. Reading the clock lets time pass, and an event of the
# allocation of such a buffer reads it.
tracing=/sys/kernel/tracing
echo mono > $tracing/trace_clock
echo 'bytes_req == 20' > $tracing/events/kmem/kmalloc/filter
echo 1 > $tracing/events/kmem/kmalloc/enable

insmod "$icesim_modules/irqfix.ko" || give_up "irqfix.ko is loaded"
insmod "$icesim_modules/$icesim_driver.ko" || give_up "$icesim_driver.ko is loaded"
wait_for test -b /dev/sda
. "$icesim_script"
echo "VERDICT passed"
"$tool" power-off
