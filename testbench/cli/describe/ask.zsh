# SPDX-License-Identifier: Apache-2.0
# ask.zsh SCRIPT LINE: what zsh offers behind the beginning of a line. Its completion works on a terminal only, so it gets one
# of its own, where all that is offered is written to the file `got`, too.
zmodload zsh/zpty
zpty asked zsh -f -i
until_says() {
  local text all
  repeat 1000; do
    zpty -r -t asked text && all+=$text
    [[ $all == *$1$'\r'* ]] && return
    sleep 0.02
  done
}
zpty -w asked "autoload -U compinit && compinit -u -D; source $1; : > got"
zpty -w asked 'compadd() { local -a offered; [[ ${@[(I)-[OAD]]} -eq 0 ]] && builtin compadd -O offered "$@"; [[ -n $offered ]] && print -rl -- $offered >> got; builtin compadd "$@" }'
# The word is not to be found in what the terminal echoes.
zpty -w asked 'zstyle ":completion:*" insert-tab false; bindkey "^I" complete-word; print ready''now'
until_says readynow
zpty -n -w asked "$2"$'\t'
repeat 500; do [[ -s got ]] && break; sleep 0.02; done
zpty -n -w asked $'\x15'
zpty -w asked 'print ended''now'
until_says endednow
cat got
