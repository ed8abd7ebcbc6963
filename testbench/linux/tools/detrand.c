// SPDX-License-Identifier: Apache-2.0
/*
 * Preloaded into User Mode Linux: getrandom() of the host gives the same bytes in every run, so that tags, UUIDs and nonces of
 * the guest repeat. For tests only.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

ssize_t getrandom(void *to, size_t size, unsigned int flags)
{
	static uint64_t state;
	unsigned char *bytes = to;
	size_t i;

	(void)flags;
	for (i = 0; i < size; i++) {
		uint64_t z = state += 0x9e3779b97f4a7c15;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		bytes[i] = (unsigned char)(z ^ z >> 31);
	}
	return (ssize_t)size;
}
