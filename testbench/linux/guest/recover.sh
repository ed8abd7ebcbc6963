# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The second half of crash.sh: the file system comes back, and all that was synced with it, through engine and software.
mkdir disk
for options in inlinecrypt rw; do
  mount_with_key $options
  for kind in per_file lblk_64; do
    for number in 1 2 3 4 5 6; do
      "$tool" pattern "$number" $((number * 50000)) | cmp -s - "disk/$kind/synced-$number" ||
        give_up "ORACLE: $kind/synced-$number is there with $options"
    done
  done
  umount disk || give_up "the file system is unmounted"
done
dmesg | grep -qE "recovery complete|recover_inode" || give_up "the file system was recovered"
check_file_system
echo "what was synced is there"
