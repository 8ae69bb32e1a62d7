#!/usr/bin/env python3
"""The exact search of bench_gpu_search by others: faiss-gpu's flat index and torch's matrix product with topk, whichever is installed.

    exact_gpu.py [ROWS] [DIMENSION]      default: 10000000 384, random unit vectors in fp16; k 10

Prints median milliseconds of one query and of 1,000.  Exit code 77 where neither is there or there is no GPU.
"""
import statistics
import sys
import time

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
DIMENSION = int(sys.argv[2]) if len(sys.argv) > 2 else 384
BLOCK = 262_144


def measure(name, work, rounds):
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    print(f"{name:<44} {statistics.median(times):9.2f} ms", flush=True)


def unit_rows(torch, count):
    rows = torch.randn(count, DIMENSION, device="cuda")
    return (rows / rows.norm(dim=1, keepdim=True)).half()


def by_torch(torch):
    rows = torch.cat([unit_rows(torch, min(BLOCK, ROWS - begin)) for begin in range(0, ROWS, BLOCK)])
    queries = unit_rows(torch, 1000)

    def search(some):
        best = None
        for begin in range(0, ROWS, BLOCK):
            scores, ids = (some @ rows[begin:begin + BLOCK].T).topk(10, dim=1)
            both = (scores, ids + begin) if best is None else (torch.cat([best[0], scores], 1), torch.cat([best[1], ids + begin], 1))
            best = both[0].topk(10, dim=1)[0], both[1].gather(1, both[0].topk(10, dim=1)[1])
        return best[0].cpu(), best[1].cpu()

    measure("torch, 1 query", lambda: search(queries[:1]), 20)
    measure("torch, 1,000 queries", lambda: search(queries), 5)


def by_faiss(faiss, torch):
    options = faiss.GpuIndexFlatConfig()
    options.useFloat16 = True
    index = faiss.GpuIndexFlatIP(faiss.StandardGpuResources(), DIMENSION, options)
    for begin in range(0, ROWS, BLOCK):
        index.add(unit_rows(torch, min(BLOCK, ROWS - begin)).float().cpu().numpy())
    queries = unit_rows(torch, 1000).float().cpu().numpy()
    measure(f"faiss {faiss.__version__}, 1 query", lambda: index.search(queries[:1], 10), 20)
    measure(f"faiss {faiss.__version__}, 1,000 queries", lambda: index.search(queries, 10), 5)


def main():
    try:
        import torch
    except ImportError:
        print("exact_gpu.py: no torch here")
        return 77
    if not torch.cuda.is_available():
        print("exact_gpu.py: torch sees no GPU")
        return 77
    torch.manual_seed(1)
    by_torch(torch)
    torch.cuda.empty_cache()
    try:
        import faiss
        faiss.GpuIndexFlatIP
    except (ImportError, AttributeError):
        print("faiss-gpu is not installed")
        return 0
    by_faiss(faiss, torch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
