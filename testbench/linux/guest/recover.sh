# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The second half of crash.sh: the file system comes back, and all that was synced with it, through engine and software.
mkdir disk
for options in inlinecrypt rw; do
  mount -t "$icesim_fs" -o $options /dev/sda disk || give_up "the $icesim_fs is mounted again with $options"
  "$tool" add-key disk 42 > identifier || give_up "the key is added"
  for kind in per_file lblk_64; do
    for number in 1 2 3 4 5 6; do
      "$tool" pattern "$number" $((number * 50000)) | cmp -s - "disk/$kind/synced-$number" ||
        give_up "ORACLE: $kind/synced-$number is there with $options"
    done
  done
  umount disk || give_up "the file system is unmounted"
done
dmesg | grep -qE "recovery complete|recover_inode" || give_up "the file system was recovered"
case $icesim_fs in
  ext4) e2fsck -fn /dev/sda > fsck.txt 2>&1 || { cat fsck.txt; give_up "e2fsck finds nothing"; } ;;
  f2fs) fsck.f2fs --dry-run /dev/sda > fsck.txt 2>&1 || { cat fsck.txt; give_up "fsck.f2fs finds nothing"; } ;;
esac
echo "what was synced is there"
