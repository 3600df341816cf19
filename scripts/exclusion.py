"""Byte ranges of a corpus that nothing may be trained or counted on, for they share text with files that are measured.

A list has a line `file<TAB>begin<TAB>end` each, after a line of headings; `file` begins with the corpus's own folder, which may be unpacked
under another name. A range that reaches to the end of its file or beyond counts as far as the file goes.
"""
import csv


class Exclusions:
    """The ranges of a list; of none without one."""

    def __init__(self, path=None):
        self.ranges = {}
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
        return name in self.ranges

    def kept(self, name, begin, end):
        """The ranges within [begin, end) of the file that are not excluded, in order, none empty."""
        parts = []
        for first, last in self.ranges.get(name, []):
            if first > begin:
                parts.append((begin, min(first, end)))
            begin = max(begin, last)
            if begin >= end:
                break
        parts.append((begin, end))
        return [(b, e) for b, e in parts if b < e]
