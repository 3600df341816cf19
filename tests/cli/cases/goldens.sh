# The goldens (scripts/make_goldens.sh): every instruction set and engine, with one thread and with several, decodes them, and makes
# them anew of their contents with the same bytes.
goldens=$HERE/../goldens
export LMZIP_MODEL_PATH=$HERE/../../models
anew="if that is meant, scripts/make_goldens.sh makes the goldens anew"

# A file's id decides whether it decodes, so another model explains all the rest.
models=0
while IFS=$'\t' read -r mark model id; do
  [[ $mark == '# model' ]] || continue
  now=$(lmzip models show "$model" | awk '$1 == "id" { print $2 }')
  [[ $now == "$id" ]] ||
    die "the model $model has changed: its id is $now, the goldens were made with $id; $anew"
  [[ $model != base || $(lmzip --version) == *"default model base "*", id ${id:0:16}"* ]] ||
    die "the default model is not models/base.pt, with which the goldens were made: build lmzip anew"
  ((models += 1))
done < "$goldens/goldens.tsv"
((models == 4))

mkdir files
cp "$goldens"/*.lmz files
cp "$goldens/reference" .  # of those that are made with one; others do without
grep -v '^#' "$goldens/goldens.tsv" > list
awk -F '\t' '{ print $5 "  files/" $1 ".lmz" }' list | sha256sum -c --quiet || die "goldens.tsv lists other files"
awk -F '\t' '{ print $3 "  files/" $1 }' list > contents
(($(wc -l < list) == $(find files -type f | wc -l) && $(wc -l < list) > 40))

# decode WHAT CONDITION OPTION ...: the goldens whose row in the list meets awk's condition.
decode() {
  local names
  find files -type f ! -name '*.lmz' -delete
  readarray -t names < <(awk -F '\t' "$2"' { print "files/" $1 ".lmz" }' list)
  lmzip d -q --memory 1G --reference reference "${@:3}" "${names[@]}" || die "$1 does not decode all goldens"
  (($(find files -type f ! -name '*.lmz' | wc -l) == ${#names[@]}))
  sha256sum -c --quiet --ignore-missing contents > "$SCRATCH/out" 2>&1 || die "$1 decodes otherwise: $(< "$SCRATCH/out")"
}

# encode WHAT GLOB OPTION ...: the goldens with such names, of the contents that decode() left.
encode() {
  local name bytes options rest changed=
  while IFS=$'\t' read -r name rest rest bytes rest options; do
    # shellcheck disable=SC2053
    [[ $name == $2 && $options != '= '* ]] || continue
    [[ -n $tokenizer || $name != *tok* || $name == *mix* ]] || continue
    # shellcheck disable=SC2086
    lmzip c "${@:3}" $options -c "files/$name" > anew || die "$1 does not encode $name"
    cmp -s anew "files/$name.lmz" || changed+=" $name ($bytes bytes, now $(file_size anew))"
  done < list
  [[ -z $changed ]] || die "$1 encodes otherwise:$changed; $anew; where old files do not decode any more the version of the format or the mixer must be raised"
}

# has WHAT OPTION ...: whether the plug-in is there that these options need.
missing=()
has() {
  [[ $(lmzip c --method lm "${@:2}" < "$SAMPLES/code.c" 2>&1 > probe) == *"$1 is not installed"* ]] || return 0
  missing+=("the $1 is not installed")
  return 1
}

tokenizer=
if has tokenizer -m tok; then tokenizer=yes; fi
for isa in $(isas); do
  LMZIP_ISA=$isa decode "$isa" 1 -T 1
  LMZIP_ISA=$isa encode "$isa" '*'
done
if has "torch engine" --engine torch; then
  decode torch '$2 <= 400 && $1 != "large"' --engine torch  # takes a millisecond a byte
  encode torch '@(lm-mix-lanes|tok)' --engine torch
fi
decode "with three threads, lmzip" 1 -T 3

# Streams one behind another, with zeros between: of goldens again.
options=$(awk -F '\t' '$1 == "concatenated" { print $6 }' list)
for name in ${options#= }; do
  cat "files/$name.lmz"
  head -c 100 /dev/zero
done | cmp - files/concatenated.lmz
((${#missing[@]} == 0)) || skip "all else is well, but ${missing[*]}"
