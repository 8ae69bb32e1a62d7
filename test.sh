#!/usr/bin/env bash
# Builds everything and runs every test; installs what it needs.  The last lines are ctest's own summary.
set -euo pipefail
cd "$(dirname "$0")"
./scripts/setup.sh
cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
rm -f build-configure.log
cmake --build build/release
exec ctest --test-dir build/release --output-on-failure -j 2 "$@"
