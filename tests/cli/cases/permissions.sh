# What permissions forbid: a message each, and everything else is done.
require_permissions
cp "$SAMPLES/text.txt" .
chmod 000 text.txt
expect 1 "lmzip: text.txt: cannot open: Permission denied" without_privileges lmzip c text.txt
chmod 644 text.txt
mkdir locked && cp text.txt locked && chmod 555 locked
expect 1 "lmzip: locked/text.txt.lmz: cannot create: Permission denied" without_privileges lmzip c locked/text.txt
without_privileges lmzip c -c locked/text.txt | lmzip d | cmp - text.txt

# A folder that cannot be read stops neither its neighbours nor what comes after it.
mkdir -p tree/a/b tree/c
cp text.txt tree/a/one.txt
cp text.txt tree/a/b/two.txt
: > tree/c/empty
chmod 000 tree/a/b
expect 1 "*tree/a/b: cannot list: Permission denied*" without_privileges lmzip c -r tree
chmod 755 tree/a/b
[[ -e tree/a/one.txt.lmz && -e tree/c/empty.lmz && ! -e tree/a/b/two.txt.lmz ]]
