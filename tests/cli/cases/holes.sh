# Zeros become holes in files, standard output included, and nothing else changes.
truncate -s 9M zeros
[[ $(stat -c %b zeros) == 0 ]] || skip "no holes here"
{ cat zeros; echo middle; cat zeros; } > all
blocks() { stat -c %b "$1"; }
for file in zeros all; do
  lmzip c -q --method store "$file"
  lmzip d -o back "$file.lmz"
  cmp back "$file"
  (($(blocks back) < 100)) || die "$(blocks back)"
  lmzip d -c "$file.lmz" > out
  cmp out "$file"
  (($(blocks out) < 100)) || die "$(blocks out)"
  { echo before; lmzip d -c "$file.lmz"; echo after; lmzip d -c "$file.lmz"; } > out
  cmp out <(echo before; cat "$file"; echo after; cat "$file")
  (($(blocks out) < 200)) || die "$(blocks out)"
  echo before > out
  lmzip d -c "$file.lmz" >> out
  cmp out <(echo before; cat "$file")
  { echo before; cat "$file"; echo end; } > out
  lmzip d -c "$file.lmz" 1<> out
  cmp out <(cat "$file"; { echo before; cat "$file"; echo end; } | tail -c +$(($(file_size "$file") + 1)))
  lmzip d -c "$file.lmz" | cmp - "$file"
  rm back
done
