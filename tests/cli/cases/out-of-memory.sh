# Memory that is missing in threads, by a preloaded operator new: what was not done is reported, with
# exit code 1; what was done is right; nothing is left over or lost.
shim=$(dirname "$DOCTOR")/libfailing_new.so
[[ -e $shim ]] || skip "no $shim"

names=(a b c)
for name in "${names[@]}"; do (cat "$SAMPLES/text.txt" && echo "$name") > "$name"; done
lmzip c -q -m tiny "${names[@]}"
mkdir whole packed
cp "${names[@]}" whole
mv ./*.lmz packed

# fails N COMMAND...: exit code 0 or 1, and 1 must have said why.
fails() {
  local code=0 n=$1
  shift
  LD_PRELOAD=$shim FAILING_NEW=$n timeout 60 "$@" 2> "$SCRATCH/err" || code=$?
  ((code <= 1)) || die "exit code $code with allocation $n failing: $* ($(< "$SCRATCH/err"))"
  ((code == 0)) || [[ -s $SCRATCH/err ]] || die "nothing was said with allocation $n failing: $*"
  ((code == 0)) || ((failures += 1))
}

failures=0
for stays in "" 1; do
  if [[ -n $stays ]]; then export FAILING_NEW_STAYS=1; fi
  for n in 0 1 2 3 5 8 13 21 34 55 89 144 180 233 300 377 610; do
    fails $n lmzip c -q -m tiny -T 2 --rm "${names[@]}"
    for name in "${names[@]}"; do
      # One of the two, and it is whole.
      if [[ -e $name ]]; then
        [[ ! -e $name.lmz ]] || die "both $name and $name.lmz with allocation $n failing"
        cmp "$name" "whole/$name"
      else
        lmzip d -c -m tiny "$name.lmz" | cmp - "whole/$name"
      fi
    done
    rm -f ./*.lmz && cp whole/* packed/* .
    rm -- "${names[@]}"
    fails $n lmzip d -q -m tiny -T 2 "${names[@]/%/.lmz}"
    for name in "${names[@]}"; do [[ ! -e $name ]] || cmp "$name" "whole/$name"; done
    rm -f ./*.lmz "${names[@]}"
    expect_files packed whole
    cp whole/* .
  done
done
((failures > 10)) || die "$failures failures"
