# SPDX-License-Identifier: Apache-2.0
# ask.bash SCRIPT LINE: what bash offers behind the beginning of a line.
source "$1"
COMP_LINE="$2" COMP_POINT=${#2}
_icesim
printf '%s\n' "${COMPREPLY[@]}"
