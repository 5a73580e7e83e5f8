#!/usr/bin/env bash
# The speed goals of the audit of add-ins, as ratios of wall time on the same packages in the page cache.
# Usage: benches/oauth_ratios.sh [PACKAGES] [RUNS]    (1000 and 5; needs unzip and about 400 MB of space in TMPDIR)
set -euo pipefail
cd "$(dirname "$0")/.."

packages=${1:-1000}
runs=${2:-5}
bytes=${BYTES:-200000}
tool=target/release/spdoctor
generator=target/release/generate-logs
[ -x "$tool" ] && [ -x "$generator" ] && [ -z "${REBUILD:-}" ] || cargo build --release --features generator
command -v unzip > /dev/null || { echo "unzip is needed" >&2; exit 2; }
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

"$generator" addins --count "$packages" --package-bytes "$bytes" --out "$room/packages"
mkdir "$room/tenth"
# Links, so that the packages are the same ones; a tenth of them tells whether memory grows with their number.
for package in $(ls "$room/packages" | head -n $((packages / 10))); do ln "$room/packages/$package" "$room/tenth/$package"; done

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

audit() { echo "$tool" oauth "$@" --format json -q --fail-on never --now 2026-11-25 -o "$room/report.json"; }
all=($(audit "$room/packages"))
# unzip takes one archive at a time; its start-up, about a millisecond, is part of what the goal compares with.
unzip_all=(sh -c "for package in '$room'/packages/*.app; do unzip -p \"\$package\"; done > /dev/null")

printf '| %-44s | %-12s | %7s | %7s | %7s |\n' 'work' 'goal' min median max
printf '|%s|%s|%s|%s|%s|\n' "$(printf -- '-%.0s' {1..46})" "$(printf -- '-%.0s' {1..14})" --------: --------: --------:
compare "$packages packages of $((bytes / 1000)) KB / unzip -p of each" '<= 3.0' "${all[@]}" vs "${unzip_all[@]}"
compare 'one thread / unzip -p of each' '' "${all[@]}" --threads 1 vs "${unzip_all[@]}"
compare 'two threads / one' '<= 0.6' "${all[@]}" --threads 2 vs "${all[@]}" --threads 1
if [ -x /usr/bin/time ]; then
    for folder in tenth packages; do
        count=$(ls "$room/$folder" | wc -l)
        /usr/bin/time -f "peak memory, $count packages: %M KiB" $(audit "$room/$folder")
    done
    # Whatever grows with the number of packages beyond this is memory that is kept for each of them.
    echo "report: $(($(stat -c %s "$room/report.json") / 1024)) KiB"
fi
