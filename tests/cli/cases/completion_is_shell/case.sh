# The completion is a script that bash takes, and completes commands, kinds and options.
command -v bash >/dev/null || exit 77
homeward help --completion zsh | head -1
homeward help --completion bash > completion
bash -c '
  . ./completion
  try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _homeward; echo "${COMPREPLY[@]}"; }
  try homeward se
  try homeward set-state famil
  try homeward find --kind pers
  try homeward check --rec
  try homeward help stat
  try homeward search me
'
