#!/usr/bin/env python3
"""A folder of mixed documents becomes answers: what that costs and how often it is right, for rag and for its peers.

  bench/folder.py FOLDER --questions FOLDER/_qa/hr_questions.jsonl
  bench/folder.py FOLDER --questions Q.jsonl --model all-MiniLM-L6-v2 --peers haystack,llama-index     the like-for-like comparison

FOLDER is copied first, without _qa, MANIFEST.tsv and README.md at its top.  Then, each a fresh process: index it into a new index, index
it again unchanged, the first answer to one question, and all answerable questions over the whole folder.
Q.jsonl: a line {"_id", "question", "evidence": [{"file", "page"}]}; one without evidence is unanswerable and not asked.

A hit: the right (file, page) is among the first k distinct pairs in rank order (the right file among the first k distinct files).
wall, cpu (processor seconds of the program and its children: compare these where other programs run beside), peak (resident memory of
the largest process), disk (the index), ms (median time of a warm question).  Peers run with their defaults and all-MiniLM-L6-v2.
"""
import json
import os
import statistics
import sys
import tempfile

from common import check_rag, copy_without, json_lines, machine, measure, megabytes, parser, print_table, progress, rag_json, write_json_lines
from peers.install import PEERS, peer_command

LEFT_OUT = {"_qa", "MANIFEST.tsv", "README.md"}
PROBE = "What is balance billing?"
OFFLINE = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def answerable(path):
    rows = [row for row in json_lines(path) if row.get("evidence")]
    if not rows:
        sys.exit(f'{path}: no answerable question, expected lines with "_id", "question" and "evidence"')
    return rows


def place(ranked, gold):
    """1 for the first distinct one, 0 for none of the first ten."""
    distinct = list(dict.fromkeys(ranked))[:10]
    return next((number for number, item in enumerate(distinct, 1) if item in gold), 0)


def hit_rates(questions, found):
    """found: question id -> [(file, page or None), ...] best first."""
    files, pages = [], []
    for question in questions:
        gold = {(item["file"], int(item["page"])) for item in question["evidence"]}
        hits = [(file, int(page) if str(page).isdigit() else None) for file, page in found[question["_id"]]]
        files.append(place([file for file, _ in hits], {file for file, _ in gold}))
        pages.append(place([hit for hit in hits if hit[1] is not None], gold))
    share = lambda places, k: sum(0 < where <= k for where in places) / len(places)
    return {"file@1": share(files, 1), "page@1": share(pages, 1), "page@5": share(pages, 5), "MRR@10": sum(1 / where for where in pages if where) / len(pages)}


def step(name, command, good=(0,)):
    measured = measure(command, env=OFFLINE, good=good)
    progress(f"{name}: {measured.wall_s:.1f} s wall, {measured.cpu_s:.1f} s cpu, {measured.peak_rss_mb:.0f} MB")
    return measured


def costs(first, again, search, store):
    return {"wall s": first.wall_s, "cpu s": first.cpu_s, "peak MB": first.peak_rss_mb, "disk MB": megabytes(store), "again s": again.wall_s, "first answer s": search.wall_s}


def measure_rag(rag, folder, questions, scratch, args):
    encoder = (["--model", args.model] if args.model else []) + (["--precision", args.precision] if args.precision else [])
    store = os.path.join(scratch, "rag")
    index = [rag, "--index", store, "index", folder, "--format", "json", *encoder]
    first = step("rag: index", index, good=(0, 5))
    again = step("rag: again", index, good=(0, 5))
    search = step("rag: search", [rag, "--index", store, "search", PROBE, "--format", "json"])
    ask = step("rag: ask", [rag, "--index", store, "ask", PROBE, "--format", "json"], good=(0, 1))
    status, report = rag_json(rag, "--index", store, "status", "--json"), json.loads(first.out)
    print_skipped(report["skipped"])
    for mode in args.modes.split(","):
        batch = step(f"rag: questions, {mode}", [rag, "--index", store, "search", "--queries", os.path.join(scratch, "queries.jsonl"), "-k", "100", "--mode", mode, "--copies", "each", "--format", "jsonl"])
        lines = [json.loads(line) for line in batch.out.splitlines()]
        found = {line["id"]: [(hit["uri"], hit["page"]) for hit in line["passages"]] for line in lines}
        yield {"who": f"rag {mode}", **costs(first, again, search, store), "ask s": ask.wall_s, "files": status["documents"], "chunks": status["chunks"],
               **hit_rates(questions, found), "ms": statistics.median(line["timings_ms"]["total"] for line in lines)}


def print_skipped(skipped):
    progress(f"rag: {len(skipped)} files without text")
    for item in skipped:
        print(f"     {item['uri']}: {item['reason']}", file=sys.stderr)


def measure_peer(peer, folder, questions, scratch):
    store, queries = os.path.join(scratch, peer), os.path.join(scratch, "queries.jsonl")
    first = step(f"{peer}: index", peer_command(peer, "index", folder, store))
    disk = megabytes(store)
    search = step(f"{peer}: search", peer_command(peer, "search", store, PROBE))
    asked = step(f"{peer}: questions", peer_command(peer, "ask", store, queries))
    again = step(f"{peer}: again", peer_command(peer, "index", folder, store))
    lines = [json.loads(line) for line in asked.out.splitlines() if line.startswith("{")]
    report = json.loads(first.out.splitlines()[-1])
    for mode in lines[0]["modes"]:
        yield {"who": f"{peer} {mode}", **costs(first, again, search, store), "disk MB": disk, "files": report["documents"], "chunks": report["chunks"],
               **hit_rates(questions, {line["id"]: line["modes"][mode] for line in lines}), "ms": statistics.median(line["ms"][mode] for line in lines)}


def print_report(rows):
    columns = ["wall s", "cpu s", "peak MB", "disk MB", "again s", "first answer s", "ask s", "files", "chunks"]
    systems = list({row["who"].split()[0]: row for row in rows}.values())  # rag first
    print_table(["costs", *columns], [[row["who"].split()[0], *(row.get(column) for column in columns)] for row in systems])
    if systems[0]["who"].startswith("rag") and len(systems) > 1:
        print()
        ratios = [[f"{peer['who'].split()[0]} / rag", *(float(peer[column] / systems[0][column]) for column in columns[:6])] for peer in systems[1:]]
        print_table(["ratios", *columns[:6]], ratios)
    print()
    columns = ["file@1", "page@1", "page@5", "MRR@10", "ms"]
    print_table(["questions", *columns], [[row["who"], *(row[column] for column in columns)] for row in rows])


def main():
    made = parser(__doc__)
    made.add_argument("folder", metavar="FOLDER")
    made.add_argument("--questions", metavar="Q.jsonl", required=True)
    made.add_argument("--model", help="rag's encoder (default: its own default)")
    made.add_argument("--precision", help="of rag's encoder: fp32, bf16 or int8 (default: rag's own)")
    made.add_argument("--modes", default="hybrid,lexical,dense", help="of rag (default: %(default)s)")
    made.add_argument("--peers", default="", help="also run these: " + ",".join(PEERS))
    made.add_argument("--peers-only", action="store_true", help="leave rag out, to repeat the peers' figures alone")
    args = made.parse_args()
    rag, questions = check_rag(args.rag), answerable(args.questions)
    with tempfile.TemporaryDirectory(prefix="rag-bench-") as scratch:
        folder = copy_without(args.folder, os.path.join(scratch, "folder"), LEFT_OUT)
        write_json_lines(os.path.join(scratch, "queries.jsonl"), [{"_id": row["_id"], "text": row["question"]} for row in questions])
        rows = [] if args.peers_only else list(measure_rag(rag, folder, questions, scratch, args))
        for peer in filter(None, args.peers.split(",")):
            rows += measure_peer(peer, folder, questions, scratch)
    if args.json:
        print(json.dumps({"machine": machine(), "model": args.model, "questions": len(questions), "rows": rows}))
        return
    print(f"{machine()}; {len(questions)} questions; rag's encoder: {args.model or 'default'}\n")
    print_report(rows)


if __name__ == "__main__":
    main()
