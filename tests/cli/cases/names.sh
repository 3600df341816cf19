# Every byte string that the shell passes is a name: of an input, an output, a list, a folder.
names=('[x]' '[a,b]' '[]' '++' '{x,y}' '%%' '--' '-' '-x' '--rm' '-d' '-9' c d models 1 '"q"' "it's" 'a=b' '--output=x'
       $'\xff\xfe' $'tab\there' $'line\nbreak' '*' '~' '$HOME' '@x' ' ' '\')
for name in "${names[@]}"; do
  mkdir here && cd here
  echo other > x  # what rewritten names might hit
  echo other > a
  echo other > b
  printf '%s' "content of $name" > "./$name"
  path=./$name  # "-" alone is standard input, whatever stands before it
  [[ $name == - ]] || path=$name
  expect 0 "" lmzip c --rm -- "$path"
  [[ ! -e ./$name && -e ./$name.lmz ]] || die "c of '$name' left: $(ls -A)"
  expect 0 "" lmzip d -o "./$name" -- "$path.lmz"
  [[ $(< "./$name") == "content of $name" ]] || die "d of '$name' left: $(ls -A)"
  rm -- "./$name.lmz"
  printf '%s\0' "./$name" > "$SCRATCH/list"
  expect 0 "" lmzip c --files0 "$SCRATCH/list"
  rm -- "./$name"
  expect 0 "" lmzip d "--output=./$name" "./$name.lmz"
  [[ $(< "./$name") == "content of $name" ]] || die "'$name' came back otherwise"
  expect 0 "" lmzip t -- "$path.lmz"
  expect 0 "" lmzip l -- "$path.lmz"
  mkdir "folder$name" && mv -- "./$name" "folder$name/$name"
  expect 0 "" lmzip c -r -- "folder$name"
  [[ -e folder$name/$name.lmz ]] || die "c -r of 'folder$name' left: $(find .)"
  cd .. && rm -rf here
done
# A name that is no option, without "--"; as the value of -o, whatever it begins with.
for name in '[x]' '[a,b]' '[]' '++' '{x}' '%%'; do
  echo content > "$name"
  expect 0 "" lmzip c "$name"
  expect 0 "" lmzip d -f "$name.lmz"
  expect 0 "" lmzip c -o "-$name" "$name"
  [[ -e ./-$name && -e $name.lmz && $(< "$name") == content ]] || die "'$name': $(ls -A)"
  rm -f -- * # shellcheck disable=SC2035
done
# The empty string is no file's name, and is not passed over.
expect 1 "*'': an empty name*" lmzip c ""
expect 1 "*'': an empty name*" lmzip d -- ""
printf 'a\0\0' > "$SCRATCH/list"
echo content > a
expect 1 "*'': an empty name*" lmzip c --files0 "$SCRATCH/list"
expect_files a a.lmz
expect 1 "lmzip: --output '': expected a name*" lmzip c -o "" a
expect 1 "lmzip: --model '': expected a name*" lmzip c -f -m "" a
expect 1 "lmzip: --files0 '': expected a name*" lmzip c --files0=
expect 1 "lmzip: : not a command*" lmzip ""

# -o - is standard output, for many inputs too.
echo more > b
lmzip c -q -o - a b | lmzip d | cmp - <(cat a b)
lmzip c -q b
lmzip d -q -o - a.lmz b.lmz | cmp - <(cat a b)
expect_files a a.lmz b b.lmz
