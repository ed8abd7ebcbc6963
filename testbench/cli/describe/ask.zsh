# SPDX-License-Identifier: Apache-2.0
# ask.zsh SCRIPT LINE: what zsh offers behind the beginning of a line. Its completion works on a terminal only, so it gets one
# of its own, where all that is offered is written to the file `got`, too. Nothing is typed before the prompt is seen: a shell
# that starts may throw away what is typed to it.
zmodload zsh/zpty
rm -f got asked
print -r -- "source_script=${(q)1}" > .zshrc
cat >> .zshrc <<'END'
autoload -U compinit && compinit -u -D
source $source_script
: > got
compadd() { local -a offered; [[ ${@[(I)-[OAD]]} -eq 0 ]] && builtin compadd -O offered "$@"; [[ -n $offered ]] && print -rl -- $offered >> got; builtin compadd "$@" }
zstyle ':completion:*' insert-tab false
complete-and-say() { zle complete-word; : > asked }
zle -N complete-and-say
bindkey '^I' complete-and-say
PS1=ready-to-be-asked
END
zpty asked "ZDOTDIR=. zsh -d -i"
# What the terminal shows is read all the time: a full one stops the shell.
until_it() {
  local text all
  repeat 1000; do
    zpty -r -t asked text && all+=$text && continue
    eval $1 && return
    sleep 0.02
  done
  print -u2 "zsh did not come to: $1"
}
until_it '[[ $all == *ready-to-be-asked* ]]'
zpty -n -w asked "$2"$'\t'
until_it '[[ -e asked ]]'
cat got
