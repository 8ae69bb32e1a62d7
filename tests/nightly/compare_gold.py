#!/usr/bin/env python3
"""Compares the measures over gold of spans with a second implementation, and quotes found again with edlib's alignment.

    compare_gold.py --rag build/release/rag [--documents 40] [--queries 120] [--seed 7]

Makes a collection of random words, English and Korean, gold of spans and of quotes that were damaged here and there, indexes it with the encoder "hash" in
three cuts, and asks.  Needs edlib:  python3 -m venv V && V/bin/pip install edlib && V/bin/python compare_gold.py ...
Exit code 0: all equal, 1: some differ, 77: cannot run here.
"""
import argparse
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    import edlib
except ImportError:
    print(f"skipped: edlib is not installed\n{__doc__}", file=sys.stderr)
    sys.exit(77)

ENGLISH = ["leave", "claim", "manager", "travel", "office", "budget", "report", "client", "system", "policy", "annual", "request", "winter", "garden", "market", "engine"]
KOREAN = ["휴가는", "신청을", "부서장이", "출장비를", "규정에", "급여와", "회의실", "보고서", "연차를", "직원은", "시스템에서", "문서를", "정원에서", "겨울에", "시장은", "기관이"]
LEAST = 0.8


def compared(text):
    """Letters and digits alone; the collection has no other signs that count."""
    return "".join(c for c in text.lower() if c.isalnum())


def text_of(rng):
    words = rng.choice([ENGLISH, KOREAN])
    sentences = [" ".join(rng.choice(words) + (str(rng.randint(1, 99)) if rng.random() < 0.2 else "") for _ in range(rng.randint(5, 14))) for _ in range(rng.randint(4, 30))]
    return ". ".join(sentences) + "."


def damaged(rng, quote):
    characters = list(quote)
    for _ in range(max(1, len(characters) // rng.choice([6, 10, 30]))):
        at = rng.randrange(len(characters))
        rng.choice([lambda: characters.pop(at), lambda: characters.insert(at, rng.choice("xyz하고")), lambda: characters.__setitem__(at, rng.choice("xyz하고"))])()
    return "".join(characters)


def covers(chunk, item):
    shared = min(chunk[2], item["end"]) - max(chunk[1], item["begin"])
    return chunk[0] == item["document"] and shared > 0 and shared >= 0.5 * min(chunk[2] - chunk[1], item["end"] - item["begin"])


def expected(items, ranking):
    """nDCG@10, AP, RR, R@10, P@5 by the definitions of docs/evaluation.md."""
    rank_of, place_of, next_place = {}, {}, 1
    for rank, chunk in enumerate(ranking, 1):
        new = sorted((i for i, item in enumerate(items) if i not in rank_of and covers(chunk, item)), key=lambda i: -items[i]["grade"])
        for i in new:
            rank_of[i] = rank
            place_of[i] = max(rank, next_place)
            next_place = place_of[i] + 1
    places = sorted(place_of.values())
    gain = sum(items[i]["grade"] / math.log2(place + 1) for i, place in place_of.items() if place <= 10)
    ideal = sum(grade / math.log2(place + 1) for place, grade in enumerate(sorted((item["grade"] for item in items), reverse=True)[:10], 1))
    return {"nDCG@10": gain / ideal, "AP": sum((n + 1) / place for n, place in enumerate(places)) / len(items), "RR": 1 / places[0] if places else 0,
            "R@10": sum(rank <= 10 for rank in rank_of.values()) / len(items), "P@5": len({rank for rank in rank_of.values() if rank <= 5}) / 5}


def chunk_of(label):
    document, span = label.rsplit("#", 1)
    begin, end = span.split("-")
    return document, int(begin), int(end)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rag", required=True, type=pathlib.Path)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--queries", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    rag = str(arguments.rag.resolve())
    differ = compared_values = aligned = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "docs").mkdir()
        texts = {f"d{i}.txt": text_of(rng) for i in range(arguments.documents)}
        for name, text in texts.items():
            (folder / "docs" / name).write_text(text, encoding="utf-8")
        gold, queries, items, quotes = [], [], {}, {}
        for q in range(arguments.queries):
            query = f"q{q}"
            items[query] = []
            for _ in range(rng.randint(1, 4)):
                name = rng.choice(list(texts))
                text, data = texts[name], texts[name].encode()
                begin = rng.randrange(len(text) - 30)
                end = min(len(text), begin + rng.randint(20, 200))
                span = {"begin": len(text[:begin].encode()), "end": len(text[:end].encode())}
                grade = rng.randint(1, 3)
                item = {"document": name, "grade": grade, **span}
                if item not in items[query] and not any(i["document"] == name and i["begin"] == span["begin"] for i in items[query]):
                    items[query].append(item)
                    gold.append({"query": query, "document": name, "span": span, "grade": grade})
            queries.append(f"{query}\t{text[begin:end].replace('.', ' ')}")
        for q in range(arguments.queries):
            name = rng.choice(list(texts))
            begin = rng.randrange(len(texts[name]) - 60)
            quotes[f"z{q}"] = (name, damaged(rng, texts[name][begin:begin + rng.randint(40, 160)]))
        (folder / "queries.tsv").write_text("\n".join(queries) + "\n", encoding="utf-8")
        (folder / "gold.jsonl").write_text("".join(json.dumps(line) + "\n" for line in gold), encoding="utf-8")
        (folder / "quotes.jsonl").write_text("".join(json.dumps({"query": q, "document": name, "quote": quote}) + "\n" for q, (name, quote) in quotes.items()), encoding="utf-8")
        (folder / "quotes.tsv").write_text("".join(f"{q}\tleave 휴가\n" for q in quotes), encoding="utf-8")

        def run(*command):
            return subprocess.run([rag, *command], cwd=folder, capture_output=True, text=True, check=True).stdout

        for size in ("16", "60", "400"):
            index = f"{size}.rag"
            run("--index", index, "index", "docs", "--model", "hash", "--max-tokens", size, "--overlap-tokens", str(int(size) // 8))
            out = json.loads(run("--index", index, "eval", "retrieval", "--queries", "queries.tsv", "--gold", "gold.jsonl", "--per-query", "--json", "--run-out", "run", "--depth", "50",
                                 *(part for metric in ("nDCG@10", "AP", "RR", "R@10", "P@5") for part in ("-m", metric))))
            rankings = {}
            for line in (folder / "run").read_text(encoding="utf-8").splitlines():
                query, _, label, *_ = line.split()
                rankings.setdefault(query, []).append(chunk_of(label))
            values = out["per_query"]
            for query, wanted in items.items():
                for metric, value in expected(wanted, rankings.get(query, [])).items():
                    compared_values += 1
                    if abs(values[query][metric] - value) > 1e-9:
                        differ += 1
                        print(f"{size} tokens, {query}, {metric}: {values[query][metric]}, expected {value}")

        evaluation = folder / "quotes.json"
        run("--index", "400.rag", "eval", "retrieval", "--queries", "quotes.tsv", "--gold", "quotes.jsonl", "--out", str(evaluation))
        for entry in json.loads(evaluation.read_text(encoding="utf-8"))["queries"]:
            name, quote = quotes[entry["id"]]
            wanted = compared(quote)
            best = edlib.align(wanted, compared(texts[name]), mode="HW")["editDistance"]
            label = next(iter(entry["relevant"]))
            found = "-" in label.rsplit("#", 1)[1]
            if found != (1 - best / len(wanted) >= LEAST):
                differ += 1
                print(f"{entry['id']}: {'found' if found else 'refused'}, edlib's distance is {best} of {len(wanted)} characters")
            elif found:
                aligned += 1
                _, begin, end = chunk_of(label)
                there = edlib.align(wanted, compared(texts[name].encode()[begin:end].decode()), mode="NW")["editDistance"]
                if there != best:
                    differ += 1
                    print(f"{entry['id']}: distance {there} at bytes {begin}-{end}, edlib finds {best}")
            else:
                refused += 1
    print(f"{compared_values} values and {aligned} places compared, {refused} quotes refused as they should be, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
