#!/usr/bin/env python3
"""How well rag reads each format: its text beside another reader's of the same file, word for word; and how fast it reads PDFs.

  bench/extraction.py FOLDER                       every format that has a reference reader
  bench/extraction.py FOLDER --formats docx,xlsx --worst 5 --words
  bench/extraction.py FOLDER --formats pdf --speed           pages a second, beside pdftotext (ratios: 1 is as fast)
  bench/extraction.py tests/ingest/data/html --formats html  pages of ours beside what a reader of them reads, written by hand

FOLDER is indexed into a new index with --model hash, _qa left out, and each document's text taken from there.  Needs pdftotext
(poppler-utils) for PDF, LibreOffice (libreoffice-writer-nogui, -calc-nogui, -impress-nogui) for office files, and from PyPI extract-msg for
Outlook messages and olefile for HWP; a reader that is not there leaves its formats out.

Words are runs of letters and digits, lower case, NFKC; the marks by which rag says what a piece of text is ("[notes]", "Slide 3" above a
slide without a title, the size of an attachment: MARKS) are taken out of both texts, in whichever they stand.  precision: the share of our words that the reference has too, recall: the share of
its words that we have, F1 of both, each word counted as often as it occurs; a format's figure is the mean of its files.  order: of the
runs of three words that occur once in both texts, the share on the longest run that is in the same order.  --words lists the words that
only one of the two has.  Exit code 3: a format's F1 is below --goal.
"""
import bisect
import collections
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata

from common import check_rag, copy_without, files_below, machine, measure, parser, print_table, progress, rag_json
from reference_readers import READERS, Beginning

SPEED_ROUNDS = 9
LEFT_OUT = {"_qa", "MANIFEST.tsv", "README.md"}


MARKS = re.compile(r"^\[hidden (?:sheet|slide)\]$|^\[(?:notes|picture)\] |^Slide \d+$|^Attachments:$|^Quoted text$|\[Quoted text: \d+ lines?, [^\]]*\]|(?<=\w), \d+ (?:bytes|KB|MB)(?=\)$)", re.MULTILINE)


def words_of(text):
    text = MARKS.sub(" ", text)
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold()
    return re.findall(r"\w+", re.sub(r"(?<=\d),(?=\d{3})", "", text))  # "7,904" is 7904: LibreOffice groups digits only in some countries


def overlap(ours, theirs):
    common = sum((collections.Counter(ours) & collections.Counter(theirs)).values())
    precision, recall = common / max(1, len(ours)), common / max(1, len(theirs))
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def order(ours, theirs):
    """Longest increasing run of the three-word runs that occur once in both; None where there are none."""
    def once(words):
        runs = collections.Counter(zip(words, words[1:], words[2:]))
        return {run: at for at, run in enumerate(zip(words, words[1:], words[2:])) if runs[run] == 1}
    places = once(theirs)
    sequence = [places[run] for run in once(ours) if run in places]  # a dict keeps the order
    tails = []
    for place in sequence:
        at = bisect.bisect_left(tails, place)
        tails[at:at + 1] = [place]
    return len(tails) / len(sequence) if sequence else None


def extension_of(name):
    return os.path.splitext(name)[1].lstrip(".").lower()


def texts_of(rag, folder, work, wanted):
    """uri -> text, of every document that rag makes of a folder's files with these extensions."""
    index = os.path.join(work, "index")
    measure([rag, "--index", index, "index", folder, "--model", "hash", "--json"], good=(0, 5))  # 5: some files gave no text
    texts = {}
    for document in rag_json(rag, "--index", index, "ls", "--json"):
        if extension_of(document["uri"]) in wanted:
            texts[document["uri"]] = rag_json(rag, "--index", index, "show", document["document"], "--json")["text"]
    return texts


def compare(path, ours, read):
    reading = read(path)
    theirs = words_of(reading)
    mine = words_of(ours)
    if isinstance(reading, Beginning):
        mine = mine[:len(theirs)]
    precision, recall, f1 = overlap(mine, theirs)
    only_ours, only_theirs = collections.Counter(mine) - collections.Counter(theirs), collections.Counter(theirs) - collections.Counter(mine)
    return {"precision": precision, "recall": recall, "f1": f1, "order": order(mine, theirs), "words": len(theirs), "only_ours": only_ours.most_common(40), "only_theirs": only_theirs.most_common(40)}


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


def compare_all(folder, texts, wanted, words):
    results = {}
    for path in files_below(folder):
        uri = os.path.relpath(path, folder)
        extension = extension_of(path)
        if extension not in wanted or uri not in texts:
            continue
        name, read = READERS[extension]
        try:
            found = compare(path, texts[uri], read)
        except Exception as trouble:  # the reference reader's, whatever it is: the file is left out of the comparison, by name
            progress(f"{uri}: {name} cannot read it: {trouble}")
            continue
        if found["words"] == 0:
            progress(f"{uri}: {name} finds no word in it")
            continue
        results.setdefault(extension, {})[uri] = found
        if words:
            progress(f"{uri}: F1 {found['f1']:.3f}\n   only ours:   {found['only_ours']}\n   only theirs: {found['only_theirs']}")
    return results


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def speed(rag, folder):
    """Medians over rounds in which both read the same files one after the other: ours through one child process a core, without recognising
    text in pictures, which pdftotext does not either; pdftotext a process a file, as it is used.  Wall seconds of ours begin when the children
    have started; processor seconds count everything on both sides."""
    files = [path for path in files_below(folder) if path.endswith(".pdf")]
    program = os.path.join(os.path.dirname(os.path.realpath(rag)), "bench_parse")
    if not os.access(program, os.X_OK):
        sys.exit(f"{program}: not there; cmake --build build/release --target bench_parse")

    def ours(threads):
        result = json.loads(subprocess.run([program, "--without-ocr", "--rounds", "1", "--threads", str(threads), *files], check=True, stdout=subprocess.PIPE).stdout)
        return result["seconds"], result["cpu_seconds"], result["pages"]

    def theirs(threads):
        wall, cpu = time.perf_counter(), cpu_of_children()
        # Its exit code says that a file is damaged, which ours has to bear too.
        subprocess.run(["xargs", "-0", "-I{}", "-P", str(threads), "pdftotext", "{}", "-"], input="\0".join(files).encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - wall, cpu_of_children() - cpu

    rows = []
    for threads in sorted({1, os.cpu_count()}):
        rounds = [(ours(threads), theirs(threads)) for _ in range(SPEED_ROUNDS + 1)][1:]  # the first one warms the files up
        pages = rounds[0][0][2]
        row = {"cores": threads, "pages": pages, "rag": pages / statistics.median(o[0] for o, _ in rounds), "pdftotext": pages / statistics.median(t[0] for _, t in rounds),
               "ratio": statistics.median(t[0] / o[0] for o, t in rounds), "rag_cpu_s": statistics.median(o[1] for o, _ in rounds),
               "pdftotext_cpu_s": statistics.median(t[1] for _, t in rounds), "cpu_ratio": statistics.median(t[1] / o[1] for o, t in rounds)}
        rows.append(row)
    return rows


def main():
    arguments = parser(__doc__)
    arguments.add_argument("folder", metavar="FOLDER")
    arguments.add_argument("--formats", metavar="A,B", help="only these extensions")
    arguments.add_argument("--goal", type=float, default=0.98, help="the least F1 of a format (default .98)")
    arguments.add_argument("--worst", type=int, default=0, metavar="N", help="list the N worst files of each format")
    arguments.add_argument("--words", action="store_true", help="list the words that only one side has, on standard error")
    arguments.add_argument("--speed", action="store_true", help="measure pages a second too")
    chosen = arguments.parse_args()
    rag = check_rag(chosen.rag)
    wanted = set(chosen.formats.split(",")) if chosen.formats else set(READERS)
    if unknown := wanted - set(READERS):
        sys.exit(f"--formats {','.join(sorted(unknown))}: no reference reader, expected some of {','.join(READERS)}")
    with tempfile.TemporaryDirectory() as work:
        folder = copy_without(chosen.folder, os.path.join(work, "folder"), LEFT_OUT)
        results = compare_all(folder, texts_of(rag, folder, work, wanted), wanted, chosen.words)
        speeds = speed(rag, folder) if chosen.speed else []
    formats = {}
    for extension, files in sorted(results.items()):
        formats[extension] = {"reader": READERS[extension][0], "files": len(files), **{key: mean([found[key] for found in files.values()]) for key in ("precision", "recall", "f1", "order")},
                              "worst": min(found["f1"] for found in files.values())}
    missed = [extension for extension, figures in formats.items() if figures["f1"] < chosen.goal]
    if chosen.json:
        print(json.dumps({"machine": machine(), "formats": formats, "files": results, "speed": speeds, "missed": missed}, ensure_ascii=False))
    else:
        print(machine())
        print_table(["format", "reader", "files", "precision", "recall", "F1", "worst", "order"],
                    [[extension, f["reader"], f["files"], f["precision"], f["recall"], f["f1"], f["worst"], f["order"]] for extension, f in formats.items()])
        for extension, files in results.items() if chosen.worst else ():
            for uri, found in sorted(files.items(), key=lambda item: item[1]["f1"])[:chosen.worst]:
                print(f"  {uri}: F1 {found['f1']:.3f}, precision {found['precision']:.3f}, recall {found['recall']:.3f}")
        if speeds:
            print_table(["cores", "pages", "rag pages/s", "pdftotext pages/s", "ratio", "rag cpu s", "pdftotext cpu s", "ratio"],
                        [[str(s["cores"]), s["pages"], s["rag"], s["pdftotext"], s["ratio"], s["rag_cpu_s"], s["pdftotext_cpu_s"], s["cpu_ratio"]] for s in speeds])
    sys.exit(3 if missed else 0)


if __name__ == "__main__":
    main()
