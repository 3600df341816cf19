# bench: speed and phases of both directions, as a table and as JSON.
for _ in 1 2 3 4; do cat "$SAMPLES/text.txt"; done > text
expect 0 "" lmzip bench -m tiny -T 2 text
expect_output "*encode *text*decode *text*peak memory*"
for method in lm lm+mix mix; do
  expect 0 "" lmzip bench -m tiny -T 2 --method "$method" --json text
  python3 - "$method" "$(file_size text)" "$SCRATCH/out" <<'CHECK'
import json
import sys
method, size, path = sys.argv[1:]
result = json.load(open(path))
row = result["files"][0]
assert row["method"] == method and row["raw_bytes"] == int(size) and 0 < row["coded_bytes"] < int(size), row
assert result["threads"] == 2 and result["int8_peak_gops_a_core"] > 0 and result["peak_memory_kib"] > 0, result
for run in row["encode"], row["decode"]:
    model = [run[f"{phase}_seconds"] for phase in ("products", "attention", "other_model")]
    assert all((seconds > 0) == (method != "mix") for seconds in model), run
    assert 0 < run["io_seconds"] < run["seconds"], run
    assert sum(model) + run["io_seconds"] <= run["thread_seconds"], run
    assert abs(run["kb_per_s"] - int(size) / 1000 / run["seconds"]) < 0.01 * run["kb_per_s"], run
CHECK
done
expect 0 "" lmzip bench -m tiny -T 2 -2 --json text  # as --effort fast: the mixer alone
python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["files"][0]["method"] == "mix"' "$SCRATCH/out"
expect 1 "*takes no computing*" lmzip bench -m tiny --method store text
# Standard input, by its name and by itself; not more than a frame of it.
expect 0 "" lmzip bench -m tiny -T 2 - < text
expect_output "*encode * -*decode *"
head -c 3000 text | expect 0 "" lmzip bench -m tiny -T 2 --frame-size 2K --json
python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["files"][0]["raw_bytes"] == 2048' "$SCRATCH/out"
expect 1 "*missing: cannot open: No such file*" lmzip bench -m tiny missing
expect 1 "*is a directory*" lmzip bench -m tiny .
: > empty
expect 1 "*empty: is empty*" lmzip bench -m tiny empty
for other in "--engine torch" "--device cuda" "-m $SAMPLES/../../models/threads.pt"; do
  # shellcheck disable=SC2086
  expect 1 "*measured of exact models on the native engine*" lmzip bench $other text
done
