#!/usr/bin/env bash
# How cost grows over a decade: processor seconds and peak memory by bytes, lines, findings, rules, files, threads.
# Usage: benches/growth.sh [MIB]    (the largest file, 200; processor seconds, so other work on the machine matters little)
set -euo pipefail
cd "$(dirname "$0")/.."

mib=${1:-200}
tool=${TOOL:-target/release/spdoctor}
logs=${LOGS:-target/release/generate-logs}
time=/usr/bin/time
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

bulk() { "$logs" bulk --out "$room/log.log" "$@" > "$room/truth"; }
# name, then arguments of the tool: the median of three runs by processor time.
cost() {
    local name=$1
    shift
    for _ in 1 2 3; do
        "$time" -o "$room/time" -f '%U %S %M' "$tool" upgrade "$@" --fail-on never --format json -q -o "$room/report.json"
        cat "$room/time"
    done | awk '{ print $1 + $2, $3 }' | sort -n | sed -n 2p | while read -r seconds memory; do
        printf '| %-40s | %8.2f | %8.1f | %10d |\n' "$name" "$seconds" "$((memory / 1024))" "$(wc -c < "$room/report.json")"
    done
}

echo '| what                                     |    cpu s | peak MiB | report B   |'
echo '|------------------------------------------|---------:|---------:|-----------:|'
for part in 10 3 1; do
    for format in upgrade-2010 uls psc-diagnostics; do
        bulk --format $format --bytes $(((mib << 20) / part)) --line-bytes 150
        cost "$format, $((mib / part)) MiB" "$room/log.log"
    done
done
for format in upgrade-2010 psc-diagnostics; do
    for length in 150 450 1500; do
        bulk --format $format --bytes $((mib << 20)) --line-bytes $length
        cost "$format, lines of about $length bytes" "$room/log.log"
    done
done
# The same number of lines, so that only the findings grow: every refused line is another site.
for sites in 1000 3162 10000; do
    bulk --format upgrade-2010 --bytes $((mib << 19)) --refused-percent 5 --sites $sites
    cost "at most $sites refused sites, $((mib / 2)) MiB" "$room/log.log"
done
for percent in 0.1 1 10; do
    bulk --format upgrade-2010 --bytes $((mib << 19)) --refused-percent $percent --sites $((mib * 20))
    cost "$percent % refused lines, $((mib / 2)) MiB" "$room/log.log"
done
bulk --format uls --bytes $((mib << 19))
for count in 8 80 800; do
    mkdir -p "$room/rules"
    for ((number = 0; number < count; number++)); do
        code=$(printf 'ZZ%04d' "$number")
        sed -e "s/^code = .*/code = \"$code\"/" -e "s/^name = .*/name = \"rule-$number\"/" -e "s/match the TargetSchema/match the Target${number}Schema/g" \
            -e '/^caused_by/d' -e '/^supersedes/d' src/catalogue/rules/UA03-schema-mismatch.toml > "$room/rules/$code-rule-$number.toml"
    done
    cost "$count further rules, $((mib / 2)) MiB of ULS" "$room/log.log" --rules "$room/rules"
done
bulk --format upgrade-2010 --bytes $((mib << 20))
for pieces in 40 400 4000; do
    rm -rf "$room/many"
    mkdir "$room/many"
    split --number=l/$pieces --suffix-length=5 --numeric-suffixes --additional-suffix=.log "$room/log.log" "$room/many/Upgrade-"
    cost "$pieces files, $mib MiB in all" "$room/many"
done
# Each has one first line and another end; every length comes up several times.
for pieces in 1500 6000 24000; do
    rm -rf "$room/many"
    mkdir "$room/many"
    awk -v count="$pieces" -v room="$room/many" 'BEGIN {
        line = "[OWSTIMER] [SPUpgradeSession] [INFO] [3/14/2026 10:15:41 PM]: "
        while (length(first) < 600) first = first "All of these begin alike. "
        while (length(long) < 3000) long = long "y"
        for (number = 0; number < count; number++) {
            name = sprintf("%s/Upgrade-20260314-%06d-1.log", room, number)
            printf "%s%s\n%slog %d %s\n", line, first, line, number, substr(long, 1, number % 3000) > name
            close(name)
        }
    }'
    cost "$pieces logs that begin alike" "$room/many"
done
for threads in 1 2; do
    cost "$threads threads, $mib MiB" "$room/log.log" --threads $threads
done
