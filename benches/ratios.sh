#!/usr/bin/env bash
# The goals for speed and memory, measured: ratios of wall time against rg and cat on the same files in the page cache,
# peak memory, start-up. The two commands of a ratio take turns, so that a drift of the machine hits both.
# Usage: benches/ratios.sh [MIB] [RUNS]
#   1024 and 5 unless told; needs rg, /usr/bin/time (package time), and about seven times MIB of space in TMPDIR.
#   FILES=20000, TOOL and LOGS (built programs) may be set.
set -euo pipefail
cd "$(dirname "$0")/.."

mib=${1:-1024}
runs=${2:-5}
files=${FILES:-20000}
for needed in "rg ripgrep" "cat coreutils" "/usr/bin/time time"; do
    set -- $needed
    command -v "$1" >/dev/null || { echo "ratios: there is no $1; install the package $2"; exit 1; }
done
if [ -z "${TOOL:-}" ] || [ -z "${LOGS:-}" ]; then
    cargo build --release --features generator
fi
tool=${TOOL:-target/release/spdoctor}
logs=${LOGS:-target/release/generate-logs}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

generate() { "$logs" bulk --out "$@"; }
bulk=(--bytes $((mib << 20)) --line-bytes 150 --refused-percent 1)
# One site after the other, as psconfig goes through a farm that misses 40 web parts and features; and the hardest log
# there is: nearly every line names another site, and nearly every warning another web part.
generate "$room/upgrade.log" --format upgrade-2010 "${bulk[@]}"
generate "$room/random.log" --format upgrade-2010 "${bulk[@]}" --objects at-random --missing 1000000
generate "$room/uls.log" --format uls "${bulk[@]}"
"$logs" many --files "$files" --bytes-each 50000 --format upgrade-2010 --out "$room/many"
sed -n 's/^literals = \["\(.*\)"\]$/\1/p' src/catalogue/rules/*.toml | tr -d '\\' | sed 's/", "/\n/g' | sort -u > "$room/literals"

# What is still to be written to a disk would be written while something is measured.
sync

microseconds() {
    local before after
    before=$(date +%s%N)
    "$@" > "$room/out" 2>&1 || true
    after=$(date +%s%N)
    echo $(((after - before) / 1000))
}
# Read and thrown away: a copy that is written somewhere would take several times as long.
cat_all() { find "$1" -type f -name '*.log' -exec cat {} + > /dev/null; }
row() { printf '| %-48s | %-10s | %9s | %9s | %9s |\n' "$@"; }
# Reads one value a line; writes name, goal, minimum, median, maximum.
summary() {
    sort -n | awk -v name="$1" -v goal="$2" '{ value[NR] = $1 }
        END { printf "| %-48s | %-10s | %9.2f | %9.2f | %9.2f |\n", name, goal, value[1], value[int((NR + 1) / 2)], value[NR] }'
}
# name, goal, two command lines separated by `vs`.
compare() {
    local name=$1 goal=$2 ours=() theirs=() a b
    shift 2
    while [ "$1" != vs ]; do ours+=("$1"); shift; done
    shift
    theirs=("$@")
    "${ours[@]}" > "$room/out" 2>&1 || true
    "${theirs[@]}" > "$room/out" 2>&1 || true
    for ((run = 0; run < runs; run++)); do
        a=$(microseconds "${ours[@]}")
        b=$(microseconds "${theirs[@]}")
        awk "BEGIN { printf \"%.4f\n\", $a / $b }"
    done | summary "$name" "$goal"
}
diagnose() { echo "$tool" upgrade "$@" --format json -q --fail-on never -o "$room/report.json"; }
peak() { /usr/bin/time -f %M -o "$room/peak" $(diagnose "$@") && awk '{ printf "%.1f\n", $1 / 1024 }' "$room/peak"; }
memory() {
    local name=$1 goal=$2 file=$3
    for ((run = 0; run < (runs < 3 ? runs : 3); run++)); do peak "$file"; done | summary "$name" "$goal"
}

upgrade=($(diagnose "$room/upgrade.log"))
random=($(diagnose "$room/random.log"))
uls=($(diagnose "$room/uls.log"))
row work goal min median max
printf '|%s|%s|%s|%s|%s|\n' "$(printf -- '-%.0s' {1..50})" "$(printf -- '-%.0s' {1..12})" ----------: ----------: ----------:
compare "upgrade log, $mib MiB / rg -c -F" '<= 4.0' "${upgrade[@]}" vs rg -c -F dictSitesNeedUpgrade "$room/upgrade.log"
compare "upgrade log, $mib MiB / cat" '' "${upgrade[@]}" vs cat_all "$room/upgrade.log"
compare "upgrade log, $mib MiB / rg -c -F -f literals" '<= 0.2' "${upgrade[@]}" vs rg -c -F -f "$room/literals" "$room/upgrade.log"
compare "the same at random / rg -c -F" '<= 4.0' "${random[@]}" vs rg -c -F dictSitesNeedUpgrade "$room/random.log"
compare "the same at random / rg -c -F -f literals" '<= 0.2' "${random[@]}" vs rg -c -F -f "$room/literals" "$room/random.log"
compare "ULS, $mib MiB / rg -c -F" '<= 5.0' "${uls[@]}" vs rg -c -F dictSitesNeedUpgrade "$room/uls.log"
compare 'upgrade log, one thread / two' '>= 1.8' "${upgrade[@]}" --threads 1 vs "${upgrade[@]}" --threads 2
compare 'the same at random, one thread / two' '>= 1.8' "${random[@]}" --threads 1 vs "${random[@]}" --threads 2
compare 'ULS, one thread / two' '>= 1.8' "${uls[@]}" --threads 1 vs "${uls[@]}" --threads 2
compare "$files files of 50 KB / cat of all" '<= 2.0' $(diagnose "$room/many") vs cat_all "$room/many"

memory "peak MiB, upgrade log of $mib MiB" '<= 64 + f' "$room/upgrade.log"
memory "peak MiB, the same at random" '<= 64 + f' "$room/random.log"
printf '| %-48s | %-10s | %9s | %9.1f | %9s |\n' "  its JSON report in MiB, for comparison" f "" \
    "$(awk "BEGIN { print $(stat -c %s "$room/report.json") / 1048576 }")" ""
memory "peak MiB, ULS of $mib MiB" '<= 64 + f' "$room/uls.log"
memory "peak MiB, $files files" '<= 64 + f' "$room/many"
printf '| %-48s | %-10s | %9s | %9.1f | %9s |\n' "  its JSON report in MiB, for comparison" f "" \
    "$(awk "BEGIN { print $(stat -c %s "$room/report.json") / 1048576 }")" ""
rm -rf "$room/many" "$room/upgrade.log" "$room/random.log" "$room/uls.log"

# A line of so many million bytes between two records; a file of nothing but refused lines.
long_line() {
    local head='[OWSTIMER] [SPContentDatabaseSequence] [DEBUG] [3/14/2026 10:00:03 PM]: '
    { printf '%sfirst\n%s' "$head" "$head"; head -c "$1" /dev/zero | tr '\0' x; printf '\n%slast\n' "$head"; } > "$room/long-$2.log"
}
generate "$room/small.log" --format upgrade-2010 --bytes $((16 << 20)) --refused-percent 1
memory 'peak MiB, upgrade log of 16 MiB' '<= 64 + f' "$room/small.log"
long_line 100000000 1
long_line 200000000 2
memory 'peak MiB, a line of 100 MB' '<= 64 + f' "$room/long-1.log"
compare 'a line of 200 MB / of 100 MB' 'about 2' $(diagnose "$room/long-2.log") vs $(diagnose "$room/long-1.log")
generate "$room/refused-1.log" --format upgrade-2010 --bytes 100000000 --refused-percent 100
generate "$room/refused-2.log" --format upgrade-2010 --bytes 200000000 --refused-percent 100
memory 'peak MiB, only refused lines, 100 MB' '<= 64 + f' "$room/refused-1.log"
compare 'only refused lines, 200 MB / 100 MB' 'about 2' $(diagnose "$room/refused-2.log") vs $(diagnose "$room/refused-1.log")
# Every line another site: what one more of them costs.
generate "$room/sites-1.log" --format upgrade-2010 --bytes 170000000 --refused-percent 100 --sites 1000000000 --truth "$room/sites-1.json"
generate "$room/sites-2.log" --format upgrade-2010 --bytes 340000000 --refused-percent 100 --sites 1000000000 --truth "$room/sites-2.json"
sites() { sed -n 's/.*"refused_sites": \([0-9]*\).*/\1/p' "$room/sites-$1.json"; }
for ((run = 0; run < (runs < 3 ? runs : 3); run++)); do
    awk "BEGIN { print ($(peak "$room/sites-2.log") - $(peak "$room/sites-1.log")) * 1048576 / ($(sites 2) - $(sites 1)) }"
done | summary 'bytes of peak memory for a further refused site' '<= 64'

for words in --version 'explain UA01'; do
    for ((run = 0; run < 20; run++)); do
        microseconds $tool $words | awk '{ print $1 / 1000 }'
    done | summary "start-up in ms: $words" '<= 10'
done
