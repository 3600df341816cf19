lmzip --version
lmzip -V | cmp - <(lmzip --version)
# After commands, too.
for command in c d t l bench models completion; do
  lmzip "$command" --version | cmp - <(lmzip --version)
  lmzip "$command" -V | cmp - <(lmzip --version)
done
lmzip -dcf --version | cmp - <(lmzip --version)
