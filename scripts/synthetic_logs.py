#!/usr/bin/env python3
"""Writes made-up log files: what public corpora lack, and what teaches a model to copy a line's form from the line before.

  synthetic_logs.py OUT --words FOLDER [--exclude RANGES.tsv] [--without GLOB]... [--megabytes 8] [--seed 1]

Each file has a layout, a way to write the time, message templates, and entities (hosts, users, paths, identifiers) of its own, all drawn
at random: no program's messages are imitated. Words come from the text and code below FOLDER. The lines of a file follow a chain of
templates, so that some messages come in bursts and some in sequences, as a program's do. Files are named OUT/synthetic/logs/NNNN.log, for
scripts/corpus.py. The same words and seed give the same bytes.
"""
import argparse
import calendar
import collections
import datetime
import pathlib
import random
import re

from exclusion import Exclusions

TIMES = ['%b %e %H:%M:%S', '%Y-%m-%d %H:%M:%S,{ms}', '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S.{ms}Z', '%Y-%m-%dT%H:%M:%S.{us}+0000', '%m-%d %H:%M:%S.{ms}',
         '%y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M:%S', '%a %b %d %H:%M:%S %Y', '%d/%b/%Y:%H:%M:%S +0000', '%d/%m/%Y %H:%M:%S', '%H:%M:%S.{ms}', '%H:%M:%S',
         '%Y%m%d-%H:%M:%S:{ms}', '%y%m%d %H%M%S', '%Y-%m-%d-%H.%M.%S.{us}', '{epoch}', '{epoch}.{ms}', '{uptime}', '%d-%b-%Y %H:%M:%S.{ms}', '%Y.%m.%d %H:%M:%S']
LAYOUTS = ['{time} {host} {program}[{pid}]: {message}', '{time} {host} {program}: {message}', '{time} {host} {program}[{pid}] <{level}>: {message}',
           '{time} {level} {component}: {message}', '{time} {level} [{thread}] {component}: {message}', '{time} [{thread}] {level} {component} - {message}',
           '{time} {level} {component} [{thread}] {message}', '{time} {pid} {level} {component} [{id} {user} {id}] {message}', '[{time}] [{level}] {message}',
           '[{time}] [{level}] [pid {pid}] {message}', '[{time}] {message}', '{time}  {pid}  {tid} {letter} {component}: {message}', '{letter}/{component}({pid}): {message}',
           '{letter}{time} {tid} {file}:{small}] {message}', '{time}|{component}|{pid}|{message}', '{time},{component},{pid},{level},{message}',
           '{time}\t{level}\t{component}\t{message}', '{sequence} {node} {component} {word} {time} {digit} {message}', '- {time} {node} {component} {level} {message}',
           '{time} - {component} - {level} - {message}', '{level}: {message}', '{level} {time} {component} {pid} {message}', '{component}: {message}',
           'time="{time}" level={level} msg="{message}"', 'ts={time} caller={file}:{small} level={level} msg="{message}"',
           '{{"time":"{time}","level":"{level}","logger":"{component}","message":"{message}"}}', '{{"@timestamp": "{time}", "host": "{host}", "pid": {pid}, "msg": "{message}"}}',
           '{ip} - {user} [{time}] "GET {path} HTTP/1.1" {status} {count}', '{ip} - - [{time}] "POST {path} HTTP/1.1" {status} {count} "-" "{message}"',
           '<{small}>1 {time} {host} {program} {pid} - - {message}', '{time} {program}[{pid}]: {component}: {message}', '[{time}] {program}: {component}: {message}']
LEVELS = [['INFO', 'WARN', 'ERROR', 'DEBUG'], ['info', 'warning', 'error', 'debug'], ['INFO ', 'WARN ', 'ERROR', 'DEBUG'], ['Info', 'Warning', 'Error', 'Verbose'],
          ['notice', 'warn', 'err', 'crit'], ['INFO', 'SEVERE', 'WARNING', 'FATAL']]
CONNECTIVES = ['for', 'to', 'from', 'in', 'of', 'with', 'on', 'at', 'is', 'not', 'was', 'by', 'and', 'as', 'has been']
VALUES = ['{count}'] * 6 + ['{counter}'] * 4 + ['{small}'] * 4 + ['{digit}', '{hex}', '{address}', '{float}', '{percent}', '{size}', '{ip}', '{ip}:{port}', '{path}', '{path}', '{user}',
          '{host}', '{id}', '{identifier}', '{identifier}', '{url}', '{uuid}', '{duration}', '{flag}', '{quoted}']


def read_words(folder, exclusions=Exclusions()):
    """(words of prose, words within identifiers, identifiers), frequent ones first, that occur below `folder`."""
    folder = pathlib.Path(folder)
    prose, technical, names = collections.Counter(), collections.Counter(), collections.Counter()
    for path in sorted(p for p in folder.rglob('*') if p.is_file())[::7]:
        with open(path, 'rb') as f:
            data = f.read(65536)
        kept = exclusions.kept(path.relative_to(folder).as_posix(), 0, len(data))
        text = b'\n'.join(data[begin:end] for begin, end in kept).decode('utf-8', 'ignore')
        prose.update(set(re.findall(r'\b[a-z]{2,12}\b', text)))
        identifiers = set(re.findall(r'\b[A-Za-z]+(?:[A-Z][a-z]+|_[a-z]+)+\b', text))
        names.update(identifiers)
        technical.update({w.lower() for name in identifiers for w in re.findall('[A-Z]?[a-z]{2,}', name)})
    return [[w for w, _ in sorted(c.items(), key=lambda x: (-x[1], x[0]))[:20000]] for c in (prose, technical, names)]


class Log:
    """One program's log: its layout, its vocabulary and its state."""

    def __init__(self, prose, technical, names, rng):
        self.rng, self.prose, self.technical, self.names = rng, prose, technical, names
        self.now = datetime.datetime(1998, 1, 1) + datetime.timedelta(seconds=rng.randrange(28 * 365 * 86400))
        self.start = self.now
        self.pace = 10 ** rng.uniform(-3, 2)                   # mean seconds from line to line
        self.time_format, self.layout = rng.choice(TIMES), rng.choice(LAYOUTS)
        self.levels = rng.choice(LEVELS)
        self.counters = collections.defaultdict(lambda: rng.randrange(10 ** rng.randrange(1, 8)))
        self.pools = {kind: [make() for _ in range(rng.choice([1, 2, 3, 5, 8, 20]))] for kind, make in self.makers().items()}
        self.templates = [self.template() for _ in range(rng.choice([2, 4, 8, 16, 40]))]
        self.next = [[rng.randrange(len(self.templates)) for _ in range(rng.choice([1, 2, 4]))] for _ in self.templates]
        self.at = 0

    def word(self):
        words = self.technical if self.rng.random() < 0.7 else self.prose
        return words[int(len(words) * self.rng.random() ** 3)]

    def identifier(self):
        return self.names[int(len(self.names) * self.rng.random() ** 2)]

    def makers(self):
        """What the file's recurring entities are made by."""
        r = self.rng
        style = r.randrange(4)

        def component():
            if style == 0:
                return '.'.join([self.word() for _ in range(r.randrange(1, 4))] + [self.identifier()])
            return self.identifier() if style == 1 else self.word() if style == 2 else f'{self.word()}.{self.identifier()}'

        def node():
            return r.choice(['{}-{}', '{}{}', '{}-r{}'])
        prefix, domain, net = self.word(), f'{self.word()}.{r.choice(["com", "org", "net", "local"])}', f'{r.randrange(1, 224)}.{r.randrange(256)}'
        form, name = node(), self.word()
        return {'component': component, 'program': lambda: r.choice([self.word(), self.word() + 'd', f'{self.word()}-{self.word()}', f'com.{self.word()}.{self.word()}']),
                'host': lambda: r.choice([f'{self.word()}-{self.word()}', f'{prefix}{r.randrange(99)}', f'{self.word()}.{domain}']), 'node': lambda: form.format(name, r.randrange(1000)),
                'user': self.word, 'pid': lambda: str(r.randrange(100, 33000)), 'tid': lambda: str(r.randrange(100, 33000)), 'port': lambda: str(r.randrange(1024, 65536)),
                'thread': lambda: r.choice(['main', f'{self.word()}-{r.randrange(20)}', f'{self.identifier()}-thread-{r.randrange(20)}']),
                'file': lambda: f'{self.word()}.{r.choice(["go", "cc", "c", "py", "cpp"])}', 'ip': lambda: f'{net}.{r.randrange(256)}.{r.randrange(256)}',
                'path': lambda: ''.join('/' + self.word() for _ in range(r.randrange(1, 6))) + r.choice(['', '', '.' + self.word()[:4], f'-{r.randrange(1000)}']),
                'id': lambda: r.choice(['{}_{}', '{}-{}', '{}{}', '{}_{:04d}']).format(prefix, r.randrange(100000)), 'status': lambda: r.choice(['200', '200', '304', '404', '301', '500']),
                'identifier': self.identifier, 'flag': lambda: r.choice(['true', 'false', 'null', 'none', 'OK', 'failed', '0', '1']), 'word': self.word,
                'quoted': lambda: f"'{self.word()} {self.word()}'", 'url': lambda: f'http://{self.word()}.{domain}/{self.word()}',
                'uuid': lambda: '{:08x}-{:04x}-{:04x}-{:04x}-{:012x}'.format(*(r.getrandbits(n) for n in (32, 16, 16, 16, 48)))}

    def template(self):
        """A message with places for values."""
        r = self.rng
        parts = []
        for _ in range(r.choice([1, 2, 3, 3, 4, 5, 6, 8, 12])):
            kind = r.random()
            if kind < 0.5:
                parts.append(self.word() if r.random() < 0.75 else r.choice(CONNECTIVES))
            elif kind < 0.6:
                parts.append(self.identifier())
            elif kind < 0.8:
                parts.append(r.choice(['{}={}', '{}: {}', '{}={},', '{}:{}', '[{}={}]', '{}({})', '"{}" {}']).format(r.choice([self.word, self.identifier])(), r.choice(VALUES)))
            else:
                parts.append(r.choice(VALUES) + r.choice(['', '', '', ',', '.', ';', ' -']))
        text = ' '.join(parts)
        return (text[0].upper() + text[1:] if r.random() < 0.5 else text) + r.choice(['', '', '', '.', '...', '!']), self.levels[min(3, int(r.expovariate(1.3)))]

    def value(self, kind, template):
        r = self.rng
        if kind in self.pools:
            pool = self.pools[kind]
            return pool[min(len(pool) - 1, int(r.expovariate(1.0)))]
        if kind in ('counter', 'sequence'):
            self.counters[template, kind] += 1 if r.random() < 0.8 else r.randrange(1, 9)
            return str(self.counters[template, kind])
        makers = {'count': lambda: str(int(10 ** r.uniform(0, 6))), 'small': lambda: str(r.randrange(100)), 'digit': lambda: str(r.randrange(10)), 'hex': lambda: f'{r.getrandbits(32):x}',
                  'address': lambda: f'0x{r.getrandbits(40):012x}', 'float': lambda: f'{r.uniform(0, 1000):.{r.choice([1, 2, 6])}f}', 'percent': lambda: f'{r.randrange(101)}%',
                  'size': lambda: f'{r.uniform(1, 999):.1f} {r.choice(["KB", "MB", "GB", "B"])}', 'duration': lambda: f'{r.randrange(5000)}{r.choice([" ms", "ms", "s", " us"])}'}
        return makers[kind]()

    def fill(self, text, index):
        return re.sub(r'\{(\w+)\}', lambda m: self.value(m[1], index), text)

    def time(self):
        t = self.now
        uptime = f'{(t - self.start).total_seconds():12.6f}'
        return (t.strftime(self.time_format).replace('{ms}', f'{t.microsecond // 1000:03d}').replace('{us}', f'{t.microsecond:06d}')
                .replace('{epoch}', str(calendar.timegm(t.timetuple()))).replace('{uptime}', uptime))

    def line(self):
        r = self.rng
        self.now += datetime.timedelta(seconds=r.expovariate(1.0) * self.pace if r.random() < 0.7 else 0)
        if r.random() > 0.3 or not self.at:
            self.at = self.next[self.at][min(len(self.next[self.at]) - 1, int(r.expovariate(1.2)))] if r.random() < 0.85 else r.randrange(len(self.templates))
        message, level = self.templates[self.at]
        text = self.layout.replace('{{', '\0').replace('}}', '\1').replace('{time}', self.time()).replace('{level}', level).replace('{letter}', level[0].upper())
        return self.fill(text.replace('{message}', message), self.at).replace('\0', '{').replace('\1', '}') + '\n'


def write_logs(out, words, megabytes, seed):
    """Writes files of 8 to 64 KiB until `megabytes` are full; returns their number."""
    folder = pathlib.Path(out) / 'synthetic' / 'logs'
    folder.mkdir(parents=True, exist_ok=True)
    rng, written, count = random.Random(seed), 0, 0
    while written < megabytes * 1e6:
        log, size, lines, limit = Log(*words, rng), 0, [], 2 ** rng.uniform(13, 16)
        while size < limit:
            lines.append(log.line())
            size += len(lines[-1])
        (folder / f'{count:04d}.log').write_text(''.join(lines), newline='\n')
        written, count = written + size, count + 1
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('out')
    parser.add_argument('--words', required=True, help='a folder of text and code')
    parser.add_argument('--exclude', help='byte ranges to leave out (exclusion.py)')
    parser.add_argument('--without', action='append', default=[], metavar='GLOB', help='files to leave out (exclusion.py)')
    parser.add_argument('--megabytes', type=float, default=8)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    print(write_logs(args.out, read_words(args.words, Exclusions(args.exclude, args.without)), args.megabytes, args.seed), 'files')


if __name__ == '__main__':
    main()
