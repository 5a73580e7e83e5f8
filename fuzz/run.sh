#!/usr/bin/env bash
# Runs every fuzz target for some seconds; says why it cannot, where it cannot.
# Usage: fuzz/run.sh [SECONDS] [TARGET]...    (60 seconds each; needs a C++ compiler for libFuzzer)
#
# No nightly compiler and no cargo-fuzz: the passes that count coverage are part of every rustc.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
[ $# -gt 0 ] && shift
targets=("$@")
[ $# -eq 0 ] && targets=(scan inventory rule quote addin token reading pasted)
host=$(rustc -vV | sed -n 's/^host: //p')

if ! command -v c++ >/dev/null; then
    echo "fuzz: skipped, libFuzzer needs a C++ compiler (package g++)"
    exit 0
fi
case $host in
*-linux-gnu) ;;
*) echo "fuzz: skipped, not tried on $host"; exit 0 ;;
esac

# Only for the target given: build scripts are not fuzzed.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions=on"
if ! cargo build --manifest-path fuzz/Cargo.toml --release --target "$host"; then
    echo "fuzz: the targets cannot be built"
    exit 1
fi
failed=0
for target in "${targets[@]}"; do
    corpus=fuzz/corpus/$target
    mkdir -p "$corpus" "fuzz/artifacts/$target"
    if [ "$target" = scan ] && [ -z "$(ls -A "$corpus")" ]; then
        # The samples, cut small, behind the three bytes that say kind and cut.
        number=0
        while read -r log; do
            for kind in 0 1 2 4 6 7; do
                { printf "\\x0$kind\\x01\\x40"; head -c 3000 "$log"; } > "$corpus/sample-$number-$kind"
            done
            number=$((number + 1))
        done < <(find sample-logs -name '*.log' | sort | head -20)
    fi
    [ "$target" = inventory ] && find sample-logs -path '*inventory*' -type f | while read -r file; do
        { printf '\x00'; head -c 3000 "$file"; } > "$corpus/$(basename "$file")"
    done
    if [ "$target" = addin ]; then
        # The samples, each behind the byte that says under which name it is read.
        number=0
        while read -r file; do
            for name in 00 01 02 03 05 0d 0e 11; do
                { printf "\\x$name"; head -c 8000 "$file"; } > "$corpus/sample-$number-$name"
            done
            number=$((number + 1))
        done < <(find sample-addins -type f | sort)
    fi
    if [ "$target" = reading ] && [ -z "$(ls -A "$corpus")" ]; then
        # Reports of the samples.
        env -u RUSTFLAGS cargo build --quiet
        for folder in sample-logs/*/; do
            target/debug/spdoctor upgrade "$folder" --format json -q --fail-on never \
                -o "$corpus/$(basename "$folder").json" || true
        done
    fi
    if [ "$target" = token ]; then
        printf 'POST /a HTTP/1.1\r\nAuthorization: Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJhL2JAYyJ9.\r\n\r\npassword is x' > "$corpus/http"
        printf '{"log":{"entries":[{"request":{"url":"https://a/?b=c","headers":[],"postData":{"text":"client_secret=d"}},"response":{"status":401,"headers":[],"content":{"text":"{\"error\":\"invalid_client\"}"}}}]}}' > "$corpus/har"
    fi
    if [ "$target" = pasted ] && [ -z "$(ls -A "$corpus")" ]; then
        # The samples, as they are, as mail quotes and wraps them, and as searches print them.
        number=0
        while read -r log; do
            head -c 4000 "$log" > "$corpus/sample-$number"
            head -c 4000 "$log" | sed 's/^/> /' > "$corpus/quoted-$number"
            head -c 4000 "$log" | fold -w 76 > "$corpus/wrapped-$number"
            head -c 4000 "$log" | grep -an '' > "$corpus/numbered-$number" || true
            head -c 4000 "$log" | sed 's/^/Upgrade-20260314-220000-123.log:/' > "$corpus/searched-$number"
            number=$((number + 1))
        done < <(find sample-logs -name '*.log' | sort | head -20)
    fi
    [ "$target" = rule ] && cp src/catalogue/rules/U?01*.toml "$corpus/"
    echo "== $target, $seconds s"
    "fuzz/target/$host/release/$target" "$corpus" -max_total_time="$seconds" -max_len=32768 -timeout=20 -rss_limit_mb=1024 \
        -artifact_prefix="fuzz/artifacts/$target/" -print_final_stats=1 2> "fuzz/artifacts/$target/log" || failed=1
    grep -E "stat::number_of_executed_units|stat::peak_rss_mb|ERROR|panicked|cov:" "fuzz/artifacts/$target/log" | tail -5
done
exit $failed
