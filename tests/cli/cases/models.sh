# models: list, show, verify.
expect 0 "" lmzip models
expect_output "*name*id*tier*vocabulary*parameters*base *exact*linked-in model*tiny *exact*lmzip/models/tiny.pt*"
expect 0 "" lmzip models list --json
json '{model["name"] for model in rows[0]} >= {"base", "tiny"} and all(len(model["id"]) == 64 for model in rows[0])' \
  < <(tr -d '\n' < "$SCRATCH/out")
expect 0 "" lmzip models show tiny
expect_output "*dense_parameters*id *name *tiny*tier *exact*vocabulary *"
id=$(sed -n 's/^id  *//p' "$SCRATCH/out")
expect 0 "" lmzip models show --json "$TINY"
json 'rows[0]["id"] == "'"$id"'" and rows[0]["name"] == "tiny" and rows[0]["file_bytes"] == '"$(stat -Lc %s "$TINY")" \
  < <(tr -d '\n' < "$SCRATCH/out")
expect 0 "" lmzip models show
expect_output "*name *base*"

expect 0 "" lmzip models verify tiny
expect_output "tiny $id*structure, ranges and id ok*tokens/ms*ok*"
grep -q WRONG "$SCRATCH/out" && die "$(< "$SCRATCH/out")"
for isa in $(isas); do grep -q "$isa.*ok" "$SCRATCH/out" || die "$isa not verified: $(< "$SCRATCH/out")"; done

# The search path: a folder of $LMZIP_MODEL_PATH comes first; what is no model is named.
mkdir first second
cp "$TINY" first/copy.pt
echo nonsense > second/bad.pt
expect 1 "*second/bad.pt: not a model file*" env LMZIP_MODEL_PATH="$PWD/first:$PWD/second" lmzip models
expect_output "*first/copy.pt*"
LMZIP_MODEL_PATH=$PWD/first expect 0 "" lmzip models show copy
expect 1 "*no model named nosuch in *; a model file is named by its path, as in -m ./nosuch.pt" lmzip models show nosuch
expect 1 "*nosuch*" lmzip models verify nosuch tiny
expect_output "*tiny*ok*"  # one failure does not stop the others
expect 1 "*" lmzip models burn
