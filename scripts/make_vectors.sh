#!/bin/sh
# Makes the test vectors in tests/vectors anew. Only before a release that changes the format or
# the models that they use: released vectors are kept.
#   scripts/make_vectors.sh [BUILD_FOLDER]     (default: build/release)
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/release}
cmake --build "$build" --target make_vectors lmzip_tokenizer
rm -f tests/vectors/*.lmz tests/vectors/expected.tsv
"$build/make_vectors" tests/vectors models/tiny.pt tests/data/tokens.pt
echo "$(ls tests/vectors/*.lmz | wc -l) vectors, $(cat tests/vectors/*.lmz | wc -c) bytes"
