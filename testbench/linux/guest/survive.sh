# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The second half of power.sh: the file system comes back and is clean. The files with the content that was written are told
# on the console, when engine and software agree on it.
mkdir disk
for options in inlinecrypt rw; do
  mount_with_key $options
  for file in disk/*/*-*; do
    name=${file#disk/}
    number=${name##*-}
    writer=${name#*/}
    writer=${writer%-*}
    "$tool" pattern "$((writer * 100 + number))" $((number * 1700 + 4000)) | cmp -s - "$file" && echo "$name"
  done > "found-$options"
  umount disk || give_up "the file system is unmounted"
done
cmp found-inlinecrypt found-rw || give_up "ORACLE: software reads what the engine reads"
check_file_system
sed 's/^/FOUND /' found-rw
