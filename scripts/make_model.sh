#!/usr/bin/env bash
# From a corpus to a model file: makes up logs, packs, trains, exports, makes the mixer's prior.
# What is done already is kept: given again with more --minutes it goes on training.
#
# usage: scripts/make_model.sh CORPUS OUT [--no-prior] [OPTION OF train.py ...]
#   CORPUS      train-text/, train-media/ and MANIFEST.tsv, or train-text.tar.xz, train-media.tar and MANIFEST.tsv.xz;
#               the byte ranges in its exclude.tsv, where there is one, are left out of everything
#   OUT         a folder for all that is made; the model is OUT/NAME.pt when OUT is .../NAME
#   --no-prior  for models of tokens, and where nothing can be built
#   PYTHON      (environment) the interpreter, by default python3, with scripts/requirements-train.txt installed
set -euo pipefail
if (($# < 2)); then
  sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0" >&2
  exit 64
fi
corpus=$(realpath "$1") out=$(realpath -m "$2")
shift 2
prior=yes
if [[ ${1-} == --no-prior ]]; then prior=no; shift; fi
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

exclude=()
if [[ -e $corpus/exclude.tsv ]]; then exclude=(--exclude "$corpus/exclude.tsv"); fi
text=$(unpack train-text) logs=$out/train-logs
if [[ ! -e $out/packed/corpus.json ]]; then
  media=$(unpack train-media) manifest=$(unpack MANIFEST.tsv)
  "$python" scripts/synthetic_logs.py "$logs" --words "$text" "${exclude[@]}"
  "$python" scripts/corpus.py "$out/packed" "$text" "$media" "$logs" --licences "$manifest" "${exclude[@]}" \
    --hold-out 'source_code/prometheus_web/*' --hold-out 'wiki_markup/sweble/*' --hold-out 'structured/tex_lrf/*'
fi
"$python" scripts/train.py "$out/packed" --out "$out/run" --mixture scripts/mixture.tsv --export "$model" "$@"

if [[ $prior == yes ]]; then
  cmake --preset release > /dev/null
  cmake --build --preset release --target lmzip_prime --parallel "$(nproc)" > /dev/null
  "$python" scripts/prime.py "$text" "$logs" "$model" "$out/prior.bin" --program build/release/lmzip_prime "${exclude[@]}"
  "$python" scripts/export.py "$out/run/model.npz" -o "$model" --licence Apache-2.0 \
    --training "$(tail -n 1 "$out/run/log.csv" | cut -d , -f 3) bytes" --prior "$out/prior.bin"
fi
ls -l "$model"
