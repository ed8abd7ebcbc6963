# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034
# Sourced like cmake/packages.sh: what building the guest and running it needs beside that list.
linux_packages="gcc make flex bison bc libelf-dev xz-utils
  e2fsprogs f2fs-tools kmod util-linux"
