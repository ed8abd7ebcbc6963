# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The driver finds controller, device and engine, and has nothing to complain about.
crypto=/sys/block/sda/queue/crypto
echo "size $(cat /sys/block/sda/size) keyslots $(cat $crypto/num_keyslots) AES-256-XTS $(cat $crypto/modes/AES-256-XTS)"
[ "$(cat $crypto/num_keyslots)" = "$icesim_keyslots" ] || give_up "the engine has $icesim_keyslots keyslots"
[ $(($(cat $crypto/modes/AES-256-XTS) & 0x1000)) -ne 0 ] || give_up "the engine takes data units of 4096 bytes"
# warnings and errors of everything that has a part in it
if dmesg --level emerg,alert,crit,err,warn |
  grep -v 'irqfix: loading out-of-tree module taints kernel' | grep -iE 'ufs|scsi|sd |sda|pci|virtio|irq'; then
  give_up "the driver has nothing to complain about"
fi
