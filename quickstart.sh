#!/usr/bin/env bash
# From a bare Debian 12 to cited answers: installs what is missing, builds, fetches two encoders, indexes the sample handbook,
# asks two questions and measures retrieval.  Run again it does only what is missing.
set -euo pipefail
cd "$(dirname "$0")"
started=$SECONDS
step() { printf '\n\033[1m[%d:%02d] %s\033[0m\n' $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60)) "$*"; }

step "1/5 Installing what is needed"
./scripts/setup.sh
step "2/5 Building"
./scripts/build.sh --target rag --target rag-parse --target rag_torch
step "3/5 Encoders"
./scripts/fetch_models.sh unpack
./rag model list

step "4/5 Indexing examples/handbook"
./rag --index .rag index examples/handbook || [ $? = 5 ]

step "5/5 Asking"
ask() {
  printf '\n$ ./rag ask "%s"\n' "$1"
  ./rag --index .rag ask "$1" || [ $? = 1 ]
}
ask "How many days of annual leave do employees get?"
ask "육아휴직은 얼마나 쓸 수 있나요?"
printf '\n$ ./rag eval retrieval --queries examples/handbook-questions/queries.jsonl --qrels examples/handbook-questions/qrels/test.tsv\n'
./rag --index .rag eval retrieval --queries examples/handbook-questions/queries.jsonl --qrels examples/handbook-questions/qrels/test.tsv

step "Ready"
cat <<'NEXT'
Type next:
  ./rag ask "Which travel expenses are paid back?"      another question to the handbook
  ./rag search "재택근무" --explain                       passages, with every score
  ./rag --index ~/my.rag index ~/my-documents           your own documents
  ./rag --help                                          everything else
NEXT
