# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Something goes wrong while files are written, synced and read (icesim serve --fault), and nobody but the kernel notices:
# all files are there, through the engine and by software, and the file system is clean. What the kernel said of it stands
# on the console for testbench/linux/test.py.
# The kernel says more than its buffer holds.
dmesg --follow --level emerg,alert,crit,err,warn > kernel.txt &
listener=$!
make_encrypted_directories per_file lblk_64
files="1 2 3 4 5 6"
content() { "$tool" pattern "$1" $(($1 * 37000 + 123)); }
for round in 1 2 3; do
  for kind in per_file lblk_64; do
    for number in $files; do
      (content "$number" > "disk/$kind/file-$round-$number" && sync "disk/$kind/file-$round-$number") &
      writers="$writers $!"
    done
  done
  for writer in $writers; do wait "$writer" || give_up "every file is written and synced"; done
  writers=
done
check_files() {
  echo 3 > /proc/sys/vm/drop_caches
  for round in 1 2 3; do
    for kind in per_file lblk_64; do
      for number in $files; do
        content "$number" | cmp -s - "disk/$kind/file-$round-$number" ||
          give_up "ORACLE: $1 reads $kind/file-$round-$number as it was written"
      done
    done
  done
  echo "$1 reads the files"
}
check_files "the engine"
sync && umount disk || give_up "the file system is unmounted"
mount_with_key rw
check_files "software"
umount disk || give_up "the file system is unmounted"
check_file_system
kill "$listener"
echo "what the kernel said:"
grep -iE 'ufs|sd |scsi|blk' kernel.txt | grep -v 'No record of\|UPIU\[' | sed 's/^/| /'
