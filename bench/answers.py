#!/usr/bin/env python3
"""How good the answers are: what is answered, what is rightly refused, and how much of the reference the answer has.

  rag --index HANDBOOK index examples/handbook
  bench/answers.py HANDBOOK --questions examples/handbook-questions/queries.jsonl --answers examples/handbook-questions/answers.jsonl
  bench/answers.py INDEX --questions FOLDER/_qa/hr_questions.jsonl --sample 60 --show wrong

QUESTIONS: lines {"_id", "text" or "question"}; the reference is the line's own "answer", or the one of the same _id in ANSWERS, {"_id", "answers": [...]}.
A question whose line has "is_impossible" (or the kind "unanswerable") or whose references are empty is unanswerable: right is to abstain.

answered, refused: of the answerable, of the unanswerable questions.  first: the first sentence contains a whole reference; holds: the answer does;
numbers, words: share of the reference's numbers and other words that stand in the answer (0 where it abstained); F1: of the words of answer and
reference; sentences: of an answer; ms: of making the answer, the search before it not counted.
"""
import collections
import json
import os
import random
import re
import statistics
import subprocess
import sys

from common import check_rag, json_lines, machine, parser, print_table

FILLING = set("a an the of to in on at for and or is are was were be by with from as that this it its you your they their not if may can will".split())


def words_of(text):
    """Latin words, numbers without thousands commas, and pairs of Hangul syllables, so that a particle does not spoil a word."""
    found = []
    for word in re.findall(r"[a-z]+|\d+(?:[.,]\d+)*|[가-힣]+", text.lower()):
        if "가" <= word[0] <= "힣":
            found += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif word not in FILLING:
            found.append(word.replace(",", ""))
    return found


def squeezed(text):
    return re.sub(r"[^0-9a-z가-힣$£€¥₩%]", "", text.lower())


def share(wanted, found):
    return sum(word in found for word in wanted) / len(wanted) if wanted else None


def f1(answer, reference):
    common = sum((collections.Counter(answer) & collections.Counter(reference)).values())
    return 2 * common / (len(answer) + len(reference)) if common else 0.0


def questions_of(args):
    references = {row["_id"]: row["answers"] for row in json_lines(args.answers)} if args.answers else {}
    for row in json_lines(args.questions):
        texts = references.get(row["_id"], [row["answer"]] if row.get("answer") else [])
        impossible = row.get("is_impossible") or row.get("kind") == "unanswerable" or not texts
        yield {"_id": row["_id"], "text": " ".join((row.get("text") or row["question"]).split()), "references": [] if impossible else texts}


def sample(questions, size):
    """The same ones every time, answerable and not in the proportion of the set."""
    return random.Random(7).sample(questions, size) if 0 < size < len(questions) else questions


def ask(rag, index, questions, extra):
    """Every question stands alone: the conversation is forgotten between two."""
    lines = "".join(f"{question['text']}\n/new\n" for question in questions)
    run = subprocess.run([rag, "--index", index, "chat", "--format", "json", *extra], input=lines, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    if len(answers) != len(questions):
        sys.exit(f"{len(questions)} questions, {len(answers)} answers; rag chat ended with {run.returncode}: {run.stderr[-500:]}")
    return answers


def judged(question, answer):
    text = re.sub(r"\s*\[\d+\]", "\n", answer["answer"] or "")
    row = {"_id": question["_id"], "question": question["text"], "references": question["references"], "text": text, "abstained": answer["abstained"],
           "sentences": len(answer["citations"]), "ms": answer["timings_ms"].get("generate")}
    if not question["references"]:
        return row
    found = words_of(text)
    best = max(question["references"], key=lambda reference: f1(found, words_of(reference)))
    wanted = words_of(best)
    numbers = [word for word in wanted if word[0].isdigit()]
    first = text.split("\n")[0]
    row |= {"first": any(squeezed(r) in squeezed(first) for r in question["references"]), "holds": any(squeezed(r) in squeezed(text) for r in question["references"]),
            "numbers": share(numbers, found), "words": share([word for word in wanted if not word[0].isdigit()], found), "F1": f1(found, wanted)}
    return row


def mean(rows, key):
    values = [float(row[key]) for row in rows if row.get(key) is not None]
    return statistics.mean(values) if values else None


def summary(rows):
    good, bad = [row for row in rows if row["references"]], [row for row in rows if not row["references"]]
    told = [row for row in rows if not row["abstained"]]
    return {"answerable": len(good), "answered": mean([{"x": not row["abstained"]} for row in good], "x"), "unanswerable": len(bad),
            "refused": mean([{"x": row["abstained"]} for row in bad], "x"), **{key: mean(good, key) for key in ("first", "holds", "numbers", "words", "F1")},
            "sentences": mean(told, "sentences"), "ms": statistics.median(row["ms"] for row in rows)}


def show(rows, which):
    for row in rows:
        wrong = not row["abstained"] if not row["references"] else not row["first"]
        if which == "all" or wrong:
            print(f"{row['_id']} {row['question']}\n  = {' / '.join(row['references'][:2]) or '(no answer)'}\n  > {row['text'].strip() or '(abstained)'}\n")


def main():
    made = parser(__doc__)
    made.add_argument("index", metavar="INDEX")
    made.add_argument("--questions", metavar="QUESTIONS", required=True)
    made.add_argument("--answers", metavar="ANSWERS")
    made.add_argument("--sample", type=int, default=0, metavar="N", help="ask only so many (default: all)")
    made.add_argument("--show", choices=["wrong", "all"], help="print these answers before the figures")
    args, extra = made.parse_known_args()
    questions = sample(list(questions_of(args)), args.sample)
    rows = [judged(question, answer) for question, answer in zip(questions, ask(check_rag(args.rag), os.path.abspath(args.index), questions, extra))]
    if args.show:
        show(rows, args.show)
    figures = summary(rows)
    if args.json:
        print(json.dumps({"machine": machine(), **figures}))
        return
    print(f"{machine()}\n")
    print_table(["answers of", *figures], [[os.path.basename(os.path.normpath(args.index)), *figures.values()]])


if __name__ == "__main__":
    main()
