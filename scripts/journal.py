"""What a training run writes down: of its steps, and of the model's evaluations."""
import csv
import os

from exact1 import evaluation


def replace(path, write):
    """Writes a file under another name, then renames it, so that a reader never sees half of it."""
    part = path.with_name(path.name + '.part')
    with open(part, 'wb') as f:
        write(f)
    os.replace(part, path)


def append(path, header, rows):
    new = not path.exists()
    with open(path, 'a', newline='') as f:
        csv.writer(f, lineterminator='\n').writerows(([header] if new else []) + rows)


class Journal:
    """The tables and texts in the folder of a run, of which train.py tells."""

    def __init__(self, out):
        self.out = out

    def trained(self, counts, rate, bits, speed):
        """The mean bits a token since the last call; speed in tokens a second."""
        append(self.out / 'log.csv', ['step', 'seconds', 'tokens', 'rate', 'bits'],
               [[counts.steps, f'{counts.seconds:.1f}', counts.seen, f'{rate:.3e}', f'{bits:.4f}']])
        print(f'step {counts.steps}  {counts.seconds:.0f} s  {counts.seen / 1e6:.1f} M tokens  {speed / 1e3:.1f} k/s  rate {rate:.2e}  '
              f'{bits:.4f} bits', flush=True)

    def evaluated(self, counts, rows):
        text = f'step {counts.steps}, {counts.seen} tokens seen, bits a byte\n{evaluation.report(rows)}'
        replace(self.out / 'model.eval.txt', lambda f: f.write(text.encode()))
        append(self.out / 'eval.csv', ['step', 'seconds', 'domain', 'bytes', 'cold', 'warm'],
               [[counts.steps, round(counts.seconds), d, r['bytes'], f'{r["cold"]:.4f}', f'{r["warm"]:.4f}'] for d, r in rows.items()])
        print(text, end='', flush=True)

    def plot(self):
        """The loss over the tokens seen, where there is a log."""
        if not (self.out / 'log.csv').exists():
            return
        import matplotlib
        matplotlib.use('Agg')
        import matplotlib.pyplot as plt
        with open(self.out / 'log.csv', newline='') as f:
            rows = list(csv.DictReader(f))
        figure, axis = plt.subplots(figsize=(7, 4))
        axis.plot([int(r['tokens']) / 1e6 for r in rows], [float(r['bits']) for r in rows], linewidth=1)
        axis.set(xlabel='million tokens seen', ylabel='bits a token, training streams')
        axis.grid(alpha=0.3)
        figure.savefig(self.out / 'loss.png', dpi=120, bbox_inches='tight')
        plt.close(figure)
