"""scripts/paper/TUTORIAL.md: its commands run as they stand there, on a small model."""
import os
import pathlib
import subprocess
import sys

import pytest

transformers = pytest.importorskip('transformers')
import torch                                                                # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / 'build/release'


def commands():
    lines = (ROOT / 'scripts/paper/TUTORIAL.md').read_text().splitlines()
    return [line.strip() for line in lines if line.startswith('    ')]


def test_ten_commands(tmp_path):
    if not (BUILD / 'liblmzip_torch.so').exists():
        pytest.skip('the torch engine is not built')
    torch.manual_seed(1)
    config = transformers.GPT2Config(vocab_size=257, n_positions=64, n_embd=48, n_layer=1, n_head=3, bos_token_id=256, eos_token_id=256)
    transformers.GPT2LMHeadModel(config).save_pretrained(tmp_path / 'model')
    for name in ('README.md', 'scripts'):
        (tmp_path / name).symlink_to(ROOT / name)
    here = {**os.environ, 'MODEL': str(tmp_path / 'model'), 'PATH': f'{BUILD}:{pathlib.Path(sys.executable).parent}:{os.environ["PATH"]}'}
    assert len(commands()) == 10
    outputs = {}
    for command in commands():
        done = subprocess.run(['bash', '-c', command], cwd=tmp_path, env=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, (command, done.stderr)
        outputs[command.split()[1]] = done.stdout
    assert b'pinned' in outputs['models'] and b'mine' in outputs['eval'] and len(outputs['sample']) == 200
    assert (tmp_path / 'back.txt').read_bytes() == (ROOT / 'README.md').read_bytes()[:3000]
    assert (tmp_path / 'notes.html').stat().st_size > 3000
    assert len((tmp_path / 'tokens.csv').read_text().splitlines()) > 2000
