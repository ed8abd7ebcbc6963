# SPDX-License-Identifier: Apache-2.0
# ask.fish SCRIPT LINE: what fish offers behind the beginning of a line.
source $argv[1]
complete -C $argv[2] | string replace -r '\t.*' ''
true
