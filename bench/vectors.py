#!/usr/bin/env python3
"""Recall and time of a query: our exact search and our inverted lists beside faiss-cpu's flat, IVF and HNSW indexes, on the same vectors.

  V/bin/python bench/vectors.py --made 100000 --made 1000000        made vectors of 384 dimensions in clusters
  V/bin/python bench/vectors.py --index DIR --questions FILE        the vectors of an index, and questions that its encoder embeds
  V/bin/pip install numpy faiss-cpu

One query at a time on one core (taskset), each list search asked twice and the second time counted; times are medians.  FAISS gets as many lists as we
make, and the same probes.  recall: how many of the exact ten (--k) are found.  Build: bench_vectors must be built first
(cmake --build build/release --target bench_vectors).
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import faiss
import numpy

from common import CHECKOUT, json_lines, machine, parser, print_table, progress

PROBES = [4, 8, 16, 32, 64, 128]
DIMENSION = 384
INNER_DIMENSION = 32
QUERIES = 200
SEGMENT_HEADER = 128  # docs/formats/index.md


def made_vectors(count, seed=1):
    """Topics that run into each other, as those of texts do: points around centres in a space of few dimensions, turned into 384, with noise in all
    of them, of length 1.  Queries are further points.  (Clusters far apart in 384 dimensions are found whole with a single probe: no test.)"""
    random = numpy.random.default_rng(seed)
    normal = lambda *shape: random.standard_normal(shape, dtype=numpy.float32)
    centres, turn = normal(max(64, count // 2000), INNER_DIMENSION), normal(INNER_DIMENSION, DIMENSION) / INNER_DIMENSION ** .5

    def points(number):
        rows = numpy.empty((number, DIMENSION), dtype=numpy.float32)
        for begin in range(0, number, 50000):
            part = rows[begin:begin + 50000]
            inner = centres[random.integers(len(centres), size=len(part))] + normal(len(part), INNER_DIMENSION)
            part[:] = inner @ turn + 0.4 * normal(*part.shape)
            part /= numpy.linalg.norm(part, axis=1, keepdims=True)
        return rows

    return points(count), points(QUERIES)


def stored_vectors(index):
    """All rows of an index's segments."""
    parts = []
    folder = os.path.join(index, "segments")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".vec"):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            header = file.read(SEGMENT_HEADER)
            rows, dimension = int.from_bytes(header[24:32], "little"), int.from_bytes(header[32:36], "little")
            file.seek(int.from_bytes(header[40:48], "little"))
            parts.append(numpy.fromfile(file, dtype=numpy.float32, count=rows * dimension).reshape(rows, dimension))
    return numpy.concatenate(parts)


def embedded_questions(rag, index, file):
    status = json.loads(subprocess.run([rag, "--index", index, "status", "--json"], check=True, capture_output=True, text=True).stdout)
    texts = [line["text"] for line in json_lines(file)][:QUERIES]
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    out = subprocess.run([rag, "embed", "--model", status["model"], "--kind", "query"], check=True, input=lines, capture_output=True, text=True).stdout
    return numpy.array([json.loads(line)["embedding"] for line in out.splitlines()], dtype=numpy.float32)


def ours(program, base, queries, folder, k, probes):
    files = [os.path.join(folder, name) for name in ("base.f32", "queries.f32")]
    base.tofile(files[0])
    queries.tofile(files[1])
    arguments = [program, *files, str(base.shape[1]), os.path.join(folder, "index"), "--k", str(k)]
    # Lists are built with all cores, before the core is taken away.
    built = json.loads(subprocess.run([*arguments, "--build"], check=True, stdout=subprocess.PIPE).stdout)
    asked = json.loads(subprocess.run(["taskset", "-c", "0", *arguments, "--probes", ",".join(map(str, [0, *probes]))], check=True, stdout=subprocess.PIPE).stdout)
    return {**asked, "build_s": built["build_s"], "build_cpu_s": built["build_cpu_s"]}


def ask_faiss(index, queries, k, rounds):
    found = numpy.empty((len(queries), k), dtype=numpy.int64)
    for _ in range(rounds):
        times = []
        for row in range(len(queries)):
            start = time.perf_counter()
            _, labels = index.search(queries[row:row + 1], k)
            times.append(time.perf_counter() - start)
            found[row] = labels[0]
    return found, 1000 * sorted(times)[len(times) // 2]


def recall(found, exact):
    return float(numpy.mean([len(set(row) & set(right)) / len(right) for row, right in zip(found.tolist(), exact.tolist())]))


def theirs(base, queries, lists, k, probes, hnsw):
    """Rows: name, build s, the same of the processor, recall, p50 ms.  Built with all cores, asked on one."""
    rows, cores = [], os.sched_getaffinity(0)

    def row(name, seconds, index, exact):
        os.sched_setaffinity(0, {0})
        faiss.omp_set_num_threads(1)
        found, p50 = ask_faiss(index, queries, k, 1 if exact is None else 2)
        os.sched_setaffinity(0, cores)
        faiss.omp_set_num_threads(len(cores))
        rows.append([name, *seconds, 1.0 if exact is None else recall(found, exact), p50])
        return found

    def built(index, train):
        start, processor = time.perf_counter(), time.process_time()
        if train:
            index.train(base)
        index.add(base)
        return time.perf_counter() - start, time.process_time() - processor

    flat = faiss.IndexFlatIP(base.shape[1])
    seconds = built(flat, False)
    exact = row("faiss IndexFlatIP", seconds, flat, None)
    progress("faiss IndexIVFFlat")
    ivf = faiss.IndexIVFFlat(flat_quantizer := faiss.IndexFlatIP(base.shape[1]), base.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
    seconds = built(ivf, True)
    for number in probes:
        ivf.nprobe = number
        row(f"faiss IndexIVFFlat, {number} probes", seconds, ivf, exact)
    del ivf, flat_quantizer
    if hnsw:
        progress("faiss IndexHNSWFlat")
        graph = faiss.IndexHNSWFlat(base.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
        seconds = built(graph, False)
        for depth in (32, 128, 512):
            graph.hnsw.efSearch = depth
            row(f"faiss IndexHNSWFlat 32, efSearch {depth}", seconds, graph, exact)
    return rows


def compare(name, base, queries, options):
    progress(f"{name}: {base.shape[0]:,} x {base.shape[1]}, {len(queries)} queries")
    program = os.path.join(CHECKOUT, "build", "release", "bench_vectors")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measured = ours(program, base, queries, folder, options.k, options.probes)
    rows = [["exact", None, None, 1.0, measured["exact"]["p50_ms"]]]
    for row in measured["ivf"]:
        rows.append([f"ivf, {row['probes']} probes" + (" (default)" if row["default"] else ""), measured["build_s"], measured["build_cpu_s"], row["recall"], row["p50_ms"]])
    rows += theirs(base, queries, measured["lists"], options.k, options.probes, not options.no_hnsw)
    return {"name": name, "rows": base.shape[0], "lists": measured["lists"], "bytes": measured["bytes"], "open_ms": measured["open_ms"], "table": rows}


def main():
    options = parser(__doc__)
    options.add_argument("--made", type=int, action="append", default=[], metavar="N", help="so many made vectors (repeatable)")
    options.add_argument("--index", metavar="DIR", help="an index whose vectors are taken")
    options.add_argument("--questions", metavar="FILE", help="JSON Lines with text: what is asked of it")
    options.add_argument("--k", type=int, default=10)
    options.add_argument("--probes", type=lambda text: [int(part) for part in text.split(",")], default=PROBES, metavar="N,N", help="default: 4,8,...,128")
    options.add_argument("--no-hnsw", action="store_true", help="without faiss's graph, which takes the longest to build")
    options.add_argument("--folder", metavar="DIR", help="where the vectors are put meanwhile; default: the system's temporary folder")
    options = options.parse_args()
    if not options.made and not options.index:
        sys.exit("bench/vectors.py: nothing to measure; --made N or --index DIR")
    if bool(options.index) != bool(options.questions):
        sys.exit("bench/vectors.py: --index and --questions belong together")
    results = [compare("made", *made_vectors(count), options) for count in options.made]
    if options.index:
        results.append(compare(options.index, stored_vectors(options.index), embedded_questions(options.rag, options.index, options.questions), options))
    if options.json:
        print(json.dumps({"machine": machine(), "results": results}))
        return
    print(machine())
    for result in results:
        print(f"\n{result['name']}: {result['rows']:,} vectors, {result['lists']} lists, {result['bytes'] / 1e6:.0f} MB, opened in {result['open_ms']:.2f} ms")
        print_table(["", "built in s", "processor s", f"recall@{options.k}", "ms, p50"], result["table"])


if __name__ == "__main__":
    main()
