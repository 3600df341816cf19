# What an installation holds besides the program: links, pages, completions, what the files are.
build=$(dirname "$(realpath "$(command -v lmzip)")")
[[ -e $build/cmake_install.cmake ]] || skip "the program stands alone"
command -v cmake > /dev/null || skip "no cmake"
cmake --install "$build" --component program --prefix "$PWD/prefix" > log || die "$(< log)"
cp "$SAMPLES/text.txt" .
prefix/bin/lmzip c text.txt
prefix/bin/lmzcat text.txt.lmz text.txt | cmp - <(cat text.txt text.txt)
rm text.txt && prefix/bin/unlmz text.txt.lmz && cmp text.txt "$SAMPLES/text.txt"
[[ $(readlink prefix/bin/lmzcat) == lmzip ]]
for name in lmzip lmzcat unlmz; do
  cmp "prefix/share/man/man1/$name.1" "$HERE/../../src/cli/lmzip.1"
  cmp "prefix/share/bash-completion/completions/$name" <(lmzip completion bash)
  cmp "prefix/share/fish/vendor_completions.d/$name.fish" <(lmzip completion fish)
done
cmp prefix/share/zsh/site-functions/_lmzip <(lmzip completion zsh)
[[ -e prefix/share/lmzip/lmzip.magic && -e prefix/share/mime/packages/lmzip.xml ]]
