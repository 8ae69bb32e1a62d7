#!/usr/bin/env python3
"""Compares our evaluation with trec_eval's on random runs, and writes the fixture that the ordinary tests check.

    compare_trec_eval.py --rag build/release/rag [--cases 1000] [--seed 7] [--trec-eval PATH]
    compare_trec_eval.py --write-fixture tests/retrieve/data/trec_eval_expected.json --cases 50

Needs pytrec-eval-terrier (trec_eval 9's own code):  python3 -m venv V && V/bin/pip install pytrec-eval-terrier && V/bin/python compare_trec_eval.py ...
RBP is compared with cwl_eval's as ir_measures asks it, where both are installed (V/bin/pip install ir-measures cwl-eval).
With --trec-eval the program itself is asked as well (-q -c, four decimals, query by query).  Exit code 0: all equal, 1: some differ, 77: cannot run here.
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

# Ours -> trec_eval's name, relevance level.  What has no name there is computed in beyond_trec_eval().
METRICS = {
    "nDCG@1": ("ndcg_cut_1", 1), "nDCG@10": ("ndcg_cut_10", 1), "nDCG": ("ndcg", 1),
    "nDCG(dcg='exp-log2')@10": (None, 1), "nDCG(dcg='exp-log2')": (None, 1),
    "AP": ("map", 1), "AP@5": ("map_cut_5", 1), "AP(rel=2)": ("map", 2), "AP(rel=2)@10": ("map_cut_10", 2),
    "RR": ("recip_rank", 1), "RR@3": (None, 1), "RR(rel=2)": ("recip_rank", 2),
    "P@5": ("P_5", 1), "P(rel=3)@3": ("P_3", 3), "R@5": ("recall_5", 1), "R@100": ("recall_100", 1),
    "Success@1": ("success_1", 1), "Success@5": ("success_5", 1), "Rprec": ("Rprec", 1), "Rprec(rel=2)": ("Rprec", 2),
    "Bpref": ("bpref", 1), "Bpref(rel=2)": ("bpref", 2), "infAP": ("infAP", 1), "infAP(rel=2)": ("infAP", 2),
    "RBP(p=0.8)": (None, 1), "RBP(p=0.5,rel=2)": (None, 2), "RBP(p=0.95)@3": (None, 1), "R_cap@3": (None, 1), "R_cap(rel=2)@10": (None, 2),
    "Judged@10": (None, 1), "Hole@5": (None, 1),
}


def random_case(rng, largest):
    """Everything that makes evaluators disagree: ties, near ties, unjudged and missing things, odd ids, grades below zero, empty answers, and
    documents named as the query is.  Gives judgements, run and whether those self-hits are to be dropped."""
    def name(i):
        return rng.choice([f"d{i}", f"D{i:04}", f"문서{i}", f"{i}", f"a/b-{i}.pdf#{i}"])
    queries = [f"q{i}" for i in range(rng.randint(1, 6))]
    documents = sorted({name(i) for i in range(rng.randint(3, largest))} | (set(queries) if rng.random() < 0.3 else set()))
    grades = rng.choice([[0, 1], [1], [0, 0, 0, 1, 2, 3], [-1, 0, 1, 2], [-3, -2, -1, 0, 1, 3], [0, 1, 5]])
    scale = rng.choice([lambda: rng.random(), lambda: round(rng.random(), 1), lambda: float(rng.randint(-3, 3)),
                        lambda: 20 + rng.randint(0, 4) * 1e-7, lambda: rng.random() * 1e-30, lambda: rng.gauss(0, 1e6), lambda: 0.5])
    qrels, run = {}, {}
    for query in queries:
        judged = rng.sample(documents, rng.randint(1, len(documents)))
        qrels[query] = {d: (0 if rng.random() < 0.05 else rng.choice(grades)) for d in judged}
        others = [d for d in judged if d != query] or judged
        if all(qrels[query][d] < 0 for d in others):  # trec_eval reads memory it never wrote there
            qrels[query][others[0]] = 0
        if rng.random() < 0.1:  # nothing relevant
            qrels[query] = {d: 0 for d in judged}
        if rng.random() < 0.85:
            found = rng.sample(documents, rng.randint(1, len(documents)))
            run[query] = {d: scale() for d in found}
    if rng.random() < 0.3:
        run["never-judged"] = {documents[0]: 1.0}
    if not any(q in run for q in qrels) and rng.random() < 0.8:  # the rest: a run that answers nothing
        run[queries[0]] = {documents[0]: 1.0}
    return qrels, run, rng.random() < 0.5


def without_self_hits(by_query):
    return {query: {d: v for d, v in values.items() if d != query} for query, values in by_query.items()}


def in_order(found):
    as_float32 = lambda score: struct.unpack("f", struct.pack("f", score))[0]
    return sorted(sorted(found, key=lambda d: d.encode(), reverse=True), key=lambda d: -as_float32(found[d]))


def beyond_trec_eval(grades, found):
    """What trec_eval lacks, by the definitions of its authors."""
    order = in_order(found)
    relevant = lambda level: [i for i, d in enumerate(order) if grades.get(d, 0) >= level]
    capped = lambda k, level: sum(i < k for i in relevant(level)) / (min(k, sum(g >= level for g in grades.values())) or 1)
    persistent = lambda p, k, level: (1 - p) * sum(p ** i for i in relevant(level) if i < k)
    gains = lambda grades_in_order: sum((2 ** g - 1) / math.log2(i + 2) for i, g in enumerate(grades_in_order) if g > 0)
    ideal = sorted(grades.values(), reverse=True)
    exponential = lambda k: gains([grades.get(d, 0) for d in order][:k]) / (gains(ideal[:k]) or 1)
    first = min(relevant(1), default=None)
    judged = lambda k: sum(d in grades for d in order[:k]) / (len(order[:k]) or 1)
    return {"RR@3": 1 / (first + 1) if first is not None and first < 3 else 0.0,  # -M 3
            "RBP(p=0.8)": persistent(0.8, len(order), 1), "RBP(p=0.5,rel=2)": persistent(0.5, len(order), 2), "RBP(p=0.95)@3": persistent(0.95, 3, 1),
            "R_cap@3": capped(3, 1), "R_cap(rel=2)@10": capped(10, 2), "Judged@10": judged(10), "Hole@5": 1 - judged(5) if order else 0.0,
            "nDCG(dcg='exp-log2')@10": exponential(10), "nDCG(dcg='exp-log2')": exponential(len(grades) + len(order))}


def reference(qrels, run):
    """Values per query and their means over all judged queries, by trec_eval's code."""
    values = {query: beyond_trec_eval(qrels[query], run.get(query, {})) for query in qrels}
    for level in sorted({level for _, level in METRICS.values()}):
        wanted = {name for name, at in METRICS.values() if name and at == level}
        found = pytrec_eval.RelevanceEvaluator(qrels, {n.replace("_", ".", 1) if n.startswith(("P_", "recall_", "success_")) else
                                                       n.replace("cut_", "cut.") for n in wanted}, relevance_level=level).evaluate(run)
        for query in qrels:
            for ours, (theirs, at) in METRICS.items():
                if theirs and at == level:
                    values[query][ours] = found.get(query, {}).get(theirs, 0.0)
    means = {metric: sum(values[q][metric] for q in values) / len(values) for metric in METRICS}
    return values, means


def write_files(folder, qrels, run, rng):
    rows = [(q, d, s) for q in run for d, s in run[q].items()]
    rng.shuffle(rows)  # trec_eval looks at scores only, never at ranks or the order of lines
    (folder / "run.trec").write_text("".join(f"{q} Q0 {d} {i} {s!r} random\n" for i, (q, d, s) in enumerate(rows)), encoding="utf-8")
    (folder / "qrels.trec").write_text("".join(f"{q} 0 {d} {g}\n" for q in qrels for d, g in qrels[q].items()), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(f"{q}\t{d}\t{g}\n" for q in qrels for d, g in qrels[q].items()),
                                      encoding="utf-8")


def ask_rag(rag, folder, layout, drop):
    command = [rag, "eval", "score", "--qrels", str(folder / layout), "--run", str(folder / "run.trec"), "--per-query", "--format", "json"]
    command += ["--drop-self-hits"] if drop else []
    for metric in METRICS:
        command += ["-m", metric]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer["per_query"], answer["metrics"]


def ask_trec_eval(program, folder):
    """Query by query and "all", with -c, four decimals."""
    values = {}
    for level in sorted({level for _, level in METRICS.values()}):
        names = {ours: theirs for ours, (theirs, at) in METRICS.items() if theirs and at == level}
        command = [program, "-q", "-c", f"-l{level}"]
        depths = {}  # all cutoffs of a measure in one -m: it heeds only the first
        for theirs in names.values():
            base, _, depth = theirs.rpartition("_")
            depths.setdefault(base if depth.isdigit() else theirs, []).append(depth)
        for base, ks in depths.items():
            ks = sorted({int(k) for k in ks if k.isdigit()})
            command += ["-m", base + ("." + ",".join(map(str, ks)) if ks else "")]
        out = subprocess.run(command + [folder / "qrels.trec", folder / "run.trec"], check=True, capture_output=True, text=True).stdout
        found = {}
        for line in out.splitlines():
            measure, query, value = line.split()
            found.setdefault(query, {})[measure] = float(value)
        for query in found:
            values.setdefault(query, {}).update({ours: found[query][theirs] for ours, theirs in names.items()})
    return values


def ask_cwl_eval(qrels, run):
    """RBP as ir_measures asks cwl_eval for it, query by query; nothing where either is not installed."""
    try:
        import ir_measures
        import cwl  # noqa: F401
    except ImportError:
        return {}
    measures = {str(ours): ir_measures.parse_measure(name) for ours, name in {"RBP(p=0.8)": "RBP(p=0.8,rel=1)", "RBP(p=0.5,rel=2)": "RBP(p=0.5,rel=2)"}.items()}
    exact = {q: {d: -i for i, d in enumerate(in_order(found))} for q, found in run.items()}  # it breaks ties another way
    values = {}
    for value in ir_measures.iter_calc(list(measures.values()), qrels, exact):
        ours = next(name for name, measure in measures.items() if measure == value.measure)
        values.setdefault(value.query_id, {})[ours] = value.value
    return values


def differences(label, ours, theirs, tolerance):
    for key, value in theirs.items():
        mine = ours.get(key)
        if mine is None or not math.isclose(mine, value, rel_tol=0, abs_tol=tolerance):
            yield f"{label} {key}: ours {mine}, trec_eval {value}"


def compare(arguments):
    rng = random.Random(arguments.seed)
    wrong, compared, by_program, by_cwl = [], 0, 0, 0
    for number in range(arguments.cases):
        qrels, run, drop = random_case(rng, 60)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_files(folder, qrels, run, rng)
            layout = rng.choice(["qrels.tsv", "qrels.trec"])
            mine, my_means = ask_rag(arguments.rag, folder, layout, drop)
            if drop:
                qrels, run = without_self_hits(qrels), without_self_hits(run)
                write_files(folder, qrels, run, rng)
            values, means = reference({q: g for q, g in qrels.items() if g}, {q: d for q, d in run.items() if d})
            for query in values:
                wrong += differences(f"case {number} {query}", mine[query], values[query], 1e-9)
                compared += len(values[query])
            for query in qrels.keys() - values.keys():  # judged, but only by itself: counts 0
                wrong += differences(f"case {number} {query}", mine[query], {metric: 0.0 for metric in METRICS if metric not in ("Judged@10", "Hole@5")}, 0)
            if len(values) == len(qrels):
                wrong += differences(f"case {number} mean", my_means, means, 1e-9)
            for query, theirs in ask_cwl_eval(qrels, run).items():
                wrong += differences(f"case {number} cwl_eval {query}", mine[query], theirs, 1e-6)
                by_cwl += len(theirs)
            if arguments.trec_eval and len(values) == len(qrels) and any(run.get(q) for q in qrels):
                for query, theirs in ask_trec_eval(arguments.trec_eval, folder).items():
                    wrong += differences(f"case {number} trec_eval -c {query}", my_means if query == "all" else mine[query], theirs, 0.5001e-4)
                    by_program += len(theirs)
    print(f"{arguments.cases} runs, {compared} values compared, {by_cwl} with cwl_eval, {by_program} with the program trec_eval; {len(wrong)} differ")
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


def write_fixture(arguments):
    rng = random.Random(arguments.seed)
    cases = []
    for _ in range(arguments.cases):
        qrels, run, _ = random_case(rng, 14)
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
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--trec-eval", default="")
    parser.add_argument("--write-fixture", default="")
    arguments = parser.parse_args()
    return write_fixture(arguments) if arguments.write_fixture else compare(arguments)


if __name__ == "__main__":
    sys.exit(main())
