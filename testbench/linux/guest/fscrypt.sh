# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The oracle that is not ours: what the engine wrote, the kernel's own software AES-XTS reads, and the other way round.
#
# icesim_fs: ext4 or f2fs. Three directories, with a key per file, IV_INO_LBLK_64 and IV_INO_LBLK_32; in each, twelve files by
# as many writers. After a pause in which the controller is suspended and loses its keys, all of it is read back through
# the engine, then without it; new files written without it are read through it; the file system is checked.
kinds="per_file lblk_64 lblk_32"
files="1 2 3 4 5 6 7 8 9 10 11 12"

unmount() { sync && umount disk || give_up "the file system is unmounted"; }
content() { "$tool" pattern "$1" $(($1 * 37000 + 123)); }
# writes files $1-NUMBER in all directories, all at once
write_files() {
  for kind in $kinds; do
    for number in $files; do content "$number" > "disk/$kind/$1-$number" & done
  done
  wait
}
# compares them with what was written; $2: who reads
check_files() {
  for kind in $kinds; do
    for number in $files; do
      content "$number" | cmp -s - "disk/$kind/$1-$number" || give_up "ORACLE: $2 reads $kind/$1-$number as it was written"
    done
  done
  echo "$2 reads the files of $1"
}
# says that the kernel has told this
told() { dmesg | grep -q "$1" || give_up "the kernel says: $1"; }

make_encrypted_directories $kinds
write_files engine
told 'fscrypt: AES-256-XTS using blk-crypto'
sync
sleep 9 # costs no wall time, and lets the driver suspend the controller
echo 3 > /proc/sys/vm/drop_caches
check_files engine "the engine"
rm disk/*/engine-12 # evicts keys
files="1 2 3 4 5 6 7 8 9 10 11"
unmount

mount_with_key rw
check_files engine "software"
told 'fscrypt: AES-256-XTS using implementation'
write_files software
unmount

mount_with_key inlinecrypt
check_files software "the engine"
unmount

check_file_system
if dmesg --level emerg,alert,crit,err | grep -v 'ubd device\|epollctl'; then give_up "the kernel has nothing to complain about"; fi
