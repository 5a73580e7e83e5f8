#!/usr/bin/env bash
# The speed goals as ratios of wall time, each against a common tool on the same file in the page cache.
# Usage: benches/ratios.sh [MIB] [RUNS]    (1024 and 5; needs rg and about three times MIB of space in TMPDIR)
set -euo pipefail
cd "$(dirname "$0")/.."

mib=${1:-1024}
runs=${2:-5}
files=${FILES:-20000}
tool=target/release/spdoctor
logs=target/release/generate-logs
[ -x "$tool" ] && [ -x "$logs" ] && [ -z "${REBUILD:-}" ] || cargo build --release --features generator
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

generate() { "$logs" bulk --format "$1" --bytes $((mib << 20)) --line-bytes 150 --refused-percent 1 --out "$2" > "$room/truth.json"; }
generate upgrade-2010 "$room/upgrade.log"
generate uls "$room/uls.log"
mkdir "$room/many"
# Pieces of about 50 KB that begin with a line.
"$logs" bulk --format upgrade-2010 --bytes $((files * 50000)) --line-bytes 150 --out "$room/many.log" > "$room/truth.json"
split --line-bytes=50000 --suffix-length=5 --numeric-suffixes --additional-suffix=.log "$room/many.log" "$room/many/Upgrade-"
rm "$room/many.log"
sed -n 's/^literals = \["\(.*\)"\]$/\1/p' src/catalogue/rules/*.toml | tr -d '\\' | sed 's/", "/\n/g' | sort -u > "$room/literals"

seconds() {
    local before after
    before=$(date +%s%N)
    "$@" > "$room/out" 2>&1 || true
    after=$(date +%s%N)
    echo $(((after - before) / 1000))
}

# name, goal, then two command lines separated by `vs`; they take turns, so that a drift of the machine hits both.
compare() {
    local name=$1 goal=$2 ours=() theirs=() ratios=()
    shift 2
    while [ "$1" != vs ]; do ours+=("$1"); shift; done
    shift
    theirs=("$@")
    seconds "${ours[@]}" > "$room/warm"
    seconds "${theirs[@]}" > "$room/warm"
    for ((run = 0; run < runs; run++)); do
        a=$(seconds "${ours[@]}")
        b=$(seconds "${theirs[@]}")
        ratios+=("$(awk "BEGIN { printf \"%.3f\", $a / $b }")")
    done
    printf '%s\n' "${ratios[@]}" | sort -n | awk -v name="$name" -v goal="$goal" '
        { value[NR] = $1 }
        END { printf "| %-44s | %-12s | %7.2f | %7.2f | %7.2f |\n", name, goal, value[1], value[int((NR + 1) / 2)], value[NR] }'
}

diagnose() { echo "$tool" upgrade "$@" --format json -q --fail-on never -o "$room/report.json"; }
upgrade=($(diagnose "$room/upgrade.log"))
uls=($(diagnose "$room/uls.log"))

printf '| %-44s | %-12s | %7s | %7s | %7s |\n' 'work' 'goal' min median max
printf '|%s|%s|%s|%s|%s|\n' "$(printf -- '-%.0s' {1..46})" "$(printf -- '-%.0s' {1..14})" --------: --------: --------:
compare "upgrade log, $mib MiB / rg -c -F" '<= 4.0' "${upgrade[@]}" vs rg -c -F dictSitesNeedUpgrade "$room/upgrade.log"
compare "upgrade log, $mib MiB / cat" '' "${upgrade[@]}" vs cat "$room/upgrade.log"
compare "upgrade log, $mib MiB / rg, all literals" '<= 0.2' "${upgrade[@]}" vs rg -c -F -f "$room/literals" "$room/upgrade.log"
compare "ULS, $mib MiB / rg -c -F" '<= 5.0' "${uls[@]}" vs rg -c -F dictSitesNeedUpgrade "$room/uls.log"
compare 'two threads / one' '<= 0.56' "${upgrade[@]}" --threads 2 vs "${upgrade[@]}" --threads 1
compare "$files files of 50 KB / cat" '<= 2.0' $(diagnose "$room/many") vs sh -c "cat $room/many/*.log"
for words in --version 'explain UA01'; do
    printf 'start-up, %s: %d us (goal 10000)\n' "$words" "$(seconds $tool $words)"
done
if [ -x /usr/bin/time ]; then
    for file in upgrade.log uls.log many; do
        /usr/bin/time -f "peak memory, $file: %M KiB" $(diagnose "$room/$file")
    done
fi
