#!/usr/bin/env python3
"""How long a million judged lines of a run take to be scored, ours beside the evaluators everyone uses, in turn on one machine.

  bench/eval_speed.py                        two made runs: 1,000 queries of 1,000 documents, and 100,000 of 10, every line judged
  bench/eval_speed.py --trec-eval PATH       the program trec_eval as well (NIST, 9.0.8)
  bench/eval_speed.py --python V/bin/python3 where pytrec-eval-terrier and ir-measures are installed

Each reads the same qrels and run from files in TREC's columns and prints means of the same seven measures: nDCG@10, RR, R@100, AP, P@5, Success@1,
Success@5; wall time of the process from start to end, the best of --rounds (the files are in the page cache).  trec_eval takes its measures in one
call; for pytrec_eval the reading is its own parse_run and parse_qrel, for ir_measures its read_trec_run and read_trec_qrels.  Means that
differ by more than four decimals end the benchmark: nobody is fast at something else.
Exit code 3: a goal was missed (1 s for the first run).
"""
import json
import os
import random
import subprocess
import sys
import tempfile

from common import check_rag, machine, measure, parser, print_table, progress

GOAL_S = 1.0
MEASURES = {"nDCG@10": "ndcg_cut_10", "RR": "recip_rank", "R@100": "recall_100", "AP": "map", "P@5": "P_5", "Success@1": "success_1", "Success@5": "success_5"}
SHAPES = {"1,000 queries of 1,000": (1000, 1000), "100,000 queries of 10": (100000, 10)}

PYTREC_EVAL = """
import json, sys, pytrec_eval
with open(sys.argv[1]) as qrels, open(sys.argv[2]) as run:
    evaluator = pytrec_eval.RelevanceEvaluator(pytrec_eval.parse_qrel(qrels), {"ndcg_cut.10", "recip_rank", "recall.100", "map", "P.5", "success.1,5"})
    results = evaluator.evaluate(pytrec_eval.parse_run(run))
print(json.dumps({name: sum(values[name] for values in results.values()) / len(results) for name in json.loads(sys.argv[3]).values()}))
"""
IR_MEASURES = """
import json, sys, ir_measures
names = json.loads(sys.argv[3])
found = ir_measures.calc_aggregate([ir_measures.parse_measure(name) for name in names], ir_measures.read_trec_qrels(sys.argv[1]), ir_measures.read_trec_run(sys.argv[2]))
print(json.dumps({names[str(measure)]: value for measure, value in found.items()}))
"""


def write_files(folder, queries, depth):
    rng = random.Random(7)
    with open(os.path.join(folder, "run"), "w") as run, open(os.path.join(folder, "qrels"), "w") as qrels:
        for query in range(queries):
            documents = rng.sample(range(8_000_000), depth)
            grades = {document: (rng.choice([1, 1, 2, 3]) if rng.random() < 0.1 else 0) for document in documents}
            qrels.writelines(f"q{query} 0 doc{document} {grade}\n" for document, grade in sorted(grades.items()))
            score = 30.0
            for rank, document in enumerate(documents, 1):
                score -= rng.random() * 0.02
                run.write(f"q{query} Q0 doc{document} {rank} {score:.6f} made\n")


def commands(args, qrels, run):
    names = json.dumps(MEASURES)
    yield "rag eval score", [args.rag, "eval", "score", "--qrels", qrels, "--run", run, "--json"] + [part for name in MEASURES for part in ("-m", name)]
    if args.trec_eval:
        yield "trec_eval", [args.trec_eval, "-c"] + [part for name in ("ndcg_cut.10", "recip_rank", "recall.100", "map", "P.5", "success.1,5") for part in ("-m", name)] + [qrels, run]
    yield "pytrec_eval", [args.python, "-c", PYTREC_EVAL, qrels, run, names]
    yield "ir_measures", [args.python, "-c", IR_MEASURES, qrels, run, names]


def means_of(who, out):
    if who == "rag eval score":
        return {MEASURES[name]: value for name, value in json.loads(out)["metrics"].items()}
    if who == "trec_eval":
        return {line.split()[0]: float(line.split()[2]) for line in out.splitlines()}
    return json.loads(out)


def is_there(command):
    module = {PYTREC_EVAL: "pytrec_eval", IR_MEASURES: "ir_measures"}.get(command[2])
    return module is None or subprocess.run([command[0], "-c", f"import {module}"], capture_output=True).returncode == 0


def main():
    made = parser(__doc__)
    made.add_argument("--trec-eval", metavar="PATH", default="")
    made.add_argument("--python", metavar="PATH", default=sys.executable)
    made.add_argument("--rounds", type=int, default=3)
    args = made.parse_args()
    args.rag = check_rag(args.rag)
    rows, reference = [], {}
    for shape, (queries, depth) in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            progress(f"making {shape}")
            write_files(folder, queries, depth)
            for who, command in commands(args, os.path.join(folder, "qrels"), os.path.join(folder, "run")):
                if not is_there(command):
                    progress(f"{who} left out: not installed for {args.python}")
                    continue
                progress(f"{who}, {shape}")
                rounds = [measure(command) for _ in range(args.rounds)]
                best = min(rounds, key=lambda measured: measured.wall_s)
                means = means_of(who, best.out)
                for name, value in reference.setdefault(shape, means).items():
                    if abs(means[name] - value) > 0.5001e-4:
                        sys.exit(f"{who}, {shape}: {name} is {means[name]}, the first one's {value}")
                rows.append({"who": who, "shape": shape, "wall_s": best.wall_s, "cpu_s": best.cpu_s, "peak_rss_mb": best.peak_rss_mb})
    missed = [row for row in rows if row["who"] == "rag eval score" and row["shape"] == next(iter(SHAPES)) and row["wall_s"] > GOAL_S]
    if args.json:
        print(json.dumps({"machine": machine(), "rows": rows}))
    else:
        print(machine())
        print_table(["1,000,000 lines", "", "wall s", "processor s", "MB"], [[row["who"], row["shape"], f"{row['wall_s']:.2f}", f"{row['cpu_s']:.2f}", f"{row['peak_rss_mb']:.0f}"] for row in rows])
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
