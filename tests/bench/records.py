#!/usr/bin/env python3
"""Small records of one schema: lmzip by a reference that it makes, beside zstd -19 by a dictionary that it trains, both of 64 kB.

usage: tests/bench/records.py PROGRAM [--train FOLDER --test FOLDER]

By default 1,000 JSON records for training and 1,000 others to be measured, made from a seed.
"""
import argparse
import json
import pathlib
import random
import resource
import subprocess
import tempfile

SIZE = 65536
WORDS = '''the quick service returned an error while processing request for user with invalid token please retry later or contact support team
about order shipped delayed payment received thanks great product would buy again not working as expected size too small colour nice'''.split()


def record(rng):
    return json.dumps({
        'id': rng.randrange(10**6), 'event': rng.choice(['created', 'updated', 'deleted', 'viewed']),
        'user': {'name': rng.choice(['alice', 'bob', 'carol', 'dave', 'eve', 'mallory', 'trent', 'peggy', 'victor', 'walter']),
                 'country': rng.choice(['NL', 'DE', 'FR', 'US', 'GB']), 'verified': rng.random() < 0.8},
        'comment': ' '.join(rng.choice(WORDS) for _ in range(rng.randrange(8, 25))),
        'items': [{'sku': f'SKU-{rng.randrange(500):04d}', 'quantity': rng.randrange(1, 5), 'price': rng.choice([9.99, 19.99, 4.5, 120.0, 33.25])}
                  for _ in range(rng.randrange(1, 7))],
        'timestamp': f'2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}Z',
        'tags': rng.sample(['new', 'sale', 'gift', 'bulk', 'promo'], 2)})


def make_records(folder, count, seed):
    rng = random.Random(seed)
    folder.mkdir()
    for i in range(count):
        (folder / f'{i:04}.json').write_text(record(rng))
    return folder


def total(files):
    return sum(path.stat().st_size for path in files)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('program', type=pathlib.Path)
    p.add_argument('--train', type=pathlib.Path)
    p.add_argument('--test', type=pathlib.Path)
    args = p.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        train = args.train or make_records(work / 'train', 1000, 1)
        test = args.test or make_records(work / 'test', 1000, 2)
        measure(args.program, train, test, work)


def measure(program, train, test, work):
    files = sorted(path for path in test.rglob('*') if path.is_file())
    print(f'{len(files)} records, {total(files)} bytes')
    quiet = {'check': True, 'stderr': subprocess.DEVNULL}
    dictionary = work / 'dictionary'
    subprocess.run(['zstd', '-q', '--train', '-r', train, f'--maxdict={SIZE}', '-o', dictionary], **quiet)
    peer = sum(len(subprocess.run(['zstd', '-q', '-19', '-c', '-D', dictionary, path], stdout=subprocess.PIPE, **quiet).stdout) for path in files)
    print(f'zstd -19, dictionary of {dictionary.stat().st_size}: {peer} bytes')
    reference = work / 'reference'
    subprocess.run([program, 'reference', 'make', train, '--size', str(SIZE), '-o', reference], check=True)
    for level in '-1', '-3', '-6':
        out = work / level
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program, 'c', '-q', '-r', level, '--reference', reference, '--output-dir', out, test], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours = total(path for path in out.rglob('*.lmz'))
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f'lmzip {level}, reference of {reference.stat().st_size}: {ours} bytes, {ours / peer:.3f} of zstd; {1000 * seconds / len(files):.1f} ms of processor time each')


if __name__ == '__main__':
    main()
