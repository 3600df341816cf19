# zsh takes its completions.
command -v zsh > /dev/null || skip "no zsh"
lmzip completion zsh > script
zsh -n script
