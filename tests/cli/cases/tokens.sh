# A model of tokens: any content, the share of byte tokens in the listing, clear refusals.
lmzip c -m "$HERE/../data/tokens.pt" --method lm < "$SAMPLES/text.txt" > probe 2> "$SCRATCH/err" ||
  if [[ $(< "$SCRATCH/err") == *"the tokenizer is not installed"* ]]; then skip "no SentencePiece"; fi
rm probe
mkdir models
cp "$HERE/../data/tokens.pt" models/test-tokens.pt
export LMZIP_MODEL_PATH=$PWD/models
for sample in "$SAMPLES"/*; do
  name=${sample##*/}
  cp "$sample" "$name"
  for threads in 1 3; do
    expect 0 "" lmzip c -f -k -m test-tokens --method lm -T "$threads" "$name"
    [[ $threads == 1 ]] && cp "$name.lmz" first
    cmp "$name.lmz" first
  done
  expect 0 "" lmzip d -f -T 2 -o back "$name.lmz"
  cmp back "$sample"
done
expect 0 "" lmzip l -v text.txt.lmz
expect_output "*tokens*test-tokens*frame 0*tokens*"
# The share of byte tokens: what is no text has one each.
for n in {1..60}; do printf '%s\377' "the number of"; done > bytes
expect 0 "" lmzip c -m test-tokens --method lm --segment 512 bytes  # the short form says no share
expect 0 "" lmzip l -v bytes.lmz
expect_output "*frame 0 *tokens *7.[1-5] % byte tokens"
lmzip l --json bytes.lmz | json 'abs(rows[0]["frames"][0]["byte_token_share"] - 1 / 14) < 1 / 255'
expect 0 "" lmzip c -f -k -m test-tokens text.txt
expect 0 "" lmzip t text.txt.lmz

expect 1 "*the mixer joins models of bytes only*--method lm*" lmzip c -f -k -m test-tokens --method lm+mix text.txt
expect 1 "*the tokenizer does not start*none.so*" \
  env LMZIP_TOKENIZER_PLUGIN=none.so lmzip c -f -k -m test-tokens --method lm text.txt
# Decoding needs no tokenizer.
expect 0 "" env LMZIP_TOKENIZER_PLUGIN=none.so lmzip t first
