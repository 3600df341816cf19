# Completions know the commands, their options and the options' choices.
complete_bash() {  # complete_bash WORD...: what bash offers for the last word
  bash --norc -c '. <(lmzip completion bash)
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _lmzip && printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
[[ $(complete_bash lmzip "" | tr '\n' ' ') == *"c d t l "*"models completion "* ]] || die "$(complete_bash lmzip "")"
[[ $(complete_bash lmzip c --eff) == --effort ]]
[[ $(complete_bash lmzip c --effort "" | sort | tr '\n' ' ') == "default fast max turbo " ]]
[[ $(complete_bash lmzip c --engine n) == native ]]
[[ $(complete_bash lmzip d --m | sort | tr '\n' ' ') == "--max-output --memory --model " ]]
[[ $(complete_bash lmzip d --method "") != *lm* ]]  # not of interest to d, which ignores it
[[ $(complete_bash lmzip c --b) == --best && -z $(complete_bash lmzip d --b) ]]
[[ $(complete_bash lmzip models v) == verify ]]
[[ $(complete_bash lmzip completion "" | tr '\n' ' ') == "bash zsh fish " ]]
[[ $(complete_bash lmzcat --keep-g) == --keep-going && $(complete_bash unlmz --engine n) == native ]]
[[ -z $(complete_bash unlmz "") ]]
[[ -z $(complete_bash lmzip c -o "") ]]  # bash goes on to files

for shell in bash zsh fish; do
  lmzip completion "$shell" > script
  grep -q -e 'keep-going' script
  grep -q 'auto lm+mix lm mix store' script
  # Every option that a help text shows.
  for command in c d t l view sample eval reference models; do
    for option in $(lmzip "$command" --help | grep -o -E '^  -[^ ]+' | grep -o -E -- '--[a-z0-9-]+'); do
      grep -q -e "${option#--}" script || die "$shell does not know $command $option"
    done
  done
done
lmzip completion bash > script
bash -n script
