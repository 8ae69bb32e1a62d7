#!/usr/bin/env python3
"""Megabytes of text a second through our tokenizers and through the ones everyone uses, one thread each, in turn.

  bench/tokenizer.py DATA                  DATA: the folder of collections that bench/retrieval.py reads too
  bench/tokenizer.py DATA --models DIR     where all-MiniLM-L6-v2 and multilingual-e5-small lie (default: .deps/models, or $RAG_DEPS/models)

WordPiece is all-MiniLM-L6-v2's, Unigram multilingual-e5-small's; English are the abstracts of DATA/scifact, Korean the paragraphs of
DATA/korquad1-dev.  A megabyte is 10^6 bytes of UTF-8; the median of five rounds of at least half a second of processor time counts.
The peers are the Python packages tokenizers (Hugging Face, written in Rust) and sentencepiece (C++), asked for ids, a text a call.  They are
looked for in the environment of bench/peers, or where --python says; one that is not there is named with the reason and left out.
Needs bench_tokenizer:  cmake --build build/release --target bench_tokenizer
Exit code 3: a goal was missed.
"""
import json
import os
import sys
import tempfile

from common import CHECKOUT, json_lines, machine, measure, parser, print_table, progress, write_json_lines
from peers import install

MODELS = {"WordPiece": "all-MiniLM-L6-v2", "Unigram": "multilingual-e5-small"}
SETS = {"English": "scifact", "Korean": "korquad1-dev"}
GOALS = {"English": 10, "Korean": 5}
ROUNDS = 5


def write_texts(corpus, file):
    write_json_lines(file, [f"{document.get('title') or ''}\n{document['text']}".strip() for document in json_lines(corpus)])


def run_ours(program, model, texts):
    return json.loads(measure([program, model, texts, "--rounds", str(ROUNDS)]).out)


def run_peer(python, peer, model, texts):
    script = os.path.join(CHECKOUT, "bench", "peers", "run_tokenizers.py")
    return json.loads(measure([python, script, peer, model, texts, str(ROUNDS)]).out)


def compare(args, folder):
    rows = []
    for language, name in SETS.items():
        texts = os.path.join(folder, f"{name}.jsonl")
        write_texts(os.path.join(args.data, name, "corpus.jsonl"), texts)
        for kind, model in MODELS.items():
            progress(f"{kind}, {language}")
            directory = os.path.join(args.models, model)
            row = {"tokenizer": kind, "language": language, "goal": GOALS[language], "rag": run_ours(args.bench, directory, texts)}
            for peer in ("hugging-face", "sentencepiece"):
                row[peer] = run_peer(args.python, peer, directory, texts)
                if "reason" in row[peer]:
                    progress(f"{peer} left out: {row[peer]['reason']}")
            rows.append(row)
    return rows


def show(rows):
    cells = [[f"{row['tokenizer']}, {row['language']}", *(f"{row[who]['mb_per_s']:.1f}" if "mb_per_s" in row[who] else None
             for who in ("rag", "hugging-face", "sentencepiece")), row["goal"]] for row in rows]
    print_table(["MB/s, one thread", "rag", "Hugging Face", "sentencepiece", "goal"], cells)
    print(", ".join(sorted({row[peer]["version"] for row in rows for peer in ("hugging-face", "sentencepiece") if "version" in row[peer]})))


def main():
    made = parser(__doc__)
    made.add_argument("data", metavar="DATA")
    made.add_argument("--models", metavar="DIR", default=os.path.join(install.DEPS, "models"))
    made.add_argument("--bench", metavar="PATH", default=os.path.join(CHECKOUT, "build", "release", "bench_tokenizer"))
    peers = os.path.join(install.HOME, "bin", "python3")
    made.add_argument("--python", metavar="PATH", default=peers if os.path.exists(peers) else sys.executable)
    args = made.parse_args()
    if not os.access(args.bench, os.X_OK):
        sys.exit(f"{args.bench}: no such program; build it with cmake --build build/release --target bench_tokenizer")
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(args, folder)
    if args.json:
        print(json.dumps({"machine": machine(), "rows": rows}))
    else:
        print(machine())
        show(rows)
    return 3 if any(row["rag"]["mb_per_s"] < row["goal"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
