# The mode and the times go with the content; nothing is readable for others before it is complete.
cp "$SAMPLES/text.txt" secret
chmod 640 secret
touch -d '2001-02-03 04:05:06.789 UTC' secret
expect 0 "" lmzip c secret
for file in secret secret.lmz; do
  [[ $(stat -c '%a %Y' "$file") == "640 981173106" ]] || die "$(stat -c '%n %a %Y' "$file")"
done
rm secret
expect 0 "" lmzip d secret.lmz
[[ $(stat -c '%a %Y' secret) == "640 981173106" ]] || die "$(stat -c '%a %Y' secret)"

# From a pipe there is nothing to copy: the umask decides.
(umask 027 && lmzip c -o piped.lmz < <(cat secret))
[[ $(stat -c %a piped.lmz) == 640 ]] || die "$(stat -c %a piped.lmz)"

# The input may be a symbolic link; an output that is one is replaced, not followed.
rm -f -- *.lmz
ln -s secret link
expect 0 "" lmzip c link
lmzip d -c link.lmz | cmp - secret
echo precious > precious
ln -sf precious link.lmz
expect 1 "*exists already*" lmzip c link
expect 0 "" lmzip c -f link
[[ ! -L link.lmz && $(< precious) == precious ]]

# With --rm the link goes, not what it points to.
expect 0 "" lmzip c -f --rm link
[[ ! -e link && -e secret ]]
