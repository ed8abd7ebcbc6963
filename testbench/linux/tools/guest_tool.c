// SPDX-License-Identifier: Apache-2.0
/*
 * What the guest's scripts need beside the host's programs: keys and policies of fscrypt, content that is known, power-off.
 *
 *   guest_tool add-key MOUNT NUMBER           adds the test key with this number, prints its identifier
 *   guest_tool set-policy DIR ID KIND         KIND: per_file, lblk_64 or lblk_32
 *   guest_tool pattern NUMBER BYTES           writes pseudo-random bytes to the standard output
 *   guest_tool power-off
 */
#include <fcntl.h>
#include <linux/fscrypt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <unistd.h>

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int open_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static int add_key(const char *mount, uint64_t number)
{
	struct {
		struct fscrypt_add_key_arg arg;
		uint64_t raw[8];
	} key;
	int i;

	memset(&key, 0, sizeof key);
	key.arg.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER;
	key.arg.raw_size = sizeof key.raw;
	for (i = 0; i < 8; i++)
		key.raw[i] = next(&number);
	if (ioctl(open_directory(mount), FS_IOC_ADD_ENCRYPTION_KEY, &key) != 0) {
		perror("FS_IOC_ADD_ENCRYPTION_KEY");
		return 1;
	}
	for (i = 0; i < FSCRYPT_KEY_IDENTIFIER_SIZE; i++)
		printf("%02x", key.arg.key_spec.u.identifier[i]);
	printf("\n");
	return 0;
}

static int set_policy(const char *directory, const char *identifier, const char *kind)
{
	struct fscrypt_policy_v2 policy;
	int i;

	memset(&policy, 0, sizeof policy);
	policy.version = FSCRYPT_POLICY_V2;
	policy.contents_encryption_mode = FSCRYPT_MODE_AES_256_XTS;
	policy.filenames_encryption_mode = FSCRYPT_MODE_AES_256_CTS;
	policy.flags = FSCRYPT_POLICY_FLAGS_PAD_32;
	if (strcmp(kind, "lblk_64") == 0)
		policy.flags |= FSCRYPT_POLICY_FLAG_IV_INO_LBLK_64;
	if (strcmp(kind, "lblk_32") == 0)
		policy.flags |= FSCRYPT_POLICY_FLAG_IV_INO_LBLK_32;
	for (i = 0; i < FSCRYPT_KEY_IDENTIFIER_SIZE; i++)
		sscanf(identifier + 2 * i, "%2hhx", &policy.master_key_identifier[i]);
	if (ioctl(open_directory(directory), FS_IOC_SET_ENCRYPTION_POLICY, &policy) != 0) {
		perror("FS_IOC_SET_ENCRYPTION_POLICY");
		return 1;
	}
	return 0;
}

static int pattern(uint64_t number, uint64_t bytes)
{
	static uint64_t block[512];

	while (bytes > 0) {
		uint64_t part = bytes < sizeof block ? bytes : sizeof block;
		size_t i;

		for (i = 0; i < 512; i++)
			block[i] = next(&number);
		if (fwrite(block, 1, part, stdout) != part)
			return 1;
		bytes -= part;
	}
	return fflush(stdout) != 0;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (argc == 4 && strcmp(command, "add-key") == 0)
		return add_key(argv[2], strtoull(argv[3], NULL, 10));
	if (argc == 5 && strcmp(command, "set-policy") == 0)
		return set_policy(argv[2], argv[3], argv[4]);
	if (argc == 4 && strcmp(command, "pattern") == 0)
		return pattern(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	if (argc == 2 && strcmp(command, "power-off") == 0)
		return reboot(RB_POWER_OFF);
	fprintf(stderr, "usage: see the source\n");
	return 2;
}
