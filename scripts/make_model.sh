#!/usr/bin/env bash
# From a corpus to a model file: makes up logs, packs, trains, exports, makes the mixer's prior.
# What is done already is kept: given again with more --minutes it goes on training.
#
# usage: scripts/make_model.sh CORPUS OUT [--no-prior] [--against FOLDER]... [OPTION OF train.py ...]
#   CORPUS      train-text/, train-media/ and MANIFEST.tsv, or train-text.tar.xz, train-media.tar and MANIFEST.tsv.xz;
#               the byte ranges in its exclude.tsv, where there is one, are left out of everything; train-more and
#               MANIFEST-MORE.tsv are a second gathering, where there is one, and sources that forbid commercial use stay out
#   OUT         a folder for all that is made; the model is OUT/NAME.pt when OUT is .../NAME
#   --no-prior  for models of tokens, and where nothing can be built
#   --against   files that are measured: what the corpus's text shares with them is found and left out, too
#   PYTHON      (environment) the interpreter, by default python3, with scripts/requirements-train.txt installed
set -euo pipefail
if (($# < 2)); then
  sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0" >&2
  exit 64
fi
corpus=$(realpath "$1") out=$(realpath -m "$2")
shift 2
prior=yes against=()
if [[ ${1-} == --no-prior ]]; then prior=no; shift; fi
while [[ ${1-} == --against ]]; do against+=(--against "$(realpath "$2")"); shift 2; done
model=$out/$(basename "$out").pt
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
mkdir -p "$out"

# unpack NAME: a folder or file of the corpus, from beside its archive where there is only that.
unpack() {
  local found
  if [[ -e $corpus/$1 ]]; then
    echo "$corpus/$1"
  else
    found=$(compgen -G "$corpus/$1.*")
    if [[ ! -e $out/$1 ]]; then
      case $found in
        *.tar*) tar -xf "$found" -C "$out" ;;
        *.xz) xz -dc "$found" > "$out/$1" ;;
      esac
    fi
    echo "$out/$1"
  fi
}

has() { compgen -G "$corpus/$1*" > /dev/null; }
texts=("$(unpack train-text)") logs=$out/train-logs
if has train-more; then texts+=("$(unpack train-more)"); fi
ranges=() without=(--without 'text_multilang/openiti*' --without '*bsds500*')
if [[ -e $corpus/exclude.tsv ]]; then ranges=(--exclude "$corpus/exclude.tsv"); fi
if ((${#against[@]} > 0)); then
  if [[ ! -e $out/exclude.tsv ]]; then
    "$python" scripts/overlap.py "${texts[@]}" "${against[@]}" "${ranges[@]}" "${without[@]}" --list "$out/shared.tsv" || (($? == 1))
    mv "$out/shared.tsv" "$out/exclude.tsv"
  fi
  ranges=(--exclude "$out/exclude.tsv")
  "$python" scripts/overlap.py "${texts[@]}" "${against[@]}" "${ranges[@]}" "${without[@]}"
fi
exclude=("${ranges[@]}" "${without[@]}")
if [[ ! -e $out/packed/corpus.json ]]; then
  media=$(unpack train-media) licences=(--licences "$(unpack MANIFEST.tsv)")
  if has MANIFEST-MORE; then licences+=(--licences "$(unpack MANIFEST-MORE.tsv)"); fi
  "$python" scripts/synthetic_logs.py "$logs" --words "${texts[0]}" "${exclude[@]}"
  "$python" scripts/corpus.py "$out/packed" "${texts[@]}" "$media" "$logs" "${licences[@]}" "${exclude[@]}" \
    --hold-out 'source_code/prometheus_web/*' --hold-out 'wiki_markup/sweble/*' --hold-out 'structured/tex_lrf/*'
fi
"$python" scripts/train.py "$out/packed" --out "$out/run" --mixture scripts/mixture.tsv --export "$model" "$@"

if [[ $prior == yes ]]; then
  cmake --preset release > /dev/null
  cmake --build --preset release --target lmzip_prime --parallel "$(nproc)" > /dev/null
  "$python" scripts/prime.py "${texts[@]}" "$logs" "$model" "$out/prior.bin" --program build/release/lmzip_prime \
    "${exclude[@]}"
  "$python" scripts/export.py "$out/run/model.npz" -o "$model" --licence Apache-2.0 \
    --training "$(tail -n 1 "$out/run/log.csv" | cut -d , -f 3) bytes" --prior "$out/prior.bin"
fi
ls -l "$model"
