"""What check_layers.py finds."""
import check_layers

TABLE = """
base owns: lmzip/error.h   # a comment
codec owns: lmzip/lmzip.h
base:
coder: base
codec: coder torch/loader.h base
torch: base
cli: lmzip
cli: base/check.h
tools: *
"""


def problems(tmp_path, **files):
    """Of a project with these files: layer__name -> what it includes."""
    headers = ["src/base/check.h", "src/base/hash.h", "src/coder/coder.h", "src/codec/job.h", "src/torch/loader.h",
               "src/torch/model.h", "include/lmzip/error.h", "include/lmzip/lmzip.h"]
    for header in headers:
        path = tmp_path / header
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / "src/layers.txt").write_text(TABLE)
    for name, includes in files.items():
        path = tmp_path / "src" / (name.replace("__", "/") + ".cc")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f'#include "{header}"\n' for header in includes))
    return list(check_layers.problems(tmp_path))


def test_arrows_that_the_table_has_pass(tmp_path):
    assert problems(tmp_path, base__a=["base/hash.h", "lmzip/error.h"], coder__b=["base/hash.h", "vector"],
                    codec__c=["coder/coder.h", "torch/loader.h", "lmzip/lmzip.h", "codec/job.h"],
                    cli__d=["lmzip/lmzip.h", "lmzip/error.h", "base/check.h"],
                    tools__e=["codec/job.h", "torch/model.h"]) == []


def test_upward_arrows_are_found(tmp_path):
    found = problems(tmp_path, base__a=["coder/coder.h"], coder__b=["lmzip/lmzip.h"], codec__c=["torch/model.h"],
                     cli__d=["codec/job.h", "base/hash.h"])
    assert found == ["src/base/a.cc: base must not include coder/coder.h",
                     "src/cli/d.cc: cli must not include codec/job.h",
                     "src/cli/d.cc: cli must not include base/hash.h",
                     "src/codec/c.cc: codec must not include torch/model.h",
                     "src/coder/b.cc: coder must not include lmzip/lmzip.h"]


def test_equal_names_and_unknown_layers_are_found(tmp_path):
    found = problems(tmp_path, base__a=[], coder__a=[], nowhere__b=[])
    assert found == ["src/coder/a.cc: has the name of src/base/a.cc",
                     "src/nowhere/b.cc: of no layer of src/layers.txt"]
