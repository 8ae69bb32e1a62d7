#!/usr/bin/env bash
# Runs every fuzz target for a while, each from its seeds; a finding is kept as build/fuzz/findings/<target>-*.
#
#   tests/nightly/fuzz.sh [SECONDS] [TARGET...]       60 seconds each, all of them
#
# RAG_FUZZ_FOLDER: a folder of documents to take further seeds from.  What a run learned stays in build/fuzz/corpus for the next.
# Exit code 1: there were findings.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz >/dev/null
cd build/fuzz
rm -rf seeds
# fontconfig, which poppler starts, keeps what it found until the process ends.
export LSAN_OPTIONS="suppressions=$PWD/../../tests/sanitizers/lsan.supp:print_suppressions=0"
python3 ../../fuzz/make_seeds.py seeds ${RAG_FUZZ_FOLDER:+--from "$RAG_FUZZ_FOLDER"}
mkdir -p findings
failed=0
for program in ${@:-fuzz_*}; do
  target=${program#fuzz_}
  [ -x "fuzz_$target" ] || continue
  mkdir -p "corpus/$target" "seeds/$target"
  # 30 s for one input: the parser process gives a whole file no more.
  if ! "./fuzz_$target" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=3000 -max_len=200000 -print_final_stats=1 -artifact_prefix="findings/$target-" \
      "corpus/$target" "seeds/$target" >"corpus/$target.log" 2>&1; then
    failed=1
    echo "$target: $(grep -m1 -E 'ERROR|SUMMARY|runtime error' "corpus/$target.log" || echo 'ended otherwise'); see build/fuzz/corpus/$target.log and build/fuzz/findings"
  else
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "corpus/$target.log") inputs, nothing found"
  fi
done
exit $failed
