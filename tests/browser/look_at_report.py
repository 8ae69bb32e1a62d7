#!/usr/bin/env python3
"""Looks at a page of 'rag eval report' with a real browser: light, dark and on paper.

    look_at_report.py RAG [--keep FOLDER]

Needs Chromium and pdftotext (Debian: chromium poppler-utils) and a Korean font (fonts-nanum).  Exit code 0: it looks right, 1: it does not, 77: cannot run here.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

HOSTILE_NAME = "</script><script>console.error('ran')</script>"  # without '=', which ends a name on the command line
HOSTILE = "</script><script>console.error('ran')</script><img src=x onerror=console.error('ran')>"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def find_browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    skip("no Chromium here (Debian: apt-get install chromium)")


class Browser:
    def __init__(self, program, folder):
        self.command = [program, "--headless=new", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr", f"--user-data-dir={folder}/profile", "--disable-extensions"]
        if os.geteuid() == 0:
            self.command.append("--no-sandbox")

    def run(self, page, *options):
        """Standard output, and what the page said on its console."""
        done = subprocess.run([*self.command, *options, page.as_uri()], capture_output=True, text=True, timeout=120)
        return done.stdout, re.findall(r"CONSOLE.*", done.stderr)

    def picture(self, page, file, *options):
        _, console = self.run(page, f"--screenshot={file}", "--window-size=1100,1400", *options)
        return decoded_png(file.read_bytes()), console


def decoded_png(data):
    """Rows of (r, g, b) bytes; of the 8 bit RGB and RGBA pictures that browsers write."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    at, packed = 8, b""
    while at < len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        if kind == b"IHDR":
            width, depth, colour = int.from_bytes(data[at + 8:at + 12], "big"), data[at + 16], data[at + 17]
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    assert depth == 8 and colour in (2, 6), "another kind of PNG"
    channels, raw, rows, previous = (3 if colour == 2 else 4), zlib.decompress(packed), [], None
    stride = width * channels
    for begin in range(0, len(raw), stride + 1):
        method, line = raw[begin], bytearray(raw[begin + 1:begin + 1 + stride])
        for i in range(stride):
            left = line[i - channels] if i >= channels else 0
            above = previous[i] if previous else 0
            corner = previous[i - channels] if previous and i >= channels else 0
            if method == 1:
                guess = left
            elif method == 2:
                guess = above
            elif method == 3:
                guess = (left + above) // 2
            elif method == 4:
                near = left + above - corner
                guess = min(((abs(near - left), 0, left), (abs(near - above), 1, above), (abs(near - corner), 2, corner)))[2]
            else:
                guess = 0
            line[i] = (line[i] + guess) & 255
        rows.append([tuple(line[i:i + 3]) for i in range(0, stride, channels)])
        previous = line
    return rows


def paper_of(rows):
    return rows[2][2]


def ink_share(rows):
    paper = paper_of(rows)
    return sum(pixel != paper for row in rows for pixel in row) / (len(rows) * len(rows[0]))


def make_report(rag, folder, name, title, system):
    """From the judgements up, as a user would; document names are hostile and Korean."""
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(f"q{i}\t휴가-규정-{i}.md\t1\n" for i in range(12)), encoding="utf-8")
    (folder / "queries.tsv").write_text("".join(f"q{i}\t연차 휴가는 며칠인가요? {HOSTILE if i == 3 else ''} {i}\n" for i in range(12)), encoding="utf-8")
    for run, hits in (("one", 5), ("two", 10)):
        (folder / f"{run}.run").write_text("".join(f"q{i} Q0 {'휴가-규정-' + str(i) + '.md' if i < hits else '<b>wrong</b>.md'} 1 1.0 x\nq{i} Q0 other&amp;.md 2 0.5 x\n"
                                                   for i in range(12)), encoding="utf-8")
    (folder / "points.json").write_text('{"schema_version":1,"kind":"rag.points","points":[{"name":"하나","quality":{"nDCG@10":0.4},"cost":{"p95_ms":4}},'
                                        '{"name":"둘","quality":{"nDCG@10":0.8},"cost":{"p95_ms":30}}]}', encoding="utf-8")
    page = folder / f"{name}.html"
    subprocess.run([rag, "eval", "report", "--html", page, "하나=" + str(folder / "one.run"), system + "=" + str(folder / "two.run"), "--qrels", folder / "qrels.tsv",
                    "--queries", folder / "queries.tsv", "--points", folder / "points.json", "--title", title, "--lang", "ko"], check=True, capture_output=True)
    return page


class Findings:
    def __init__(self):
        self.wrong = []

    def expect(self, holds, words):
        print(("ok     " if holds else "WRONG  ") + words)
        if not holds:
            self.wrong.append(words)


def look(rag, folder, browser, pdftotext):
    findings = Findings()
    page = make_report(rag, folder, "report", "휴가 안내서 평가", HOSTILE_NAME)
    broken = folder / "broken.html"
    broken.write_text("<!DOCTYPE html><script>console.error('seen')</script>", encoding="utf-8")
    _, console = browser.run(broken, "--dump-dom")
    findings.expect(any("seen" in line for line in console), "what a page says on its console is seen by this test")

    light, console = browser.picture(page, folder / "light.png", "--blink-settings=preferredColorScheme=1")
    findings.expect(not console, f"nothing is said on the console {console[:3]}")
    findings.expect(min(paper_of(light)) > 230, f"light where light is preferred {paper_of(light)}")
    findings.expect(ink_share(light) > 0.03, f"the body is not blank ({ink_share(light):.3f} of the pixels are ink)")
    dark, _ = browser.picture(page, folder / "dark.png", "--blink-settings=preferredColorScheme=0")
    findings.expect(max(paper_of(dark)) < 60, f"dark where dark is preferred {paper_of(dark)}")
    findings.expect(ink_share(dark) > 0.03, "nor is it blank there")

    # Where a font lacks Hangul, every syllable is the same empty box, and these two pages are the same picture.
    twins = [browser.picture(make_report(rag, folder, name, title, "둘"), folder / f"{name}.png")[0] for name, title in (("first", "가나다라"), ("second", "너머버서"))]
    differing = sum(a != b for one, two in zip(*twins) for a, b in zip(one, two))
    findings.expect(differing > 100, f"Hangul is drawn as Hangul: two titles differ in {differing} pixels")

    dom, _ = browser.run(page, "--dump-dom")
    findings.expect(dom.count('<button type="button">') > 5, "the page's own script ran: columns can be sorted")
    findings.expect(dom.count("<script") == 1 and "<img" not in dom and "<b>wrong" not in dom, "no text of a question or a document became an element")

    browser.run(page, f"--print-to-pdf={folder / 'report.pdf'}", "--no-pdf-header-footer")
    text = subprocess.run([pdftotext, "-layout", folder / "report.pdf", "-"], capture_output=True, text=True).stdout
    for words in ("휴가 안내서 평가", "가장 나쁜 질문", "연차 휴가는 며칠인가요?", "휴가-규정-7.md", "비용과 품질"):
        findings.expect(words in text, f"on paper: {words}")
    return findings.wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rag")
    parser.add_argument("--keep", default="", help="folder for pictures and pages, to look at")
    arguments = parser.parse_args()
    program, pdftotext = find_browser(), shutil.which("pdftotext") or skip("no pdftotext here (Debian: apt-get install poppler-utils)")
    fonts = subprocess.run(["fc-list", ":lang=ko"], capture_output=True, text=True).stdout if shutil.which("fc-list") else ""
    if not fonts.strip():
        skip("no Korean font here (Debian: apt-get install fonts-nanum)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(arguments.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        wrong = look(arguments.rag, folder.resolve(), Browser(program, Path(name)), pdftotext)
    print(f"{len(wrong)} things look wrong" if wrong else "it looks right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
