"""What the tokens of a SentencePiece model stand for: all that a decoder needs of it."""
MAX_TOKEN_BYTES = 64


def processor(tokenizer):
    """`tokenizer`: the bytes of a SentencePiece model."""
    import sentencepiece
    try:
        return sentencepiece.SentencePieceProcessor(model_proto=tokenizer)
    except RuntimeError as error:
        raise ValueError(f"not a SentencePiece model: {error}") from None


def count(tokenizer):
    return processor(tokenizer).vocab_size()


def token_bytes(sp, token):
    """The bytes that `token` stands for; none for a token that no content uses."""
    piece = sp.id_to_piece(token)
    if sp.is_byte(token):  # "<0x41>"
        return bytes([int(piece[3:5], 16)])
    if sp.is_unknown(token) or sp.is_control(token) or sp.is_unused(token):
        return b""
    return piece.replace("\u2581", " ").encode()


def table(tokenizer):
    """The member tokens.bin: for each token a byte that says how many bytes follow."""
    sp = processor(tokenizer)
    every = [token_bytes(sp, token) for token in range(sp.vocab_size())]
    if max(map(len, every)) > MAX_TOKEN_BYTES:
        raise ValueError(f"a token of more than {MAX_TOKEN_BYTES} bytes")
    if len({b for b in every if len(b) == 1}) != 256:
        raise ValueError("a byte has no token: the vocabulary must be trained with byte fallback")
    return b"".join(bytes([len(b)]) + b for b in every)
