#!/usr/bin/env python3
"""Seeds for the fuzz targets: small files of each format, made here, and those of a folder of yours.

  fuzz/make_seeds.py SEEDS [--from FOLDER]         writes SEEDS/<target>/<name>

The hostile files of tests/hostile are seeds too where they are small: what once was a trap is a good place to begin.  Of FOLDER the files
up to 200 KB are taken by their extension; members of office files go to the targets that read just that member.
"""
import io
import json
import os
import struct
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests", "hostile"))

import make

LARGEST = 200_000
BY_EXTENSION = {"doc": ["doc", "compound_file"], "xls": ["xls", "compound_file"], "ppt": ["ppt", "compound_file"], "msg": ["msg", "compound_file"], "hwp": ["hwp", "compound_file"], "rtf": ["rtf"],
                "json": ["json"], "jsonl": ["json_line"], "ipynb": ["ipynb"], "srt": ["srt"], "vtt": ["vtt"], "csv": ["csv"], "tsv": ["csv"], "rst": ["rst"], "org": ["org"], "xml": ["xml"],
                "md": ["md", "chunker"], "mht": ["mht"], "eml": ["eml", "mbox"], "mbox": ["mbox"], "txt": ["txt", "charset"], "py": ["py"], "html": ["html", "epub_chapter"], "xhtml": ["epub_chapter"],
                "fodt": ["fodt"], "docx": ["docx", "media_type"], "xlsx": ["media_type"], "zip": ["media_type"], "pdf": ["media_type"], "gitignored": ["ignore_rules"]}
MEMBERS = {"word/document.xml": "docx_document", "word/styles.xml": "docx_styles", "word/numbering.xml": "docx_numbering", "xl/worksheets/sheet1.xml": "xlsx_sheet", "xl/styles.xml": "xlsx_styles",
           "ppt/slides/slide1.xml": "pptx_slide", "Contents/section0.xml": "hwpx_section", "content.xml": "fodt"}
SMALL = {
    "number_format": [struct.pack("<d", 45000.75) + code for code in (b"#,##0.00;[Red]-#,##0.00", b"yyyy-mm-dd hh:mm:ss AM/PM", b"[h]:mm:ss.000", b"# ?/?", b"0.00E+00", b'[$-412]yyyy"\xeb\x85\x84" m"\xec\x9b\x94"', b"[>=100]0;[<0]\\-0;@")],
    "ignore_rules": [b"*.log\n!keep.log\n/build/\n**/tmp/*.x[0-9]\n", b"a/**/b\\ \n#c\n" + b"a/x/y/b"],
    "filter": [b"ext=pdf AND (dept=hr OR dept=legal) AND year>=2024 AND NOT path~\"drafts/*\"", b"title~'*\\'*' or id!=a", "dept=인사".encode()],
    "citations": ["배우자 출산휴가는 20일이다 [1]. Hotels cost 150 EUR [2][1].".encode(), b"It is 20 days [1][3]. [2] [0] [99999999999999999999]", b"[1"],
    "json_line": [b'{"_id":"a","title":"t","text":"words","metadata":{"a":[1,2,{"b":null}]}}'],
    "npy": [b"\x93NUMPY\x01\0v\0" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".ljust(117) + b"\n" + bytes(24)],
    "safetensors": [struct.pack("<Q", len(head)) + head + bytes(24) for head in (json.dumps({"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {"k": "v"}}).encode(),)],
    "wire": [struct.pack("<QQQ", 0, 0, 0), struct.pack("<QQQ", 0, 0, 1) + struct.pack("<Q", 0) * 5 + struct.pack("<Q5sQQQQ", 5, b"words", 0, 0, 0, 0)],
    "lexical_segment": [b"RAGLEX" + bytes(200)],
    "srt": ["1\n00:00:01,000 --> 00:00:02,500\nharmless 말\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>words</i>\n".encode()],
    "vtt": [b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>harmless words\n"],
    "ics": ["BEGIN:VCALENDAR\nX-WR-CALNAME:팀\nBEGIN:VEVENT\nSUMMARY:a\\, b\nDTSTART;TZID=Asia/Seoul:20240304T090000\nDTEND;VALUE=DATE:20240306\nATTENDEE;CN=\"a:b\":mailto:a@b\nRRULE:FREQ=WEEKLY;BYDAY=MO\n"
            "DESCRIPTION:x\\ny\n z\nEND:VEVENT\nEND:VCALENDAR\n".encode()],
    "vcf": ["BEGIN:VCARD\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80;=EC=B2=A0=\n=EC=88=98\nitem1.TEL;TYPE=\"cell,voice\";HOME:tel:1\nADR:;;a;b;;;\nEND:VCARD\n".encode()],
    "rst": [b"Title\n=====\n\n+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+\n"],
    "org": [b"#+TITLE: t\n* one\n:PROPERTIES:\n:a: b\n:END:\n| a | b |\n|---+---|\n| 1 | 2 |\n#+BEGIN_SRC c\nx\n#+END_SRC\n"],
    "docx_numbering": [b'<w:numbering><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="ganada"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
                       b'<w:num w:numId="1"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'],
    "docx_styles": [b'<w:styles><w:style w:styleId="a"><w:name w:val="heading 1"/><w:basedOn w:val="b"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'],
    "epub_contents": [b'<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src="a.xhtml"/></navPoint></navMap></ncx>'],
    "fods": [b'<office:document xmlns:office="o"><office:body><office:spreadsheet><table:table table:name="A"><table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>a</text:p>'
             b'</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document>'],
}


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
    for target, contents in SMALL.items():
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
