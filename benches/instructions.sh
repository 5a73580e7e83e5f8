#!/usr/bin/env bash
# Instructions that a diagnosis takes, by format: a figure that a busy machine does not change. Compared with
# benches/instructions.baseline; more than TOLERANCE percent above it fails.
# Usage: benches/instructions.sh [--accept]
#   --accept writes a new baseline; needs valgrind. TOOL and LOGS may name programs built with the profile below.
set -euo pipefail
cd "$(dirname "$0")/.."

baseline=benches/instructions.baseline
tolerance=${TOLERANCE:-5}
bytes=$((2 << 20))
formats=(upgrade-2007 upgrade-2010 upgrade-2013 uls psc-diagnostics)
compiler=$(rustc -V)

if ! command -v valgrind >/dev/null; then
    echo "instructions: skipped, there is no valgrind (package valgrind)"
    exit 0
fi
# The profile of the baseline: without link-time optimisation over all crates it is made in a fraction of the time.
# CPU features are those of the target, so that every machine runs the same code.
export CARGO_TARGET_DIR=${INSTRUCTIONS_TARGET_DIR:-target/instructions}
export CARGO_PROFILE_RELEASE_LTO=thin CARGO_PROFILE_RELEASE_CODEGEN_UNITS=4
if [ -z "${TOOL:-}" ] || [ -z "${LOGS:-}" ]; then
    cargo build --release --quiet --features generator --bins
fi
tool=${TOOL:-$CARGO_TARGET_DIR/release/spdoctor}
logs=${LOGS:-$CARGO_TARGET_DIR/release/generate-logs}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

# An empty environment, one thread, fixed inputs: nothing else may differ from run to run.
count() {
    env -i PATH="$PATH" valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$tool" upgrade "$@" --threads 1 --format json -q --fail-on never -o "$room/report.json" \
        2>&1 >/dev/null | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

echo "compiler $compiler" > "$room/counts"
for format in "${formats[@]}"; do
    "$logs" bulk --format "$format" --bytes "$bytes" --out "$room/$format.log"
    echo "$format $(count "$room/$format.log")" >> "$room/counts"
done
"$logs" many --files 40 --bytes-each 50000 --out "$room/many" > /dev/null
echo "forty-files $(count "$room/many")" >> "$room/counts"

if [ "${1:-}" = --accept ]; then
    cp "$room/counts" "$baseline"
    cat "$baseline"
    exit 0
fi
if [ ! -f "$baseline" ]; then
    cat "$room/counts"
    echo "there is no baseline yet: benches/instructions.sh --accept"
    exit 0
fi
status=0
awk -v tolerance="$tolerance" '
    NR == FNR { if ($1 != "compiler") known[$1] = $2; next }
    $1 == "compiler" { next }
    !($1 in known) { printf "%-16s %14d instructions, not in the baseline\n", $1, $2; next }
    {
        change = ($2 / known[$1] - 1) * 100
        printf "%-16s %14d instructions, %+.2f %%\n", $1, $2, change
        if (change > tolerance) bad = 1
    }
    END { exit bad }' "$baseline" "$room/counts" || status=1
if [ "$(head -1 "$baseline")" != "compiler $compiler" ]; then
    echo "the baseline is of another $(head -1 "$baseline"): shown, not judged"
    exit 0
fi
if [ $status -ne 0 ]; then
    echo "more than $tolerance % above the baseline; if that is meant: benches/instructions.sh --accept"
fi
exit $status
