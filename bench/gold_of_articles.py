#!/usr/bin/env python3
"""Makes whole articles of a collection of paragraphs, with gold that says where in the article each answer stands.

    bench/gold_of_articles.py DATA/squad2-dev-half OUT

The paragraphs of one title become one document, so that chunks of different sizes can be compared: OUT has corpus.jsonl, queries.jsonl, qrels/test.tsv and
gold.jsonl (docs/formats/gold.md).  A question's gold is the sentence of its paragraph in which its answer stands first; questions whose answer is not in
their paragraph letter for letter, and those without one, are left out and counted.
"""
import argparse
import collections
import json
import pathlib
import re
import sys
import unicodedata


def json_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def sentence_around(text, begin, end):
    """Characters of the sentence that holds [begin, end), simply cut: after a full stop and a blank."""
    stops = [0] + [match.end() for match in re.finditer(r"[.!?]['\")\]]*\s+", text)] + [len(text)]
    first = max(stop for stop in stops if stop <= begin)
    last = min(stop for stop in stops if stop >= end)
    return first, first + len(text[first:last].rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--answer", action="store_true", help="the answer alone is the gold, not its sentence")
    arguments = parser.parse_args()

    articles, place = collections.OrderedDict(), {}
    for paragraph in json_lines(arguments.data / "corpus.jsonl"):
        parts = articles.setdefault(paragraph["title"], [])
        place[paragraph["_id"]] = (paragraph["title"], sum(len(part) + 2 for part in parts))
        parts.append(unicodedata.normalize("NFC", paragraph["text"].strip()))
    texts = {title: "\n\n".join(parts) for title, parts in articles.items()}
    ids = {title: f"a{number:04d}" for number, title in enumerate(articles, 1)}
    answers = {line["_id"]: line["answers"] for line in json_lines(arguments.data / "answers.jsonl")}
    paragraph_of = {}
    for line in (arguments.data / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            paragraph_of.setdefault(query, document)

    gold, left_out = {}, 0
    for query in json_lines(arguments.data / "queries.jsonl"):
        paragraph = paragraph_of.get(query["_id"])
        if not paragraph or not answers.get(query["_id"]):
            left_out += 1
            continue
        title, start = place[paragraph]
        text = texts[title]
        stop = text.find("\n\n", start)
        stop = len(text) if stop < 0 else stop
        answer = unicodedata.normalize("NFC", answers[query["_id"]][0].strip())
        begin = text.find(answer, start, stop)
        if begin < 0:
            left_out += 1
            continue
        first, last = begin, begin + len(answer)
        if not arguments.answer:
            first, last = (start + at for at in sentence_around(text[start:stop], begin - start, begin - start + len(answer)))
        span = {"begin": len(text[:first].encode()), "end": len(text[:last].encode())}
        gold[query["_id"]] = (query["text"], {"query": query["_id"], "document": ids[title], "span": span, "quote": text[first:last], "grade": 1})

    (arguments.out / "qrels").mkdir(parents=True, exist_ok=True)

    def write(name, lines):
        (arguments.out / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    def dump(value):
        return json.dumps(value, ensure_ascii=False)

    write("corpus.jsonl", (dump({"_id": ids[title], "title": title, "text": text}) for title, text in texts.items()))
    write("queries.jsonl", (dump({"_id": query, "text": text}) for query, (text, _) in gold.items()))
    write("gold.jsonl", (dump(item) for _, item in gold.values()))
    write("qrels/test.tsv", ["query-id\tcorpus-id\tscore"] + [f"{query}\t{item['document']}\t1" for query, (_, item) in gold.items()])
    print(f"{len(texts)} articles, {len(gold)} questions, {left_out} left out", file=sys.stderr)


if __name__ == "__main__":
    main()
