# The commands of the pages for users, each as it stands there, in a folder with the files that they name.
root=$(realpath "$HERE/../..")
pages=("$root/README.md" "$root/src/cli/GUIDE.md")
export LMZIP_MODEL_PATH=$root/models

mkdir -p dataset/deep photos records src bin
cp "$SAMPLES/text.txt" notes.txt
cp "$SAMPLES/text.txt" dataset/deep/a.txt
head -c 3000 "$root/README.md" > dataset/b.md
echo junk > dataset/c.tmp
cp "$SAMPLES"/* photos
cp "$root"/src/base/*.h src
for i in 1 2 3; do echo "{\"id\": $i, \"name\": \"record\"}" > "records/$i.json"; done
tar -cf v1.tar src && tar -cf v2.tar src notes.txt && cp v2.tar dataset.tar
cp "$TINY" mine.pt

# Without the plug-in of other compressors, which not every build has, no comparison.
if lmzip eval records -m tiny > /dev/null 2>&1; then has_peers=true; else has_peers=false; fi

# Another machine, which is this one, with a folder of its own.
cat > bin/ssh << 'EOF'
#!/bin/sh
mkdir -p "$1" && cd "$1" && exec sh -c "$2"
EOF
chmod +x bin/ssh
PATH=$PWD/bin:$PATH

# What runs elsewhere: the begin of the command, and where.
declare -A elsewhere=(
  ["pip install ./src/python"]=tests/wheel/run.sh
  ["scripts/package.sh"]=scripts/check_reach.sh
  ["scripts/quickstart.sh"]=scripts/quickstart.sh  # it installs and builds
  ["scripts/test.sh"]=.ci/run
  ["find_package("]=tests/package
  ["target_link_libraries("]=tests/package
  ["cc program.c"]=tests/package
)
is_elsewhere() {
  local command
  for command in "${!elsewhere[@]}"; do
    [[ $1 != "$command"* ]] || { [[ -e $root/${elsewhere[$command]} ]] && return 0; }
  done
  return 1
}

# run LINE: what it writes must not be there.
run() {
  case $1 in
    "lmzip d "*" -c "* | "lmzip d "*" -o "*) ;;
    "lmzip reference make "*) rm -f typical ;;
    "lmzip d "*.lmz) rm -f "$(basename "${1##* }" .lmz)" ;;
    "lmzip c -r "*) find dataset records -name '*.lmz' -delete ;;
    "lmzip c "*) rm -f notes.txt.lmz v2.tar.lmz dataset.tar.lmz ;;
  esac
  bash -o pipefail -c "$1" > "$SCRATCH/out" 2>&1 < /dev/null || die "$1: $(tail -n 3 "$SCRATCH/out")"
}

# The lines of indented blocks, without remarks, that are no part of fenced ones.
commands_of() { awk '/^```/ { fenced = !fenced } /^    [^ ]/ && !fenced' "$1" | sed -E 's/^ +//; s/ +# .*//'; }

for page in "${pages[@]}"; do
  count=0
  while IFS= read -r line; do
    if is_elsewhere "$line"; then continue; fi
    if [[ $line == "lmzip eval"* ]] && ! "$has_peers"; then continue; fi
    run "$line"
    count=$((count + 1))
  done < <(commands_of "$page")
  ((count > 10)) || die "$page has $count commands"
done
cmp notes.txt "$SAMPLES/text.txt"
[[ -e host/photos ]] || die "nothing arrived"
