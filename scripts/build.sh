#!/usr/bin/env bash
# Configures and builds the release preset, and links ./rag to the program.
source "$(dirname "$0")/common.sh"
cd "$checkout"
log=$deps/configure.log
RAG_DEPS=$deps cmake --preset release >"$log" 2>&1 || { tail -20 "$log" >&2; die "cmake could not configure (see $log)"; }
say "building (several minutes the first time, seconds after that)"
cmake --build build/release "$@"
ln -sfn build/release/rag rag
