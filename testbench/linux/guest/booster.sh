# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The driver finds the device's WriteBooster buffer, switches it on, and has nothing to complain about.
host=$(dirname "$(find /sys/devices -name wb_on | head -n 1)")
[ -e "$host/wb_on" ] || give_up "the driver knows WriteBooster"
expect() {
  value=$(cat "$host/$1") || give_up "$1 is read"
  echo "$1 $value"
  [ "$value" = "$2" ] || give_up "$1 is $2"
}
expect wb_on 1
expect flags/wb_enable true
expect attributes/wb_avail_buf 0x0000000A
expect attributes/wb_life_time_est 0x00000001
expect device_descriptor/wb_type 0x01
for each in attributes/wb_cur_buf attributes/wb_flush_status device_descriptor/wb_shared_alloc_units \
  device_descriptor/ext_feature_sup geometry_descriptor/wb_max_alloc_units; do
  echo "$each $(cat "$host/$each")" || give_up "$each is read"
done
[ "$(($(cat "$host/device_descriptor/ext_feature_sup") & 0x100))" -ne 0 ] || give_up "the device says that it has it"

# It takes what is written, and what was written comes back; off, on and emptied again.
dd if=/dev/urandom of=bytes bs=64k count=64 2> /dev/null
dd if=bytes of=/dev/sda bs=64k oflag=direct 2> /dev/null || give_up "it is written"
echo 0 > "$host/wb_on" && expect flags/wb_enable false
echo 1 > "$host/wb_on" && expect flags/wb_enable true
echo 1 > "$host/enable_wb_buf_flush" && expect flags/wb_flush_en true
flushed() { [ "$(cat "$host/attributes/wb_avail_buf")" = 0x0000000A ]; }
wait_for flushed
expect attributes/wb_flush_status 0x00000003
echo 3 > /proc/sys/vm/drop_caches
dd if=/dev/sda bs=64k count=64 iflag=direct 2> /dev/null | cmp - bytes || give_up "what was written comes back"
if dmesg --level emerg,alert,crit,err,warn |
  grep -v 'irqfix: loading out-of-tree module taints kernel' | grep -iE 'ufs|scsi|sd |sda|pci|virtio|irq'; then
  give_up "the driver has nothing to complain about"
fi
