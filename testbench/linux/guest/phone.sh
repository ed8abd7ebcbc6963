# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# With a phone's capabilities (helper/ufs_phone.c) the driver gates clocks, scales them, and suspends at each level, at run time
# and with the system; files that the engine wrote before are read through it after each, and nothing is complained about.
host=$(dirname "$(find /sys/devices -name clkgate_enable | head -n 1)")
[ -e "$host/clkgate_enable" ] || give_up "the driver may gate clocks"
lun=$(readlink -f /sys/block/sda/device)
content() { "$tool" pattern "$1" 70000; }
# Reads every file as it was written, and writes another one.
written=0
go_on() {
  echo 3 > /proc/sys/vm/drop_caches
  for number in $(seq "$written"); do
    content "$number" | cmp -s - "disk/per_file/$number" || give_up "file $number is as it was written, after $1"
  done
  written=$((written + 1))
  content "$written" > "disk/per_file/$written" && sync "disk/per_file/$written" || give_up "file $written is written, after $1"
  echo "PASSED $1 at $(cut -d ' ' -f 1 /proc/uptime)"
}
make_encrypted_directories per_file
sync
go_on "mkfs"

# Linux's own 150 ms, and a Pixel's 5 ms.
[ "$(cat "$host/clkgate_delay_ms")" = 150 ] || give_up "clocks are gated after 150 ms"
for delay in 150 5; do
  echo $delay > "$host/clkgate_delay_ms"
  for _ in 1 2 3; do
    sleep 0.5
    go_on "gating after $delay ms"
  done
done

# The devices' own levels of power; each is reached 2 s after the last request.
suspended() { [ "$(cat "$lun/power/runtime_status")" = suspended ]; }
echo "levels $(cat "$host/rpm_lvl") $(cat "$host/spm_lvl")"
for level in 0 1 2 3 4 5; do
  echo $level > "$host/rpm_lvl" || give_up "run time level $level is taken"
  sleep 5
  wait_for suspended
  echo "STATE $level $(cat "$host/power/runtime_status")"
  go_on "runtime suspend at level $level"
done
echo devices > /sys/power/pm_test || give_up "suspends are tried up to the devices"
for level in 0 1 2 3 4 5; do
  echo $level > "$host/spm_lvl" || give_up "system level $level is taken"
  echo freeze > /sys/power/state || give_up "the system is suspended at level $level"
  go_on "system suspend at level $level"
done

# Idle clocks fall within some polls of 100 ms, and rise under load; Linux 6.1 does not scale what is nobody's clock.
scaling=$(find /sys/class/devfreq/ -type l | head -n 1)
if [ -n "$scaling" ]; then
  echo "frequencies $(cat "$scaling/available_frequencies")"
  slow() { [ "$(cat "$scaling/cur_freq")" = "$(cat "$scaling/min_freq")" ]; }
  fast() {
    dd if=/dev/sda of=/dev/null bs=256k count=1000 iflag=direct 2> /dev/null
    [ "$(cat "$scaling/cur_freq")" = "$(cat "$scaling/max_freq")" ]
  }
  trickle() { dd if=/dev/sda of=/dev/null bs=4k count=1 iflag=direct 2> /dev/null; sleep 0.05; slow; }
  wait_for trickle
  go_on "scaling down"
  wait_for fast
  go_on "scaling up"
fi

sync && umount disk || give_up "the file system is unmounted"
check_file_system
# operating points look for interconnects, which there are none of in this kernel
if dmesg --level emerg,alert,crit,err,warn |
  grep -v 'loading out-of-tree module taints kernel\|_allocate_opp_table: Error finding interconnect paths' | grep -iE 'ufs|scsi|sd |sda|pci|virtio|irq|blk|crypto'; then
  give_up "the driver has nothing to complain about"
fi
