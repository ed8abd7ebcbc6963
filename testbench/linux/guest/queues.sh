# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The driver takes the controller's queues in place of the doorbell. The only one of its variants on PCI that can is
# QEMU's, which knows no engine: here fscrypt encrypts in software, and what it wrote comes back through the queues.
content() { "$tool" pattern "$1" $(($1 * 37000 + 123)); }
dmesg | grep -o 'MCQ configured.*' || give_up "the driver configures the queues"
make_file_system
mkdir disk
mount_with_key rw
mkdir disk/per_file && "$tool" set-policy disk/per_file "$(cat identifier)" per_file || give_up "policy per_file"
for number in $(seq 24); do content "$number" > "disk/per_file/$number" & done
wait
sync
echo 3 > /proc/sys/vm/drop_caches
for number in $(seq 24); do
  content "$number" | cmp -s - "disk/per_file/$number" || give_up "file $number comes back as it was written"
done
sync && umount disk || give_up "the file system is unmounted"
check_file_system
# what the kernel complains of, for test.py
dmesg --level emerg,alert,crit,err | grep -v 'ubd device\|epollctl' | sed 's/^/| /'
