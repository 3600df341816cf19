# An output that takes no more bytes: exit code 1 and a message.
cp "$SAMPLES/text.txt" .
lmzip c -q text.txt
expect 1 "lmzip: /dev/full: cannot write: No space left on device" lmzip c -o /dev/full text.txt
expect 1 "lmzip: /dev/full: cannot write: No space left on device" lmzip d -o /dev/full text.txt.lmz
full() { "$@" > /dev/full; }
expect 1 "lmzip: standard output: cannot write: No space left on device" full lmzip c -c text.txt
expect 1 "lmzip: standard output: cannot write: No space left on device" full lmzip d -c text.txt.lmz
expect 1 "lmzip: standard output: cannot write*" full lmzip l text.txt.lmz
expect 1 "lmzip: standard output: cannot write*" full lmzip --version
expect 1 "lmzip: standard output: cannot write*" full lmzip t --json text.txt.lmz
