# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Files are written and synced until the power goes (icesim serve --fault power-loss@...); each that is synced is told on
# the console. survive.sh is the second half.
make_encrypted_directories per_file lblk_64
sync
echo "VERDICT passed, if the power goes now"
for writer in 1 2 3 4; do
  for number in $(seq 40); do
    for kind in per_file lblk_64; do
      name=$kind/$writer-$number
      "$tool" pattern "$((writer * 100 + number))" $((number * 1700 + 4000)) > "disk/$name" && sync "disk/$name" &&
        echo "SYNCED $name"
    done
  done &
done
wait
give_up "the power goes"
