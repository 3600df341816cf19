"""scripts/wrap_hf.py: small random models of transformers, wrapped, against transformers and through lmzip."""
import os
import pathlib
import subprocess

import pytest
import torch

transformers = pytest.importorskip('transformers')
import wrap_hf                                                              # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / 'tests/cli/samples'


def gpt2(**changes):
    config = transformers.GPT2Config(**{'vocab_size': 257, 'n_positions': 64, 'n_embd': 48, 'n_layer': 2, 'n_head': 3, 'bos_token_id': 256,
                                        'eos_token_id': 256, 'initializer_range': 0.3} | changes)
    torch.manual_seed(1)
    return transformers.GPT2LMHeadModel(config)


def llama(**changes):
    config = transformers.LlamaConfig(**{'vocab_size': 256, 'max_position_embeddings': 64, 'hidden_size': 48, 'intermediate_size': 80,
                                         'num_hidden_layers': 2, 'num_attention_heads': 4, 'num_key_value_heads': 2, 'head_dim': 12,
                                         'initializer_range': 0.3, 'tie_word_embeddings': False, 'bos_token_id': None} | changes)
    torch.manual_seed(2)
    return transformers.LlamaForCausalLM(config)


MODELS = {'gpt2': gpt2, 'llama': llama}


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]().eval()


def expected(model, tokens):
    with torch.no_grad():
        return model(input_ids=tokens).logits[..., :256]


def test_steps_give_the_logits_of_transformers(model):
    wrapped = wrap_hf.wrap(model, 256)
    tokens = torch.randint(0, 256, (3, 40), generator=torch.Generator().manual_seed(3))
    state = wrapped.init(3)
    with torch.no_grad():
        rows = []
        for t in range(40):
            logits, state = wrapped(tokens[:, t:t + 1], state)
            rows.append(logits)
    torch.testing.assert_close(torch.cat(rows, 1), expected(model, tokens), rtol=1e-3, atol=1e-3)


def test_the_start_token_is_the_models_own():
    with torch.no_grad():
        model = gpt2().eval()
        logits, _ = (wrapped := wrap_hf.wrap(model, 256))(torch.tensor([[256]]), wrapped.init(1))
        torch.testing.assert_close(logits, expected(model, torch.tensor([[256]])), rtol=1e-3, atol=1e-3)
        model = llama().eval()          # has none: token 0
        logits, _ = (wrapped := wrap_hf.wrap(model, 256))(torch.tensor([[256]]), wrapped.init(1))
        torch.testing.assert_close(logits, expected(model, torch.tensor([[0]])), rtol=1e-3, atol=1e-3)


def test_a_full_window_goes_on_from_its_newer_half(model):
    wrapped = wrap_hf.wrap(model, 256, window=16)
    tokens = torch.randint(0, 256, (1, 30), generator=torch.Generator().manual_seed(4))
    state = wrapped.init(1)
    with torch.no_grad():
        for t in range(30):
            logits, state = wrapped(tokens[:, t:t + 1], state)
            # After 16 tokens, and again after each 8 more, 8 remain.
            begin = 0 if t < 16 else 8 + 8 * ((t - 16) // 8)
            torch.testing.assert_close(logits[:, 0], expected(model, tokens[:, begin:t + 1])[:, -1], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize('make, message', [
    (lambda: gpt2(activation_function='tanh'), 'activation tanh'),
    (lambda: gpt2(scale_attn_by_inverse_layer_idx=True), 'scaling'),
    (lambda: llama(hidden_act='gelu'), 'activation gelu'),
    (lambda: gpt2(vocab_size=200, bos_token_id=None), '256 tokens are wanted'),
])
def test_what_is_not_supported_is_refused(make, message):
    with pytest.raises(wrap_hf.WrapError, match=message):
        wrap_hf.wrap(make(), 256)


def lmzip():
    """The program, and whether its torch engine is there; else the test is skipped."""
    program = pathlib.Path(os.environ.get('LMZIP', ROOT / 'build/release/lmzip'))
    if not program.exists():
        pytest.skip(f'{program} is not built; $LMZIP names another')
    if not (program.parent / 'liblmzip_torch.so').exists():
        pytest.skip('the torch engine is not built')
    return program


def run(*command, code=0):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stderr


def test_a_wrapped_model_compresses_and_restores(model, tmp_path):
    program = lmzip()
    model.save_pretrained(tmp_path / 'hf')
    script = ROOT / 'scripts/wrap_hf.py'
    run(os.sys.executable, script, tmp_path / 'hf', '-o', tmp_path / 'small.pt', '--window', '48')
    text = (SAMPLES / 'text.txt').read_bytes()[:1000]
    (tmp_path / 'text').write_bytes(text)
    for method in ('lm', 'lm+mix'):
        options = ('-m', tmp_path / 'small.pt', '--force')
        run(program, 'c', *options, '-T', '2', '--method', method, '-o', tmp_path / 'text.lmz', tmp_path / 'text')
        run(program, 'd', *options, '-T', '2', '-o', tmp_path / 'back', tmp_path / 'text.lmz')
        assert (tmp_path / 'back').read_bytes() == text
        if method == 'lm+mix':
            assert (tmp_path / 'text.lmz').stat().st_size < len(text)
            why = run(program, 'd', *options, '-T', '1', '-o', tmp_path / 'never', tmp_path / 'text.lmz', code=1)
            assert 'threads is 1, was 2' in why and not (tmp_path / 'never').exists()


def test_a_llama_with_its_tokenizer(tmp_path):
    sentencepiece = pytest.importorskip('sentencepiece')
    program = lmzip()
    text = (SAMPLES / 'text.txt').read_bytes()[:1500]
    # As Llama's: a dummy prefix, unknown token, start and end.
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text.decode().splitlines() * 5), model_prefix=str(tmp_path / 'sp'), vocab_size=320, model_type='bpe',
        byte_fallback=True, normalization_rule_name='identity', hard_vocab_limit=False, character_coverage=0.98, minloglevel=2)
    sp = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / 'sp.model'))
    model = llama(vocab_size=sp.vocab_size() + 8, bos_token_id=sp.bos_id()).eval()
    model.save_pretrained(tmp_path / 'hf')
    run(os.sys.executable, ROOT / 'scripts/wrap_hf.py', tmp_path / 'hf', '-o', tmp_path / 'llama.pt', '--tokenizer', tmp_path / 'sp.model')
    (tmp_path / 'text').write_bytes(text[:400] + b'\xff\0 \xe2\x96\x81 \xc3' + text[400:])
    options = ('-m', tmp_path / 'llama.pt', '-T', '1', '--method', 'lm')
    run(program, 'c', *options, '-o', tmp_path / 'text.lmz', tmp_path / 'text')
    run(program, 'd', *options[:4], '-o', tmp_path / 'back', tmp_path / 'text.lmz')
    assert (tmp_path / 'back').read_bytes() == (tmp_path / 'text').read_bytes()


def test_byte_level_tokenizers_are_refused(tmp_path):
    (tmp_path / 'tokenizer.json').write_text('{"version": "1.0"}')
    with pytest.raises(wrap_hf.WrapError, match='byte-level'):
        wrap_hf.tokenizer_files(tmp_path / 'tokenizer.json')
