#!/usr/bin/env bash
# Builds everything and runs every test; installs what it needs.  The last lines are ctest's own summary.
# Further arguments go to ctest: ./test.sh -R Chunker
set -euo pipefail
cd "$(dirname "$0")"
./scripts/setup.sh
./scripts/build.sh
./scripts/fetch_models.sh unpack
exec ctest --test-dir build/release --output-on-failure -j 2 "$@"
