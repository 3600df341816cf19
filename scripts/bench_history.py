#!/usr/bin/env python3
"""Measures lmzip on files and appends what it finds to tests/bench/history.csv.

usage: bench_history.py [--program LMZIP] [--history CSV] [--isa NAME]... [--threads N]... [--method NAME]... FILE...

One row a file, instruction set, thread count and method, from `lmzip bench --json`. Instruction sets that the machine lacks are
passed over. Compare rows of one day and machine only: run the program of the commit before as well, with --program.
"""
import argparse
import csv
import datetime
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = ['date', 'commit', 'cpu', 'isa', 'threads', 'method', 'model', 'file', 'raw_bytes', 'coded_bytes', 'encode_kb_per_s',
           'decode_kb_per_s', 'encode_share_of_int8_peak', 'decode_share_of_int8_peak', 'int8_peak_gops_a_core', 'peak_memory_kib']


def cpu():
    with open('/proc/cpuinfo') as info:
        return next((line.split(':', 1)[1].strip() for line in info if line.startswith('model name')), 'unknown')


def commit():
    found = subprocess.run(['git', '-C', ROOT, 'describe', '--always', '--dirty'], capture_output=True, text=True)
    return found.stdout.strip() or 'unknown'


def measure(program, files, isa, threads, method):
    """Rows of one run; none when the machine lacks `isa`."""
    run = subprocess.run([program, 'bench', '--json', '--method', method, '-T', str(threads), *files], capture_output=True, text=True,
                         env={**os.environ, 'LMZIP_ISA': isa})
    if run.returncode != 0 and 'this machine has' in run.stderr:
        return []
    if run.returncode != 0:
        raise SystemExit(f'bench_history.py: {run.stderr.strip()}')
    result = json.loads(run.stdout)
    return [{'isa': isa, 'threads': threads, 'method': f['method'], 'model': result['model'], 'file': pathlib.Path(f['file']).name,
             'raw_bytes': f['raw_bytes'], 'coded_bytes': f['coded_bytes'],
             'encode_kb_per_s': round(f['encode']['kb_per_s'], 1), 'decode_kb_per_s': round(f['decode']['kb_per_s'], 1),
             'encode_share_of_int8_peak': round(f['encode']['share_of_int8_peak'], 3),
             'decode_share_of_int8_peak': round(f['decode']['share_of_int8_peak'], 3),
             'int8_peak_gops_a_core': round(result['int8_peak_gops_a_core'], 1), 'peak_memory_kib': result['peak_memory_kib']}
            for f in result['files']]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('files', nargs='+', metavar='FILE')
    p.add_argument('--program', default=ROOT / 'build/release/lmzip')
    p.add_argument('--history', default=ROOT / 'tests/bench/history.csv', type=pathlib.Path)
    p.add_argument('--isa', action='append', choices=['portable', 'avx2', 'avx512vnni'], help='default: avx2 and avx512vnni')
    p.add_argument('--threads', action='append', type=int, help='default: 1 and 2')
    p.add_argument('--method', action='append', choices=['lm', 'lm+mix', 'mix'], help='default: all')
    a = p.parse_args()
    about = {'date': datetime.date.today().isoformat(), 'commit': commit(), 'cpu': cpu()}
    rows = [about | row for isa in a.isa or ['avx2', 'avx512vnni'] for threads in a.threads or [1, 2]
            for method in a.method or ['lm', 'lm+mix', 'mix'] for row in measure(a.program, a.files, isa, threads, method)]
    new = not a.history.exists()
    with open(a.history, 'a', newline='') as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator='\n')
        if new:
            writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print(' '.join(str(row[c]) for c in COLUMNS[3:14]))


if __name__ == '__main__':
    main()
