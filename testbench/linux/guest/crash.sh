# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The first half of a test: files that are synced, then a power-off while others are being written. recover.sh is the second.
make_encrypted_directories per_file lblk_64
for kind in per_file lblk_64; do
  for number in 1 2 3 4 5 6; do
    "$tool" pattern "$number" $((number * 50000)) > "disk/$kind/synced-$number"
    sync "disk/$kind/synced-$number" || give_up "a file is synced"
  done
done
# Six writers, each of which syncs all the time; nobody waits for them.
for number in 1 2 3 4 5 6; do
  for round in $(seq 100); do
    "$tool" pattern "$round" 300000 > "disk/per_file/lost-$number"
    sync "disk/per_file/lost-$number"
  done &
done
sleep 0.05
echo "VERDICT passed"
"$tool" power-off
