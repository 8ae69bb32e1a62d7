"""What every command of bench/ needs: running a program and measuring it, text tables, the program's place."""
import argparse
import json
import os
import shutil
import sys
import time
from dataclasses import dataclass

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass
class Measured:
    """One run of a program.  cpu_s and peak_rss_mb count its children as well; the peak is that of the largest single process."""
    code: int
    wall_s: float
    cpu_s: float
    peak_rss_mb: float
    out: str


def parser(doc):
    """An argument parser whose --help is the script's own text, with the options all commands share."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--rag", metavar="PATH", default=os.path.join(CHECKOUT, "build", "release", "rag"), help="the program to measure (default: build/release/rag)")
    made.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    return made


def wait_for_exit(pid):
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage


def measure(command, env=None, good=(0,)):
    """Runs a command to its end.  Its standard error goes to ours.  An exit code that is not in `good` ends the benchmark."""
    start = time.perf_counter()
    read, write = os.pipe()
    pid = os.posix_spawnp(command[0], command, {**os.environ, **(env or {})}, file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)])
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        out = pipe.read()
    code, usage = wait_for_exit(pid)
    if code not in good:
        sys.exit(f"{' '.join(command)}: exit code {code}, expected {' or '.join(map(str, good))}")
    return Measured(code, time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out)


def rag_json(rag, *arguments, good=(0,)):
    """Runs rag and reads the JSON it prints."""
    return json.loads(measure([rag, *map(str, arguments)], good=good).out)


def check_rag(rag):
    if not os.access(rag, os.X_OK):
        sys.exit(f"{rag}: no such program; build it with scripts/build.sh, or name another with --rag PATH")
    return os.path.abspath(rag)


def json_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def write_json_lines(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def files_below(folder):
    return sorted(os.path.join(where, name) for where, _, names in os.walk(folder) for name in names)


def megabytes(folder):
    return sum(os.path.getsize(path) for path in files_below(folder)) / 1e6


def copy_without(folder, copy, left_out):
    """Copies a folder, leaving out these names at its top: questions and lists that must not be indexed."""
    top = os.path.abspath(folder)
    shutil.copytree(top, copy, ignore=lambda where, names: [name for name in names if os.path.abspath(where) == top and name in left_out])
    return copy


def percentile(values, share):
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def machine():
    """One line: processor, cores, memory.  Only ratios carry over from one machine to another."""
    with open("/proc/cpuinfo", encoding="utf-8") as cpu:
        names = [line.split(":", 1)[1].strip() for line in cpu if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as memory:
        kilobytes = int(memory.readline().split()[1])
    return f"{names[0] if names else os.uname().machine}, {os.cpu_count()} cores, {kilobytes / 2**20:.0f} GB, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}"


def shown(value):
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:.3f}" if isinstance(value, float) and abs(value) < 10 else f"{value:,.0f}"


def print_table(head, rows):
    """Columns as wide as their longest cell; the first is text, the others are numbers."""
    lines = [list(map(shown, row)) for row in [head, *rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for number, line in enumerate(lines):
        cells = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths).rstrip())


def progress(text):
    print(f"== {text}", file=sys.stderr, flush=True)
