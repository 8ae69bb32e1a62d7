#!/usr/bin/env python3
"""Compares our evaluation with trec_eval's on random runs, and writes the fixture that the ordinary tests check.

    compare_trec_eval.py --rag build/release/rag [--cases 300] [--seed 7] [--trec-eval PATH]
    compare_trec_eval.py --write-fixture tests/retrieve/data/trec_eval_expected.json

Needs pytrec-eval-terrier (trec_eval 9's own code):  python3 -m venv V && V/bin/pip install pytrec-eval-terrier && V/bin/python compare_trec_eval.py ...
With --trec-eval the program itself is asked as well (-c, four decimals).  Exit code 0: all equal, 1: some differ, 77: cannot run here.
"""
import argparse
import json
import math
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import pytrec_eval
except ImportError:
    print(f"skipped: pytrec-eval-terrier is not installed\n{__doc__}", file=sys.stderr)
    sys.exit(77)

# Ours -> trec_eval's name, relevance level.  RR@k and Judged@k have no name there: see reference().
METRICS = {
    "nDCG@1": ("ndcg_cut_1", 1), "nDCG@10": ("ndcg_cut_10", 1), "nDCG": ("ndcg", 1),
    "AP": ("map", 1), "AP@5": ("map_cut_5", 1), "AP(rel=2)": ("map", 2), "AP(rel=2)@10": ("map_cut_10", 2),
    "RR": ("recip_rank", 1), "RR@3": ("recip_rank", 1), "RR(rel=2)": ("recip_rank", 2),
    "P@5": ("P_5", 1), "P(rel=3)@3": ("P_3", 3), "R@5": ("recall_5", 1), "R@100": ("recall_100", 1),
    "Success@1": ("success_1", 1), "Success@5": ("success_5", 1), "Rprec": ("Rprec", 1), "Rprec(rel=2)": ("Rprec", 2),
    "Judged@10": (None, 1),
}


def random_case(rng, largest):
    """Everything that makes evaluators disagree: ties, near ties, unjudged and missing things, odd ids, grades below zero."""
    def name(i):
        return rng.choice([f"d{i}", f"D{i:04}", f"문서{i}", f"{i}", f"a/b-{i}.pdf#{i}"])
    documents = sorted({name(i) for i in range(rng.randint(3, largest))})
    queries = [f"q{i}" for i in range(rng.randint(1, 6))]
    grades = rng.choice([[0, 1], [1], [0, 0, 0, 1, 2, 3], [-1, 0, 1, 2], [0, 1, 5]])
    scale = rng.choice([lambda: rng.random(), lambda: round(rng.random(), 1), lambda: float(rng.randint(-3, 3)),
                        lambda: 20 + rng.randint(0, 4) * 1e-7, lambda: rng.random() * 1e-30, lambda: rng.gauss(0, 1e6), lambda: 0.5])
    qrels, run = {}, {}
    for query in queries:
        judged = rng.sample(documents, rng.randint(1, len(documents)))
        qrels[query] = {d: (0 if rng.random() < 0.05 else rng.choice(grades)) for d in judged}
        if all(g < 0 for g in qrels[query].values()):  # trec_eval reads memory it never wrote there
            qrels[query][judged[0]] = 0
        if rng.random() < 0.1:  # nothing relevant
            qrels[query] = {d: 0 for d in judged}
        if rng.random() < 0.85:
            found = rng.sample(documents, rng.randint(1, len(documents)))
            run[query] = {d: scale() for d in found}
    if rng.random() < 0.3:
        run["never-judged"] = {documents[0]: 1.0}
    if not any(q in run for q in qrels):
        run[queries[0]] = {documents[0]: 1.0}
    return qrels, run


def judged_share(grades, found, depth):
    as_float32 = lambda score: struct.unpack("f", struct.pack("f", score))[0]
    order = sorted(sorted(found, key=lambda d: d.encode(), reverse=True), key=lambda d: -as_float32(found[d]))[:depth]
    return sum(d in grades for d in order) / len(order)


def reference(qrels, run):
    """Values per query and their means over all judged queries, by trec_eval's code."""
    values = {query: {} for query in qrels}
    for level in sorted({level for _, level in METRICS.values()}):
        wanted = {name for name, at in METRICS.values() if name and at == level}
        found = pytrec_eval.RelevanceEvaluator(qrels, {n.replace("_", ".", 1) if n.startswith(("P_", "recall_", "success_")) else
                                                       n.replace("cut_", "cut.") for n in wanted}, relevance_level=level).evaluate(run)
        for query in qrels:
            for ours, (theirs, at) in METRICS.items():
                if theirs and at == level:
                    values[query][ours] = found.get(query, {}).get(theirs, 0.0)
    for query in qrels:
        rank = values[query]["RR@3"]
        values[query]["RR@3"] = rank if rank > 0 and round(1 / rank) <= 3 else 0.0  # -M 3
        values[query]["Judged@10"] = judged_share(qrels[query], run[query], 10) if query in run else 0.0
    means = {metric: sum(values[q][metric] for q in values) / len(values) for metric in METRICS}
    return values, means


def write_files(folder, qrels, run, rng):
    rows = [(q, d, s) for q in run for d, s in run[q].items()]
    rng.shuffle(rows)  # trec_eval looks at scores only, never at ranks or the order of lines
    (folder / "run.trec").write_text("".join(f"{q} Q0 {d} {i} {s!r} random\n" for i, (q, d, s) in enumerate(rows)), encoding="utf-8")
    (folder / "qrels.trec").write_text("".join(f"{q} 0 {d} {g}\n" for q in qrels for d, g in qrels[q].items()), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(f"{q}\t{d}\t{g}\n" for q in qrels for d, g in qrels[q].items()),
                                      encoding="utf-8")


def ask_rag(rag, folder, layout):
    command = [rag, "eval", "score", "--qrels", str(folder / layout), "--run", str(folder / "run.trec"), "--per-query", "--format", "json"]
    for metric in METRICS:
        command += ["-m", metric]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer["per_query"], answer["metrics"]


def ask_trec_eval(program, folder):
    """The means with -c, four decimals."""
    means = {}
    for level in sorted({level for _, level in METRICS.values()}):
        names = {ours: theirs for ours, (theirs, at) in METRICS.items() if theirs and at == level and ours != "RR@3"}
        command = [program, "-c", f"-l{level}"]
        depths = {}  # all cutoffs of a measure in one -m: it heeds only the first
        for theirs in names.values():
            base, _, depth = theirs.rpartition("_")
            depths.setdefault(base if depth.isdigit() else theirs, []).append(depth)
        for base, ks in depths.items():
            ks = sorted({int(k) for k in ks if k.isdigit()})
            command += ["-m", base + ("." + ",".join(map(str, ks)) if ks else "")]
        out = subprocess.run(command + [folder / "qrels.trec", folder / "run.trec"], check=True, capture_output=True, text=True).stdout
        found = {line.split()[0]: float(line.split()[2]) for line in out.splitlines()}
        means |= {ours: found[theirs] for ours, theirs in names.items()}
    return means


def differences(label, ours, theirs, tolerance):
    for key, value in theirs.items():
        mine = ours.get(key)
        if mine is None or not math.isclose(mine, value, rel_tol=0, abs_tol=tolerance):
            yield f"{label} {key}: ours {mine}, trec_eval {value}"


def compare(arguments):
    rng = random.Random(arguments.seed)
    wrong, compared = [], 0
    for number in range(arguments.cases):
        qrels, run = random_case(rng, 60)
        values, means = reference(qrels, run)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_files(folder, qrels, run, rng)
            for layout in ("qrels.tsv", "qrels.trec"):
                mine, my_means = ask_rag(arguments.rag, folder, layout)
                for query in qrels:
                    wrong += differences(f"case {number} {query}", mine[query], values[query], 1e-9)
                    compared += len(values[query])
                wrong += differences(f"case {number} mean", my_means, means, 1e-9)
            if arguments.trec_eval:
                wrong += differences(f"case {number} trec_eval -c", my_means, ask_trec_eval(arguments.trec_eval, folder), 0.5001e-4)
    print(f"{arguments.cases} runs, {compared} values compared, {len(wrong)} differ")
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


def write_fixture(arguments):
    rng = random.Random(arguments.seed)
    cases = []
    for _ in range(arguments.cases):
        qrels, run = random_case(rng, 14)
        values, means = reference(qrels, run)
        rounded = {q: {m: round(v, 10) for m, v in values[q].items()} for q in values}
        found = {q: rng.sample(sorted(run[q].items()), len(run[q])) for q in run}
        cases.append({"qrels": qrels, "run": found, "per_query": rounded, "means": {m: round(v, 10) for m, v in means.items()}})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    Path(arguments.write_fixture).write_text(
        '{"made_by":"tests/nightly/compare_trec_eval.py with pytrec-eval-terrier ' + pytrec_eval.__version__ + '","cases":[\n' + lines + "\n]}\n", encoding="utf-8")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rag", default="build/release/rag")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--trec-eval", default="")
    parser.add_argument("--write-fixture", default="")
    arguments = parser.parse_args()
    return write_fixture(arguments) if arguments.write_fixture else compare(arguments)


if __name__ == "__main__":
    sys.exit(main())
