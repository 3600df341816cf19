#!/usr/bin/env python3
"""Checks how the sources are laid out: no file of src and include has more than 400 lines, no line of C++
more than 100 columns; the smallest model set that src/README.md shows is the one that the tests use.

usage: structure.py ROOT     the project's folder
"""
import pathlib
import sys
import tempfile

MOST_LINES = 400
MOST_COLUMNS = 100
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


def too_wide(root, folders):
    """Likewise, of C++."""
    for folder in folders:
        for path in sorted(p for p in (root / folder).rglob('*') if p.suffix in ('.h', '.cc')):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if len(line) > MOST_COLUMNS:
                    yield f'{path.relative_to(root)}:{number}: {len(line)} columns'


def listing_differs(root):
    """A complaint where the page's C++ listing is not in the test's header as it stands there."""
    page = (root / 'src/README.md').read_text()
    listing = page.partition('```cpp\n')[2].partition('```')[0]
    if not listing or listing not in (root / 'tests/support/toy_set.h').read_text():
        yield 'src/README.md: the listing is not that of tests/support/toy_set.h'


def check_the_check():
    """What breaks the rules is found."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / 'src').mkdir()
        (root / 'src/long.cc').write_text('\n' * (MOST_LINES + 1))
        (root / 'src/long.md').write_text('\n' * (MOST_LINES + 1))
        (root / 'src/sound.cc').write_text('\n' * MOST_LINES)
        (root / 'src/wide.h').write_text('x' * MOST_COLUMNS + '\n' + 'x' * (MOST_COLUMNS + 1))
        (root / 'src/README.md').write_text('```cpp\nint toy;\n```\n')
        (root / 'tests/support').mkdir(parents=True)
        (root / 'tests/support/toy_set.h').write_text('int  toy;\n')
        found = [*too_long(root, ['src']), *too_wide(root, ['src']), *listing_differs(root)]
    if len(found) != 3 or found[:2] != ['src/long.cc: 401 lines', 'src/wide.h:2: 101 columns']:
        sys.exit(f'structure.py does not find what it looks for: {found}')


def main():
    check_the_check()
    root = pathlib.Path(sys.argv[1])
    sources = ['src', 'include']
    complaints = [*too_long(root, sources), *too_wide(root, [*sources, 'tests']), *listing_differs(root)]
    print('\n'.join(complaints))
    sys.exit(1 if complaints else 0)


if __name__ == '__main__':
    main()
