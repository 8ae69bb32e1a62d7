#!/usr/bin/env python3
"""Compares `rag eval answers` with independent computations on random answers.

    compare_answers.py --rag build/release/rag [--cases 40] [--seed 7]

SQuAD 2.0's and KorQuAD 1.0's rules are written here once more from their definitions, AURC and E-AURC computed with numpy over all orders of equal confidences,
and ROUGE-L taken from the package rouge-score, on texts of ASCII.  Needs numpy and rouge-score:
    python3 -m venv V && V/bin/pip install numpy rouge-score && V/bin/python compare_answers.py
Exit code 0: all equal, 1: some differ, 77: cannot run here.
"""
import argparse
import collections
import json
import math
import random
import re
import string
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy
    from rouge_score import rouge_scorer
except ImportError:
    print(f"skipped: numpy and rouge-score are not installed\n{__doc__}", file=sys.stderr)
    sys.exit(77)

ENGLISH = ["the", "The", "a", "An", "Normans", "10th", "centuries", "France,", "U.S.A.", "mother-in-law", "it's", "1,500", "3.5", "_the_", "and", "STRAßE", "İstanbul",
           "Ⅷ", "½a", "the–end", "ΟΔΟΣ", "\u00a0x", "\x1fy", "e\u0301tude", "$5", "(the)", "“quoted”", "theatre", "an-apple"]
KOREAN = ["1989년", "2월", "15일", "임수경", "임수경은", "《삼국지》", "〈논어〉", "'작은'", "‘큰’", "\"인용\"", "(서울)", "서울특별시", "한국의", "a", "the", "K-POP", "<제목>", "평양축전에,", "3.5%"]
PLAIN = "police killed the gunman in leeds staff have 27 days of leave per year ends ended".split()


def squad_tokens(text):
    """Small letters; no ASCII punctuation; no a, an, the; words between white space."""
    kept = text.lower().translate({ord(mark): None for mark in string.punctuation})
    return re.sub(r"\b(?:the|an|a)\b", " ", kept).split()


def korquad_tokens(text):
    """Quotation and title marks and round brackets are blanks; small letters; no ASCII punctuation."""
    blanks = text.translate({ord(mark): " " for mark in "'\"《》<>〈〉()‘’"})
    return blanks.lower().translate({ord(mark): None for mark in string.punctuation}).split()


def f1(said, wanted):
    if not said or not wanted:
        return float(said == wanted)
    common = sum((collections.Counter(said) & collections.Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted))


def best(answer, references, tokens, units):
    """SQuAD 2.0 leaves out references of nothing; where none is left, nothing is right."""
    gold = [tokens(r) for r in references if tokens(r)] or [[]]
    said = tokens(answer)
    return max(float(said == g) for g in gold), max(f1(units(said), units(g)) for g in gold)


SCORER = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)


def words(rng, pool, most):
    return " ".join(rng.choice(pool) for _ in range(rng.randint(1, most)))


def random_set(rng, size):
    questions, answers = [], []
    for number in range(size):
        pool = rng.choice([ENGLISH, KOREAN, ENGLISH + KOREAN, PLAIN, PLAIN])
        impossible = rng.random() < 0.2
        references = [] if impossible else [words(rng, pool, 6) for _ in range(rng.randint(1, 3))]
        questions.append({"_id": f"q{number:03}", "text": "?", "answers": references, "is_impossible": impossible, "ascii": pool is PLAIN})
        text = rng.choice([words(rng, pool, 12), rng.choice(references) if references else words(rng, pool, 2)])
        refused = rng.random() < 0.2
        confidence = rng.choice([rng.random(), round(rng.random(), 1), 0.5])
        answers.append({"_id": f"q{number:03}", "answer": None if refused else text, "abstained": refused, "confidence": confidence})
    return questions, answers


def selective(losses, confidences):
    """Area under the risk-coverage curve: the mean over cut-offs of the mean loss above them, averaged over orders that equal confidences allow."""
    losses, confidences = numpy.array(losses), numpy.array(confidences)
    expected = numpy.array([losses[confidences == c].mean() for c in confidences])
    order = numpy.argsort(-confidences, kind="stable")
    ranks = numpy.arange(1, len(losses) + 1)
    area = (numpy.cumsum(expected[order]) / ranks).mean()
    return area, area - (numpy.cumsum(numpy.sort(losses)) / ranks).mean()


def ask_rag(rag, folder, questions, answers, correct):
    for name, rows in (("questions", questions), ("answers", answers)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    command = [rag, "eval", "answers", "--queries", folder / "questions.jsonl", "--answers-in", folder / "answers.jsonl", "--correct", correct, "--per-query", "--json"]
    out = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {q["id"]: q for q in out["questions"]}, {m["measure"]: m["value"] for m in out["measures"]}


def compare_set(rag, folder, rng, label):
    questions, answers = random_set(rng, 60)
    found, means = ask_rag(rag, folder, questions, answers, "squad_f1_answerable")
    wrong, compared, losses, confidences, squad = [], 0, [], [], []
    for question, answer in zip(questions, answers):
        text, values = answer["answer"] or "", found[question["_id"]]["values"]
        text = text if text.strip() else ""
        em, squad_f1 = best(text, question["answers"], squad_tokens, lambda t: t)
        squad.append(squad_f1)
        expected = {"squad_em": em, "squad_f1": squad_f1}
        if not question["is_impossible"]:
            expected["korquad_em"], expected["korquad_f1"] = best(text, question["answers"], korquad_tokens, lambda t: list("".join(t)))
            if question["ascii"]:
                expected["rouge_l"] = max(SCORER.score(r, text)["rougeL"].fmeasure for r in question["answers"])
        for name, value in expected.items():
            compared += 1
            if not math.isclose(values[name], value, abs_tol=1e-12):
                wrong.append(f"{label} {question['_id']} {name}: ours {values[name]}, expected {value}; {answer['answer']!r} {question['answers']!r}")
        if not found[question["_id"]]["abstained"]:
            losses.append(1.0 if question["is_impossible"] else 1 - squad_f1)
            confidences.append(answer["confidence"])
    area, excess = selective(losses, confidences)
    for name, value in (("aurc", area), ("excess_aurc", excess), ("squad_f1", numpy.mean(squad))):
        compared += 1
        if not math.isclose(means[name], value, abs_tol=1e-12):
            wrong.append(f"{label} {name}: ours {means[name]}, expected {value}")
    return wrong, compared


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rag", default="build/release/rag")
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    wrong, compared = [], 0
    for case in range(arguments.cases):
        with tempfile.TemporaryDirectory() as name:
            more, count = compare_set(arguments.rag, Path(name), rng, f"set {case}")
        wrong += more
        compared += count
    print(f"{arguments.cases} sets, {compared} values compared, {len(wrong)} differ")
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
