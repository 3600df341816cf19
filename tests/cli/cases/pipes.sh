# cat f | lmzip c | lmzip d gives f: every kind of content, by every method and by the default.
: > empty
printf x > one
cp "$SAMPLES"/* .
for file in *; do
  round_trip "$file"
  for method in auto lm mix lm+mix store; do round_trip "$file" -m tiny --method "$method"; done
  for effort in fast max; do round_trip "$file" -m tiny --effort "$effort"; done
done

# Without a command, as filters are called.
lmzip < text.txt | lmzip -d | cmp - text.txt
lmzip -k < text.txt | lmzip -dc | cmp - text.txt
lmzip - < text.txt > text.lmz
lmzip -t < text.lmz
lmzip -l < text.lmz | grep 'standard input' > /dev/null
lmzip c - < text.txt | lmzip d - | cmp - text.txt

# Compression compresses, and what cannot be compressed grows by little.
(($(lmzip c < text.txt | wc -c) * 2 < $(file_size text.txt))) || die "text is not compressed"
(($(lmzip c < random.bin | wc -c) <= 4000 + 4 + 64)) || die "random bytes grow"
(($(lmzip c < empty | wc -c) <= 32)) || die "empty input has a large frame"
(($(lmzip c < one | wc -c) <= 1 + 32)) || die "one byte has a large frame"
