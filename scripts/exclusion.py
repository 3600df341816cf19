"""Byte ranges of a corpus that nothing may be trained or counted on, for they share text with files that are measured.

A list has a line `file<TAB>begin<TAB>end` each, after a line of headings; `file` begins with the corpus's own folder, which may be unpacked
under another name, so that no two corpora may have files of one name within. A range that reaches to the end of its file or beyond counts as far as the file goes.

Globs of paths, without that folder, leave whole files and sources out, too.
"""
import csv
import fnmatch


class Exclusions:
    """The ranges of a list, of none without one, and all of the files that match a glob."""

    def __init__(self, path=None, globs=()):
        self.ranges = {}
        self.globs = list(globs)
        if path is None:
            return
        with open(path, newline='') as f:
            for row in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE):
                begin, end = int(row['begin']), int(row['end'])
                if not 0 <= begin < end:
                    raise ValueError(f'{path}: no range: {begin} to {end} of {row["file"]}')
                self.ranges.setdefault(row['file'].partition('/')[2], []).append((begin, end))
        for ranges in self.ranges.values():
            ranges.sort()

    def touch(self, name):
        """True where something of the file is excluded."""
        return name in self.ranges or self.whole(name)

    def whole(self, name):
        """True where all of the file is excluded by a glob."""
        return any(fnmatch.fnmatch(name, glob) for glob in self.globs)

    def kept(self, name, begin, end):
        """The ranges within [begin, end) of the file that are not excluded, in order, none empty."""
        if self.whole(name):
            return []
        parts = []
        for first, last in self.ranges.get(name, []):
            if first > begin:
                parts.append((begin, min(first, end)))
            begin = max(begin, last)
            if begin >= end:
                break
        parts.append((begin, end))
        return [(b, e) for b, e in parts if b < e]
