#!/usr/bin/env python3
"""A very large tree: how fast a run finds out that nothing has changed, and in how much memory.

    bench/large_tree.py                       100,000 files of a few words, indexed with the hashing embedder
    bench/large_tree.py --files 1000000       a million: some 4 GB of disk and the better part of an hour
    bench/large_tree.py --tree FOLDER         keeps the tree and its index in FOLDER, and takes what is there already
    bench/large_tree.py --unreadable          files that no reader reads: all of them are skipped, and reported

Makes the tree (folders of 1,000 files, two levels deep), indexes it, and then runs `rag index` again: over the unchanged tree (the best of
three runs), and after one file has changed, one has gone and one has come.  files/s counts all files of the tree; log MB is the most that
SQLite's log took on disk meanwhile.

Goals: an unchanged tree at 50,000 files/s, and no more than 100 MB above what a tree of 1,000 files takes.
"""
import json
import os
import sys
import tempfile
import threading

from common import check_rag, machine, measure, megabytes, parser, print_table, progress

FILES_PER_FOLDER = 1000
GOAL_FILES_PER_S = 50_000
GOAL_GROWTH_MB = 100
TEXT = "Note {0}: the parcel with number {0} left the warehouse on day {1}.\n메모 {0}: {1}일에 창고에서 출고했습니다.\n"


def place(folder, number):
    block = number // FILES_PER_FOLDER
    return os.path.join(folder, f"{block // 100:03}", f"{block % 100:02}", f"note-{number}.txt")


def write_note(folder, number, day, unreadable=False):
    with open(place(folder, number), "wb") as out:
        out.write(b"\x7fELF\2\1" + b"%d" % (number * 1000 + day) if unreadable else TEXT.format(number, day).encode())


def make_tree(folder, files, unreadable):
    for number in range(files):
        if number % FILES_PER_FOLDER == 0:
            os.makedirs(os.path.dirname(place(folder, number)), exist_ok=True)
        write_note(folder, number, number % 365, unreadable)


def change_three(folder, files):
    """One is written anew, one goes, one comes: the tree stays as large."""
    write_note(folder, 0, 400)
    os.remove(place(folder, 1))
    with open(os.path.join(os.path.dirname(place(folder, files - 1)), "new.txt"), "w", encoding="utf-8") as out:
        out.write("A new note.\n")


class LargestLog:
    """The most bytes that SQLite's log had while this was entered, looked at ten times a second."""

    def __init__(self, store):
        self.file = os.path.join(store, "catalog.sqlite-wal")
        self.bytes = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.over.wait(0.1):
            try:
                self.bytes = max(self.bytes, os.stat(self.file).st_size)
            except FileNotFoundError:
                pass

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *trouble):
        self.over.set()
        self.thread.join()


def index(rag, store, tree, name, files):
    with LargestLog(store) as log:
        measured = measure([rag, "--index", store, "index", tree, "--model", "hash", "--format", "json"], good=(0, 5))
    report = json.loads(measured.out)
    row = {"run": name, "files": files, "wall s": measured.wall_s, "cpu s": measured.cpu_s, "files/s": files / measured.wall_s, "files/cpu s": files / measured.cpu_s,
           "peak MB": measured.peak_rss_mb, "log MB": log.bytes / 1e6,
           "unchanged": report["unchanged"], "new": report["new"], "changed": report["changed"], "removed": report["removed"], "skipped": len(report["skipped"])}
    progress(f"{files:,} files, {name}: {row['files/s']:,.0f} files/s, {row['peak MB']:.0f} MB")
    return row


def expect(row, **counts):
    wrong = {name: row[name] for name, count in counts.items() if row[name] != count}
    if wrong:
        sys.exit(f"{row['run']} of {row['files']} files: reported {wrong}, expected {counts}")


def measure_tree(rag, scratch, files, unreadable):
    tree, store = os.path.join(scratch, f"tree-{files}"), os.path.join(scratch, f"index-{files}")
    rows = []
    if not os.path.exists(store):
        progress(f"making {files:,} files")
        make_tree(tree, files, unreadable)
        rows.append(index(rag, store, tree, "first", files))
        expect(rows[-1], **({"skipped": files} if unreadable else {"new": files}))
    unchanged = min((index(rag, store, tree, "unchanged", files) for _ in range(3)), key=lambda row: row["wall s"])
    expect(unchanged, new=0, changed=0, removed=0)
    rows.append(unchanged)
    if unreadable:
        expect(unchanged, skipped=files)
    elif not os.path.exists(os.path.join(os.path.dirname(place(tree, files - 1)), "new.txt")):
        change_three(tree, files)
        rows.append(index(rag, store, tree, "three changed", files))
        expect(rows[-1], new=1, changed=1, removed=1)
    progress(f"index on disk: {megabytes(store):,.0f} MB")
    return rows, unchanged


def main():
    made = parser(__doc__)
    made.add_argument("--files", type=int, default=100_000, metavar="N", help="files in the tree (default: %(default)s)")
    made.add_argument("--tree", metavar="FOLDER", help="keep the tree and its index here (default: a temporary folder)")
    made.add_argument("--unreadable", action="store_true", help="files of bytes that are no text")
    args = made.parse_args()
    if args.files < FILES_PER_FOLDER:
        sys.exit(f"--files {args.files}: at least {FILES_PER_FOLDER}")
    rag = check_rag(args.rag)
    with tempfile.TemporaryDirectory(prefix="rag-bench-") as temporary:
        scratch = args.tree or temporary
        os.makedirs(scratch, exist_ok=True)
        small_rows, small = measure_tree(rag, scratch, FILES_PER_FOLDER, args.unreadable)
        rows, large = measure_tree(rag, scratch, args.files, args.unreadable)
    growth = large["peak MB"] - small["peak MB"]
    met = large["files/s"] >= GOAL_FILES_PER_S and growth <= GOAL_GROWTH_MB
    if args.json:
        print(json.dumps({"machine": machine(), "rows": small_rows + rows, "growth_mb": growth, "met": met}))
    else:
        print(f"{machine()}\n")
        columns = ["files", "wall s", "cpu s", "files/s", "files/cpu s", "peak MB", "log MB", "unchanged", "new", "changed", "removed", "skipped"]
        print_table(["run", *columns], [[row["run"], *(row[column] for column in columns)] for row in small_rows + rows])
        print(f"\nunchanged: {large['files/s']:,.0f} files/s (goal {GOAL_FILES_PER_S:,}), {growth:.0f} MB more than {FILES_PER_FOLDER:,} files take (goal {GOAL_GROWTH_MB})")
    sys.exit(0 if met else 3)


if __name__ == "__main__":
    main()
