"""scripts/prime.py: what a prior is counted and trained on."""
import prime
from exclusion import Exclusions


def test_small_sources_leave_their_shares_to_the_others():
    assert prime.shares({'a': 10, 'b': 10_000, 'c': 40_000, 'd': 0}, 910) == {'a': 9, 'b': 300, 'c': 601, 'd': 0}
    assert prime.shares({'a': 10, 'b': 10_000, 'c': 40_000}, 30_010) == {'a': 10, 'b': 10_000, 'c': 20_000}
    assert prime.shares({'a': 10, 'b': 20}, 1000) == {'a': 10, 'b': 20}


def make(root, name, size):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(bytes([65 + len(name) % 7]) * size)


def test_sources_held_out_are_not_touched_and_samples_not_counted(tmp_path):
    old, new = tmp_path / 'old', tmp_path / 'new'
    for root in (old, new):
        for source in range(60):
            for file in range(10):
                make(root, f'text_en/{root.name}{source}/{file}.txt', 3000 + 10 * file)
    counted, trained = prime.choose([old, new], [new])
    used = {path for path, _, _ in [*sum(counted.values(), []), *trained]}
    held = {p for root in (old, new) for p in (root / 'text_en').iterdir() if prime.key(f'text_en/{p.name}') % prime.HELD_OUT == 0}
    assert held and not any(path.is_relative_to(source) for path in used for source in held)
    assert {path for path, _, _ in trained} and all(path.is_relative_to(new) for path, _, _ in trained)
    assert not {path for path, _, _ in sum(counted.values(), [])} & {path for path, _, _ in trained}
    assert prime.total(sum(counted.values(), [])) <= prime.COUNTED['text_en']
    assert prime.choose([old, new], [new]) == (counted, trained)
    half, _ = prime.choose([old, new], [new], scale=0.001)
    assert prime.total(sum(half.values(), [])) <= 0.001 * prime.COUNTED['text_en']


def test_a_network_can_be_trained_without_what_trains_weights(tmp_path):
    for file in range(40):
        make(tmp_path, f'text_en/many/{file}.txt', 20_000)
    make(tmp_path, 'text_en/few/one.txt', 80_000)
    _, trained = prime.choose([tmp_path], [tmp_path], scale=0.01)
    assert {path.parent.name for path, _, _ in trained} == {'many', 'few'}
    (tmp_path / 'unseen.tsv').write_text('\n'.join(prime.unseen(trained, [tmp_path])) + '\n')
    seen = Exclusions(tmp_path / 'unseen.tsv')
    for path, begin, size in trained:
        name = prime.name_of(path, [tmp_path])
        assert all(end <= begin or b >= begin + size for b, end in seen.kept(name, 0, path.stat().st_size))
    assert seen.kept('text_en/few/one.txt', 0, 80_000) == [(0, 70_000)]
    assert sum(1 for file in range(40) if not seen.kept(f'text_en/many/{file}.txt', 0, 20_000)) == len({p for p, _, _ in trained}) - 1
