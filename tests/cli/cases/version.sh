lmzip --version
lmzip -V | cmp - <(lmzip --version)
