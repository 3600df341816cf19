# The manual page formats without a warning.
command -v groff > /dev/null || skip "no groff"
groff -man -Tutf8 -ww "$HERE/../../src/cli/lmzip.1" 2> "$SCRATCH/err" > /dev/null
[[ ! -s $SCRATCH/err ]] || die "$(< "$SCRATCH/err")"
