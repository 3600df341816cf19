#!/usr/bin/env python3
"""Checks that the sources include what src/layers.txt lets them and that no two of them have the
same name. Says what is wrong, and exits with 1.

usage: scripts/check_layers.py [FOLDER]     by default the project's
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([a-z_0-9]+/[^">]+\.h)[">]', re.MULTILINE)


class Layers:
    """src/layers.txt."""

    def __init__(self, text):
        self.owner = {}  # of a public header
        self.may = {}
        for line in text.splitlines():
            line = line.split("#")[0].strip()
            if not line:
                continue
            left, right = line.split(":")
            if left.endswith(" owns"):
                self.owner.update((header, left.removesuffix(" owns")) for header in right.split())
            else:
                self.may.setdefault(left, set()).update(right.split())

    def allows(self, layer, header):
        """Whether a file of `layer` may include `header` ("layer/name.h")."""
        may = self.may[layer]
        public = header.startswith("lmzip/")
        target = self.owner.get(header) if public else header.split("/")[0]
        return ("*" in may or header in may or target == layer or target in may
                or (public and "lmzip" in may))


def sources(folder):
    """The paths of all, relative to `folder`."""
    for path in sorted([*(folder / "src").rglob("*"), *(folder / "include").rglob("*")]):
        if path.suffix in (".h", ".cc"):
            yield path.relative_to(folder)


def problems(folder):
    layers = Layers((folder / "src/layers.txt").read_text())
    known = set(layers.may)
    first = {}
    for path in sources(folder):
        if path.name in first:
            yield f"{path}: has the name of {first[path.name]}"
        first[path.name] = path
        text = (folder / path).read_text()
        in_library = "/".join(path.parts[1:])
        layer = layers.owner.get(in_library) if path.parts[0] == "include" else path.parts[1]
        if layer not in known:
            yield f"{path}: of no layer of src/layers.txt"
            continue
        for header in INCLUDE.findall(text):
            ours = (folder / "src" / header).exists() or (folder / "include" / header).exists()
            if ours and not layers.allows(layer, header):
                yield f"{path}: {layer} must not include {header}"


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = list(problems(folder))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
