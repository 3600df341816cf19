// What the help of lmzip and of its commands says below the options.
#pragma once

namespace lmzip {

inline constexpr char kHelpText[] =
    "Without a command, lmzip is a filter: it compresses standard input to standard\n"
    "output; -d decompresses, -t tests, -l lists. Flags may be joined: lmzip -dc FILE.\n"
    "unlmz is lmzip -d, lmzcat is lmzip -dcf.\n"
    "\n"
    "Examples:\n"
    "  lmzip c notes.txt               notes.txt.lmz beside it; notes.txt stays\n"
    "  lmzip d notes.txt.lmz           back again\n"
    "  lmzip t *.lmz; lmzip l *.lmz    check; list\n"
    "  lmzip c -r -v dataset/          every file of a folder\n"
    "  tar -I lmzip -cf photos.tar.lmz photos; tar -I lmzip -xf photos.tar.lmz\n"
    "  tar c photos | lmzip | ssh host 'lmzip -d | tar x'\n"
    "\n"
    "Exit codes: 0 done; 1 wrong usage, a failed file, a limit, a missing model;\n"
    "  2 damaged or truncated input; 3 a bug in lmzip. Of many files the worst counts.\n"
    "\n"
    "Environment: LMZIP_MODEL_PATH (folders to search for models first),\n"
    "  LMZIP_ISA (portable, avx2 or avx512vnni; on AArch64 portable, neon, neondot or\n"
    "  neoni8mm), LMZIP_TORCH_PLUGIN, LMZIP_TOKENIZER_PLUGIN and LMZIP_PEERS_PLUGIN\n"
    "  (files of the plug-ins). See the manual page lmzip(1).\n";

inline constexpr char kCompressText[] =
    "SIZE: bytes, or with K, M, G (powers of 1024). Of contradictory options the last\n"
    "counts. The output is the same for every number of threads.\n"
    "\n"
    "Examples:\n"
    "  lmzip c notes.txt               notes.txt.lmz beside it; notes.txt stays\n"
    "  lmzip c -9 -o small.lmz notes.txt\n"
    "  lmzip c --rm -r -v dataset/     every file of a folder, in its place\n"
    "  lmzip c -r --skip-existing --output-dir out --exclude '*.tmp' dataset/\n"
    "                                  goes on with what was interrupted\n"
    "  lmzip c -r --dry-run dataset/   how much, about how small, about how long\n"
    "  find . -name '*.log' -print0 | lmzip c --files0 -\n"
    "  tar c photos | lmzip c > photos.tar.lmz\n";

inline constexpr char kDecompressText[] =
    "The model is found by what the file says. Options of compression are accepted and\n"
    "ignored, so that one command serves tar both ways.\n"
    "\n"
    "Examples:\n"
    "  lmzip d notes.txt.lmz           notes.txt beside it\n"
    "  lmzip d -c notes.txt.lmz | less\n"
    "  lmzip d -cf *.lmz notes.txt     what is not compressed comes as it is (lmzcat)\n"
    "  lmzip d < photos.tar.lmz | tar x\n"
    "  lmzip d --range 1M:64K -o part.txt notes.txt.lmz   64 KiB from the middle\n"
    "  lmzip d --keep-going hurt.lmz   saves what is whole of a damaged file\n";

inline constexpr char kTestText[] =
    "Says nothing of files that are whole, unless -v is given; of others what is wrong\n"
    "and where, with exit code 2.\n"
    "\n"
    "Examples:\n"
    "  lmzip t *.lmz && echo all fine\n"
    "  lmzip t -r -v archive/          every .lmz file of a folder\n"
    "  lmzip t --keep-going hurt.lmz   lists all damage instead of the first\n";

inline constexpr char kListText[] =
    "Reads headers only and needs no model: it does not tell whether the data is whole\n"
    "(lmzip t does).\n"
    "\n"
    "Examples:\n"
    "  lmzip l *.lmz                   a row a file, and their total\n"
    "  lmzip l -v notes.txt.lmz        a row a frame: where, how large, which method\n"
    "  lmzip l --json -r archive/ | jq .ratio\n";

inline constexpr char kBenchText[] =
    "Encodes and decodes the first frame of each FILE in memory and tells where the time\n"
    "goes: the model's products, attention and rest, the coder (with the mixer), reading\n"
    "and writing.\n"
    "\n"
    "Examples:\n"
    "  lmzip bench notes.txt\n"
    "  lmzip bench -T 1 --method lm notes.txt   the model alone, on one core\n"
    "  tar c photos | lmzip bench --frame-size 1M -\n";

inline constexpr char kViewText[] =
    "Shows what each byte of FILE would cost, without compressing it: -log2 of the\n"
    "probability that it had, in bits. On a terminal, colours behind the bytes, through\n"
    "$PAGER (NO_COLOR, COLORTERM and TERM are heeded); control characters appear as\n"
    "pictures. The page of --html needs nothing beside it. --csv and --npy have the bits\n"
    "of every byte by the network alone, by the mixer and by what codes it; --json has\n"
    "sums. A token's bits stand at its first byte, those of a long repetition, too;\n"
    "--by token spreads them over its bytes, and lists tokens with --csv. --by part\n"
    "measures up to 256 KiB of FILE without the network, without the mixer, without each\n"
    "part of the mixer and without the models of kinds of data.\n"
    "\n"
    "Examples:\n"
    "  lmzip view notes.txt\n"
    "  lmzip view --html notes.html -m large --effort max notes.txt\n"
    "  lmzip view --method lm --csv notes.txt > bits.csv\n";

inline constexpr char kSampleText[] =
    "Random bits, decompressed as if they were a file: what the model takes for likely,\n"
    "at most 64 MiB with the prompt, which is not repeated. With a temperature other than\n"
    "1, or with --top-p, probabilities are changed: those of tokens or, where a model has\n"
    "bytes, those of each of their bits. Control characters are shown, not sent, on a\n"
    "terminal. --method mix samples the mixer alone, which knows what its prior and the\n"
    "prompt taught it.\n"
    "\n"
    "Examples:\n"
    "  lmzip sample -n 500 --prompt story.txt\n"
    "  lmzip sample -n 2000 --seed 7 --method lm -m large > made.txt\n"
    "  head -c 60K song.pgm | lmzip sample -n 30K --method mix --prompt - -o rest.raw\n";

inline constexpr char kEvalText[] =
    "A row a method, for each domain: the folder that holds a file, or the first below\n"
    "PATH. bytes, coded: what `lmzip c` makes of it; chunks of 2048 bytes are `--method lm\n"
    "--chunk 2048`, of what learns by mixing `--frame-size 2048`, headers and all; of\n"
    "other compressors one header counts. Unbounded, lm has one lane and one start. Rates\n"
    "are coded by raw size: as it is, with the model's file, and with two bytes for each\n"
    "of its parameters, which is how the paper counts; with bits a byte, their\n"
    "cross-entropy, and what the coder adds to that. The model with lost bits sees what\n"
    "one of ASCII would: text without the top bits of other characters, other data\n"
    "without low bits; scaled: what is left stands for all, as in the paper's code;\n"
    "counted: each is a bit, as in its text.\n"
    "\n"
    "Examples:\n"
    "  lmzip eval notes.txt\n"
    "  lmzip eval data/ -m base -m large --method lm --resume made.jsonl --markdown\n"
    "  lmzip eval --data paper --chunk 2048 images/ speech/ --csv -o table.csv\n";

inline constexpr char kReferenceText[] =
    "Makes a reference for `c --reference` out of files that are alike, as many small\n"
    "ones are: pieces that have most in common with other files and least with each\n"
    "other, the best last. Mixers learn a reference's last 64 KiB before a file begins.\n"
    "Of more than 64 MiB every n-th file is read, of each at most 1 MiB. -v tells how\n"
    "many pieces there are, -vv which.\n"
    "\n"
    "Examples:\n"
    "  lmzip reference make records/ -o typical\n"
    "  lmzip c -r -3 --reference typical records/\n";

inline constexpr char kModelsText[] =
    "list: the models that are found, with their ids; show: what a model's file says of\n"
    "itself; verify: whether every engine and instruction set of this machine computes\n"
    "what the model's author got.\n"
    "\n"
    "Examples:\n"
    "  lmzip models\n"
    "  lmzip models show large\n"
    "  lmzip models verify ./my-model.pt\n";

inline constexpr char kCompletionText[] =
    "Examples:\n"
    "  . <(lmzip completion bash)      for this shell\n"
    "  lmzip completion fish > ~/.config/fish/completions/lmzip.fish\n";

}  // namespace lmzip
