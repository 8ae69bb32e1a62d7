#!/usr/bin/env python3
"""Compares 'rag eval compare' with scipy and statsmodels on random pairs of evaluations.

    compare_significance.py --rag build/release/rag [--cases 60] [--seed 7]

Needs scipy and statsmodels:  python3 -m venv V && V/bin/pip install scipy statsmodels && V/bin/python compare_significance.py ...
What is exact (t test, exact randomisation, Holm, effect size) must agree to 1e-9; the detectable difference to 1e-4, which is as far as statsmodels
searches; what is sampled on both sides within four standard errors.  Exit code 0: all agree, 1: some differ, 77: cannot run here.
"""
import argparse
import json
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy
    from scipy import special, stats
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.power import TTestPower
except ImportError:
    print(f"skipped: scipy and statsmodels are not installed\n{__doc__}", file=sys.stderr)
    sys.exit(77)

METRICS = ["nDCG@10", "AP", "RR"]
RESAMPLES = 10000
ROUNDING = 1e-9


def evaluation(name, values):
    """As 'rag eval retrieval --out' writes it; values: metric -> one a query."""
    count = len(values[METRICS[0]])
    queries = [{"id": f"q{i:05}", "text": "", "values": {m: values[m][i] for m in METRICS}, "relevant": {"d": 1}, "found": []} for i in range(count)]
    return {"schema_version": 1, "kind": "rag.evaluation", "name": name, "version": "0", "configuration": {}, "fingerprints": {"gold": "g"}, "metrics": METRICS,
            "means": {m: sum(values[m]) / count for m in METRICS}, "missing": [], "unjudged": [], "without_relevant": [], "notes": [], "queries": queries}


def random_systems(rng):
    count = rng.choice([2, 3, 5, 12, 20, 24, 40, 150, 600])
    base = {m: [rng.choice([0.0, 1.0, rng.random()]) for _ in range(count)] for m in METRICS}
    changed, shift, spread = rng.random(), rng.gauss(0, 0.1), rng.choice([0.02, 0.2])
    def other():
        return {m: [min(1.0, max(0.0, v + rng.gauss(shift, spread))) if rng.random() < changed else v for v in base[m]] for m in METRICS}
    return {"a": base, "b": other(), "c": other()}


def differences(first, second):
    d = numpy.array(second) - numpy.array(first)
    return numpy.where(abs(d) <= ROUNDING, 0.0, d)


def no_spread(d):
    return d.max() - d.min() <= ROUNDING


class Checks:
    def __init__(self):
        self.compared, self.wrong = 0, []

    def near(self, what, ours, theirs, tolerance):
        self.compared += 1
        if ours is None or not math.isfinite(ours) or abs(ours - theirs) > tolerance:
            self.wrong.append(f"{what}: ours {ours}, theirs {theirs}")


def check_pair(checks, where, pair, d, comparisons, seed):
    count, nonzero = len(d), int((d != 0).sum())
    checks.near(f"{where} difference", pair["difference"], float(d.mean()), 1e-12)
    checks.near(f"{where} wins", pair["wins"], int((d > 0).sum()), 0)
    if nonzero <= 12:  # scipy's own time doubles with each
        expected = 1.0
        if nonzero > 1:
            expected = stats.permutation_test((d[d != 0],), lambda x, axis: numpy.mean(x, axis=axis), permutation_type="samples", n_resamples=numpy.inf, vectorized=True).pvalue
        checks.near(f"{where} exact randomisation", pair["randomisation"]["p"], float(expected), 1e-9)
    else:
        signs = numpy.random.default_rng(seed).choice([-1.0, 1.0], size=(RESAMPLES, count))  # scipy's own sampling takes minutes
        expected = (1 + int((abs(signs @ d) >= abs(d.sum()) - 1e-9).sum())) / (RESAMPLES + 1)
        checks.near(f"{where} randomisation", pair["randomisation"]["p"], float(expected), 4 * math.sqrt(2 * max(expected * (1 - expected), 1e-4) / RESAMPLES))
    if no_spread(d):
        if d.any() and pair["t_test"] is not None:
            checks.wrong.append(f"{where}: a t test without spread")
        return
    t = stats.ttest_rel(d, numpy.zeros(count))
    checks.near(f"{where} t", pair["t_test"]["t"], float(t.statistic), 1e-9 * abs(t.statistic) + 1e-12)
    checks.near(f"{where} p of t", pair["t_test"]["p"], float(t.pvalue), 1e-9)
    deviation = d.std(ddof=1)
    if count >= 3:
        df = count - 1
        checks.near(f"{where} d_z", pair["effect"]["d_z"], float(d.mean() / deviation), 1e-9)
        factor = math.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)
        checks.near(f"{where} hedges_g", pair["effect"]["hedges_g"], float(d.mean() / deviation * factor), 1e-9)
    if count >= 5:
        power = TTestPower().power(pair["detectable"] / deviation, count, 0.05 / comparisons)
        checks.near(f"{where} power at what is detectable", float(power), 0.8, 1e-4)
    if count >= 12 and nonzero >= 8:  # below, a handful of distinct means makes quantiles jump
        interval = stats.bootstrap((d,), numpy.mean, n_resamples=RESAMPLES, method="BCa", random_state=seed, vectorized=True).confidence_interval
        tolerance = 0.3 * float(deviation / math.sqrt(count))  # bounds and bias are sampled, on both sides: about .06 each time, more where few means are possible
        checks.near(f"{where} low", pair["interval"][0], float(interval.low), tolerance)
        checks.near(f"{where} high", pair["interval"][1], float(interval.high), tolerance)


def check_case(checks, rag, rng, number):
    systems = random_systems(rng)
    with tempfile.TemporaryDirectory() as name:
        files = []
        for system, values in systems.items():
            files.append(str(Path(name) / f"{system}.json"))
            Path(files[-1]).write_text(json.dumps(evaluation(system, values)), encoding="utf-8")
        out = json.loads(subprocess.run([rag, "eval", "compare", *files, "--json", "--resamples", str(RESAMPLES)], check=True, capture_output=True, text=True).stdout)
    pairs = out["pairs"]
    for pair, value in zip(pairs, multipletests([pair["p"] for pair in pairs], method="holm")[1]):
        checks.near(f"case {number} Holm", pair["p_holm"], float(value), 1e-12)
    for pair in pairs:
        d = differences(systems[pair["first"]][pair["metric"]], systems[pair["second"]][pair["metric"]])
        check_pair(checks, f"case {number} ({len(d)} queries) {pair['metric']} {pair['second']}-{pair['first']}", pair, d, len(pairs), number)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rag", default="build/release/rag")
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rng, checks = random.Random(arguments.seed), Checks()
    for number in range(arguments.cases):
        check_case(checks, arguments.rag, rng, number)
    print(f"{arguments.cases} cases, {checks.compared} values compared, {len(checks.wrong)} differ")
    print("\n".join(checks.wrong[:20]))
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
