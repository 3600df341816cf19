#!/usr/bin/env python3
"""Checks how the sources are laid out: no file of src and include has more than 400 lines.

usage: structure.py ROOT     the project's folder
"""
import pathlib
import sys
import tempfile

MOST_LINES = 400
TEXTS = ('.md', '.1')           # specifications and the manual are as long as they are


def too_long(root, folders):
    """Complaints, one a line of text."""
    for folder in folders:
        for path in sorted((root / folder).rglob('*')):
            if not path.is_file() or path.suffix in TEXTS:
                continue
            lines = path.read_text().splitlines()
            if len(lines) > MOST_LINES:
                yield f'{path.relative_to(root)}: {len(lines)} lines'


def check_the_check():
    """What breaks the rules is found."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / 'src').mkdir()
        (root / 'src/long.cc').write_text('\n' * (MOST_LINES + 1))
        (root / 'src/long.md').write_text('\n' * (MOST_LINES + 1))
        (root / 'src/sound.cc').write_text('\n' * MOST_LINES)
        found = list(too_long(root, ['src']))
    if found != ['src/long.cc: 401 lines']:
        sys.exit(f'structure.py does not find what it looks for: {found}')


def main():
    check_the_check()
    complaints = list(too_long(pathlib.Path(sys.argv[1]), ['src', 'include']))
    print('\n'.join(complaints))
    sys.exit(1 if complaints else 0)


if __name__ == '__main__':
    main()
