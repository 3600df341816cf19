# fish takes its completions.
command -v fish > /dev/null || skip "no fish"
lmzip completion fish > script
fish -n script
