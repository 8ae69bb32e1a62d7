#!/usr/bin/env python3
"""Time to an answer and memory while indexing, at a given number of chunks.

  bench/latency.py --from DATA/scifact --from DATA/squad2-dev-half     20,000 passages of their sentences, asked their own questions
  bench/latency.py --chunks 5000                                       made text, for a quick look
  bench/latency.py --index DIR --from DATA/scifact                     an index that is there: only the questions

Indexing: one process; its resident memory is sampled five times a second, and shown for each stretch of chunks.  It must stay below
1.5 GB, and must not grow with the corpus: the last stretch not a tenth above the first.
Questions: rag's own time, in one process, the encoder loaded: search (embed, both legs, fuse, load the texts) and answer (search, then the
best sentences with checked citations).  Fresh process: `rag search` from start to end, median of --repeat runs, and what is in it:
the same without the encoder (--mode lexical), and loading the encoder's engine with libtorch alone.
Exit code 3: a goal was missed.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import made_corpus
from common import check_rag, machine, measure, parser, percentile, print_table, progress, rag_json, write_json_lines

GOALS = {"peak MB": 1500, "growth": 1.10, "search median ms": 60, "answer median ms": 60, "fresh search s": 1.0}
LOAD_ENGINE = "import ctypes, sys, time; start = time.perf_counter(); ctypes.CDLL(sys.argv[1]); print(time.perf_counter() - start)"


def resident_mb(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return 0.0


def chunks_visible(rag, store):
    status = subprocess.run([rag, "--index", store, "status", "--json"], capture_output=True, text=True, check=False)
    return json.loads(status.stdout)["chunks"] if status.returncode == 0 else 0


def index_watched(rag, store, corpus, encoder):
    """[(chunks visible, resident MB), ...] while indexing, and the seconds it took."""
    start, samples, chunks, looked = time.perf_counter(), [], 0, 0.0
    process = subprocess.Popen([rag, "--index", store, "index", corpus, *encoder], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        time.sleep(0.2)
        if time.perf_counter() - looked > 2:
            chunks, looked = chunks_visible(rag, store), time.perf_counter()
        samples.append((chunks, resident_mb(process.pid)))
    if process.returncode:
        sys.exit(f"rag index: exit code {process.returncode}")
    return samples, time.perf_counter() - start


def memory_by_stretch(samples, total):
    """Peak for each stretch between an eighth, a quarter, a half and all of the chunks."""
    borders = [0, total // 4, total // 2, total]
    stretches = {}
    for low, high in zip(borders, borders[1:]):
        seen = [mb for chunks, mb in samples if low <= chunks < high]
        if seen:
            stretches[f"{low:,} to {high:,} chunks"] = max(seen)
    return stretches


def warm_search(rag, store, queries):
    out = measure([rag, "--index", store, "search", "--queries", queries, "-k", "10", "--format", "jsonl"]).out
    return [json.loads(line)["timings_ms"]["total"] for line in out.splitlines()][1:]  # the first one loads the encoder


def warm_answer(rag, store, questions):
    text = "".join(f"/new\n{question['text']}\n" for question in questions)
    done = subprocess.run([rag, "--index", store, "chat", "--format", "json"], input=text, capture_output=True, text=True, check=True)
    return [json.loads(line)["timings_ms"]["total"] for line in done.stdout.splitlines()][1:]


def fresh(rag, store, question, mode, repeat):
    return statistics.median(measure([rag, "--index", store, "search", question, "--mode", mode], good=(0, 1)).wall_s for _ in range(repeat))


def engine_load(rag, repeat):
    engine = os.path.join(os.path.dirname(os.path.realpath(rag)), "librag_torch.so")
    if not os.path.exists(engine):
        return None
    return statistics.median(float(measure([sys.executable, "-c", LOAD_ENGINE, engine]).out) for _ in range(repeat))


def ask(rag, store, questions, scratch, repeat):
    queries = os.path.join(scratch, "queries.jsonl")
    write_json_lines(queries, questions)
    progress(f"{len(questions)} questions")
    search, answer, one = warm_search(rag, store, queries), warm_answer(rag, store, questions), questions[0]["text"]
    progress("fresh processes")
    return {"search median ms": statistics.median(search), "search 95 % ms": percentile(search, 0.95), "answer median ms": statistics.median(answer),
            "answer 95 % ms": percentile(answer, 0.95), "fresh search s": fresh(rag, store, one, "hybrid", repeat),
            "fresh search without encoder s": fresh(rag, store, one, "lexical", repeat), "loading libtorch s": engine_load(rag, repeat)}


def verdict(name, value):
    if name not in GOALS or value is None:
        return "", ""
    return f"<= {GOALS[name]:g}", "reached" if value <= GOALS[name] else "NOT REACHED"


def main():
    made = parser(__doc__)
    made.add_argument("--from", dest="sources", action="append", default=[], metavar="DIR", help="take sentences from here: a BEIR collection, or text files (repeatable)")
    made.add_argument("--chunks", type=int, default=20000, metavar="N")
    made.add_argument("--questions", type=int, default=200, metavar="N")
    made.add_argument("--repeat", type=int, default=7, metavar="N", help="fresh processes to take the median of")
    made.add_argument("--index", metavar="DIR", help="ask this index instead of making one")
    made.add_argument("--model", default="all-MiniLM-L6-v2", help="default: %(default)s")
    made.add_argument("--precision", help="fp32, bf16 or int8 (default: rag's own)")
    args = made.parse_args()
    rag, figures = check_rag(args.rag), {}
    sentences = made_corpus.sentences_of(args.sources) or made_corpus.made_sentences(50000)
    with tempfile.TemporaryDirectory(prefix="rag-bench-") as scratch:
        store = args.index or os.path.join(scratch, "index")
        if not args.index:
            corpus = os.path.join(scratch, "corpus.jsonl")
            write_json_lines(corpus, made_corpus.passages(sentences, args.chunks))
            progress(f"indexing {args.chunks:,} passages")
            samples, seconds = index_watched(rag, store, corpus, ["--model", args.model] + (["--precision", args.precision] if args.precision else []))
            total = rag_json(rag, "--index", store, "status", "--json")["chunks"]
            stretches = memory_by_stretch(samples, total)
            figures = {f"MB, {name}": value for name, value in stretches.items()}
            figures.update({"peak MB": max(mb for _, mb in samples), "growth": list(stretches.values())[-1] / list(stretches.values())[0], "index s": seconds, "chunks a second": total / seconds})
        figures["chunks"] = rag_json(rag, "--index", store, "status", "--json")["chunks"]
        figures.update(ask(rag, store, made_corpus.questions(args.sources, sentences, args.questions), scratch, args.repeat))
    missed = any(verdict(name, value)[1] == "NOT REACHED" for name, value in figures.items())
    if args.json:
        print(json.dumps({"machine": machine(), "figures": figures, "goals": GOALS}))
    else:
        print(machine())
        print_table(["figure", "value", "goal", ""], [[name, value, *verdict(name, value)] for name, value in figures.items()])
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
