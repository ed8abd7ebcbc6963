# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Plays a scenario of key rings (docs/rings.md) with the kernel's own ioctls, and prints what it answers to each step.
here=$(dirname "$icesim_script")
make_file_system
mkdir disk
mount -t "$icesim_fs" -o inlinecrypt /dev/sda disk || give_up "the $icesim_fs is mounted"
for scenario in two-users sessions quota; do
  mkdir "disk/$scenario"
  python3 -I "$here/rings.py" "$here/../../../examples/rings/$scenario.json" "disk/$scenario" || give_up "$scenario is played to its end"
done
umount disk || give_up "nobody has a file open"
check_file_system
