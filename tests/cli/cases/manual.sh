# The manual page speaks of every command and option.
page=$HERE/../../src/cli/lmzip.1
for command in c d t l bench view sample eval reference models completion; do
  grep -q "^\.B.* $command\b\|^\.BI* \"*$command\b" "$page" || die "no command $command"
  for option in $(lmzip "$command" --help | grep -o -E '^  -[^ ]+' | grep -o -E -- '--[a-z0-9-]+'); do
    grep -q -e "$option\b" < <(sed 's/\\-/-/g' "$page") || die "nothing about $command $option"
  done
done
