#!/usr/bin/env python3
"""Seeds for the fuzz targets: small files of each format, made here, and those of a folder of yours.

  fuzz/make_seeds.py SEEDS [--from FOLDER]         writes SEEDS/<target>/<name>

The hostile files of tests/hostile are seeds too where they are small: what once was a trap is a good place to begin.  Of FOLDER the files
up to 200 KB are taken by their extension; members of office files go to the targets that read just that member.
"""
import io
import os
import sys
import zipfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests", "hostile"))

import eval_seeds
import make
import model_seeds
import small_seeds
from compound_streams import streams_of

LARGEST = 200_000
STREAMS = {"hwp": ["BodyText/Section0", "DocInfo"], "xls": ["Workbook"], "ppt": ["PowerPoint Document", "Current User"], "doc": ["WordDocument", "1Table", "0Table"],
           "msg": ["__properties_version1.0", "__substg1.0_1000001F", "__substg1.0_0037001F", "__substg1.0_10090102", "__substg1.0_10130102"]}
BY_EXTENSION = {"doc": ["doc", "compound_file"], "xls": ["xls", "compound_file"], "ppt": ["ppt", "compound_file"], "msg": ["msg", "compound_file"], "hwp": ["hwp", "compound_file"], "rtf": ["rtf"],
                "json": ["json"], "jsonl": ["json_line", "corpus_parts"], "ipynb": ["ipynb"], "srt": ["srt"], "vtt": ["vtt"], "csv": ["csv"], "tsv": ["csv"], "rst": ["rst"], "org": ["org"], "xml": ["xml"],
                "md": ["md", "chunker"], "mht": ["mht"], "eml": ["eml", "mbox"], "mbox": ["mbox"], "txt": ["txt", "charset"], "py": ["py"], "html": ["html", "epub_chapter"], "xhtml": ["epub_chapter"],
                "fodt": ["fodt"], "docx": ["docx", "media_type"], "xlsx": ["media_type"], "zip": ["media_type", "zip", "zip_directory"], "tar": ["tar"], "gz": ["tar"], "7z": ["tar"], "pdf": ["media_type"], "gitignored": ["ignore_rules"]}
MEMBERS = {"word/document.xml": "docx_document", "word/styles.xml": "docx_styles", "word/numbering.xml": "docx_numbering", "xl/worksheets/sheet1.xml": "xlsx_sheet", "xl/styles.xml": "xlsx_styles", "xl/sharedStrings.xml": "xlsx_strings", "xl/charts/chart1.xml": "xlsx_chart", "xl/drawings/drawing1.xml": "xlsx_drawing",
           "word/charts/chart1.xml": "docx_chart", "word/diagrams/data1.xml": "docx_diagram", "word/footnotes.xml": "docx_notes", "word/_rels/document.xml.rels": "docx_relationships",
           "ppt/slides/slide1.xml": "pptx_slide", "ppt/presentation.xml": "pptx_presentation", "xl/workbook.xml": "xlsx_workbook", "docProps/core.xml": "docx_properties", "Contents/content.hpf": "hwpx_package", "styles.xml": "odt_styles", "Contents/section0.xml": "hwpx_section", "content.xml": "fodt"}

class Seeds:
    def __init__(self, folder):
        self.folder, self.number = folder, 0

    def put(self, target, content):
        if len(content) > LARGEST:
            return
        below = os.path.join(self.folder, target)
        os.makedirs(below, exist_ok=True)
        self.number += 1
        with open(os.path.join(below, f"{self.number:06}"), "wb") as out:
            out.write(content)

    def put_file(self, name, content):
        for target in BY_EXTENSION.get(name.rsplit(".", 1)[-1].lower(), []):
            self.put(target, content)
        if content.startswith(b"PK"):
            self.put_members(content)
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            self.put_streams(name.rsplit(".", 1)[-1].lower(), content)

    def put_streams(self, extension, content):
        try:
            found = streams_of(content)
        except Exception:  # hostile ones are seeds for the container's target
            return
        unpack = lambda stream: zlib.decompressobj(-15).decompress(stream, LARGEST) if extension == "hwp" else stream
        try:
            pairs = [(number, unpack(found[name])) for number, name in enumerate(STREAMS.get(extension, [])) if name in found]
        except zlib.error:
            return
        if pairs:
            self.put(f"{extension}_streams", small_seeds.streams(*pairs))

    def put_members(self, content):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                for member, target in MEMBERS.items():
                    if member in package.namelist() and package.getinfo(member).file_size < LARGEST:
                        self.put(target, package.read(member))
        except Exception:  # hostile zips are no seeds for what lies in zips
            pass


def main(folder, source=None):
    seeds = Seeds(folder)
    for made in (small_seeds.SMALL, model_seeds.SEEDS, eval_seeds.SEEDS):
        for target, contents in made.items():
            for content in contents:
                seeds.put(target, content)
    for family in make.FAMILIES:
        for name, content in family.files():
            seeds.put_file(name, content)
    for where, _, names in os.walk(source or os.devnull):
        for name in names:
            with open(os.path.join(where, name), "rb") as file:
                seeds.put_file(name, file.read())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[3] if len(sys.argv) > 3 and sys.argv[2] == "--from" else None)
