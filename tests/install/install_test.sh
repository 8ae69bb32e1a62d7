#!/usr/bin/env bash
# Installs a build to a folder of its own, builds a program against it with find_package(rag), and runs both programs from there.
#   install_test.sh BUILD_FOLDER
set -euo pipefail
build=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "install_test: $*" >&2; exit 1; }
expect() { grep -qF -- "$1" "$2" || { cat "$2" >&2; fail "expected \"$1\" in the output of $3"; }; }

cmake --install "$build" --prefix "$work/prefix" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "cmake --install failed"; }
[ -z "$(find "$work/prefix/include" -path '*/torch/*' -o -path '*/child/*')" ] || fail "headers that are nobody's business were installed"

cmake -S "$here" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/log" 2>&1 &&
  cmake --build "$work/consumer" >>"$work/log" 2>&1 || { cat "$work/log" >&2; fail "a program that uses find_package(rag) cannot be built"; }
"$work/consumer/consumer" >"$work/out"
expect "The river runs." "$work/out" consumer
expect "$work/prefix" "$work/out" consumer  # the parser process of this installation, not of the build

rag=$work/prefix/bin/rag
cd "$work"
unset RAG_INDEX
mkdir docs
echo "A good text about rivers." >docs/good.txt
"$rag" --index index index docs --model hash 2>"$work/out" || { cat "$work/out" >&2; fail "the installed rag cannot index"; }
"$rag" --index index search rivers >"$work/out"
expect "good.txt" "$work/out" "rag search"
"$rag" doctor >"$work/out" || true  # it fails where no model is installed
expect "$work/prefix/bin/../lib/rag/librag_torch.so" "$work/out" "rag doctor"
expect "$work/prefix/bin/../lib/rag/rag-parse" "$work/out" "rag doctor"
"$rag" model list >"$work/list" 2>/dev/null || { echo "no model is installed, so none was tried"; exit 0; }
! grep -q unusable "$work/list" || { cat "$work/list" >&2; fail "a model cannot be used by the installed rag"; }
! grep '^bad  model' "$work/out" >&2 || fail "a model does not run in the installed rag"
