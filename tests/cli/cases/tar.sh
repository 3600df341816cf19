# As tar's filter, both ways, with options and without.
command -v tar > /dev/null || skip "no tar"
mkdir tree
cp "$SAMPLES"/* tree
tar -I "lmzip --effort fast" -cf tree.tar.lmz tree
mkdir there
tar -I lmzip -xf tree.tar.lmz -C there
diff -r tree there/tree
[[ $(tar -I lmzip -tf tree.tar.lmz | wc -l) == 8 ]]
tar -I 'lmzip -T 2 -m tiny --effort fast' -cf fast.tar.lmz tree
tar -I 'lmzip -T 2' -tf fast.tar.lmz > /dev/null
tar c tree | lmzip c -m tiny | lmzip d | tar x -C there
diff -r tree there/tree
# One command with options of compression, both ways; a model that is not what the file needs.
tar -I 'lmzip --effort fast -1 --frame-size 64K' -cf fast.tar.lmz tree
for options in "--effort max" "-9" "--method lm -T 1" "-m tiny" "--lanes 2 --verify -k"; do
  [[ $(tar -I "lmzip $options" -tf fast.tar.lmz | wc -l) == 8 ]] || die "$options"
done
