"""Zips, and the documents that are zips, that unpack to far more than they weigh, or whose directory lies."""
import bz2
import gzip
import io
import struct
import tarfile

import packages
from zipfile_by_hand import Zip, deflate_run, zip_of

WORD = f"<w:document {packages.W}><w:body>{packages.paragraph()}</w:body></w:document>".encode()
TYPES = packages.types("wordprocessingml.document").encode()


def word_zip():
    made = Zip()
    made.add("[Content_Types].xml", TYPES)
    return made


def bomb(member, megabytes, before, after, kind_member=None):
    """A document whose `member` unpacks to so many megabytes of blanks between two pieces of XML."""
    made = Zip()
    if kind_member:
        made.add(*kind_member, method=0)
    packed = deflate_run(megabytes, b" ", before, after)
    made.add(member, packed=packed, size=(megabytes << 20) + len(before) + len(after), crc=0)
    return made.bytes()


def flat_bombs():
    word_end = b"</w:t></w:r></w:p></w:body></w:document>"
    word_begin = f"<w:document {packages.W}><w:body><w:p><w:r><w:t>".encode()
    yield "bomb-flat-300-mb.docx", bomb("word/document.xml", 300, word_begin, word_end, ("[Content_Types].xml", TYPES))
    yield "bomb-flat-5-gb.docx", bomb("word/document.xml", 5000, word_begin, word_end, ("[Content_Types].xml", TYPES))
    kinds = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
    for extension, kind in kinds.items():
        mimetype = ("mimetype", f"application/vnd.oasis.opendocument.{kind}".encode())
        yield f"bomb-flat.{extension}", bomb("content.xml", 300, b"<a>", b"</a>", mimetype)
    yield "bomb-flat.hwpx", bomb("Contents/section0.xml", 300, b"<a>", b"</a>", ("mimetype", b"application/hwp+zip"))
    yield "bomb-flat.zip", bomb("notes.txt", 300, b"", b"")
    made = Zip()
    made.add("[Content_Types].xml", packages.types("spreadsheetml.sheet").encode())
    made.add("xl/workbook.xml", f'<workbook {packages.S}><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'.encode())
    made.add("xl/_rels/workbook.xml.rels", packed=deflate_run(300, b" ", b"<Relationships>", b"</Relationships>"), size=300 << 20)
    yield "bomb-in-relationships.xlsx", made.bytes()
    made = Zip()
    made.add("mimetype", b"application/epub+zip", method=0)
    made.add("META-INF/container.xml", packed=deflate_run(300, b" ", b"<container>", b"</container>"), size=300 << 20)
    yield "bomb-in-container.epub", made.bytes()
    made = Zip()
    made.add("[Content_Types].xml", packed=deflate_run(300), size=300 << 20)
    yield "bomb-in-content-types.docx", made.bytes()
    made = Zip()
    made.add("mimetype", packed=deflate_run(300, b"a"), size=300 << 20)
    yield "bomb-in-mimetype.odt", made.bytes()


def spread_bombs():
    """Bombs whose single members look harmless."""
    part = deflate_run(1, b" ", b"<a>", b"</a>")
    made = word_zip()
    made.add("word/document.xml", WORD)
    for i in range(900):
        made.add(f"word/part{i}.xml", packed=part, size=(1 << 20) + 7, crc=0)
    yield "bomb-of-900-members.docx", made.bytes()
    inner = Zip()
    inner.add("zeros.txt", packed=deflate_run(16, b"0"), size=16 << 20)
    content = inner.bytes()
    for level in range(6):
        content = zip_of(*((f"level{level}-{i}.zip", content) for i in range(16)))
    yield "bomb-nested-six-levels.zip", content
    yield "bomb-bzip2-member.docx", bzip2_bomb()
    yield "bomb.txt.gz", gzip.compress(bytes(50 << 20), 9)
    yield "bomb.tar.gz", gzip.compress(tar_of("zeros", bytes(20 << 20)), 9)
    yield "bomb.txt.bz2", bz2.compress(bytes(20 << 20))


def bzip2_bomb():
    made = word_zip()
    made.add("word/document.xml", packed=bz2.compress(bytes(30 << 20)), method=12, size=30 << 20)
    return made.bytes()


def overlaps():
    made = word_zip()
    at = made.add("word/document.xml", WORD)
    packed = len(made.body) - at
    for i in range(5000):
        made.add(f"word/copy{i}.xml", WORD, offset=at)
    yield "overlap-one-body-5000-names.docx", made.bytes()
    # Each member's data runs through the headers of those after it (David Fifield's construction, with stored data).
    made, names = Zip(), [f"word/quoted{i}.xml" for i in range(200)]
    header = 30 + len("word/quoted100.xml")
    for i, name in enumerate(names):
        made.add(name.ljust(18, "x"), method=0, packed=b"", packed_size=header * (200 - i), size=header * (200 - i))
    yield "overlap-members-within-members.docx", made.bytes()
    made = Zip()
    made.add("self.zip", method=0, packed=b"", size=500, packed_size=500)
    yield "overlap-member-is-the-whole-file.zip", made.bytes()
    made = word_zip()
    made.add("word/document.xml", WORD)
    made.add("word/document.xml", WORD.replace(b"harmless", b"different"))
    yield "duplicate-member.docx", made.bytes()
    made = word_zip()
    made.add("word/document.xml", WORD)
    made.add("Word/Document.xml", WORD.replace(b"harmless", b"different"))
    yield "duplicate-member-by-case.docx", made.bytes()


def lying_directories():
    def word(**lies):
        made = word_zip()
        made.add("word/document.xml", WORD, **lies)
        return made
    yield "size-says-4-gb.docx", word(size=0xFFFFFFFE).bytes()
    yield "size-says-0.docx", word(size=0).bytes()
    yield "packed-size-says-4-gb.docx", word(packed_size=0xFFFFFFFE).bytes()
    yield "packed-size-says-0.docx", word(packed_size=0).bytes()
    zip64 = struct.pack("<HHQQ", 1, 16, 1 << 63, 1 << 63)
    yield "zip64-says-8-exabytes.docx", word(size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=zip64).bytes()
    yield "zip64-extra-cut-short.docx", word(size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=struct.pack("<HHI", 1, 16, 7)).bytes()
    yield "extra-field-longer-than-header.docx", word(extra=struct.pack("<HH", 9, 0xFFFF)).bytes()
    yield "wrong-checksum.docx", word(crc=12345).bytes()
    yield "encrypted-flag.docx", word(flags=1).bytes()
    yield "unknown-method.docx", word(method=99, packed=b"\x05\x00garbage").bytes()
    yield "local-name-differs.docx", word(local_name=b"word/other.xml").bytes()
    yield "damaged-deflate.docx", word(packed=b"\xff" * 200).bytes()
    yield "directory-says-65535-members.docx", word().bytes(count=65535)
    yield "directory-says-0-members.docx", word().bytes(count=0)
    yield "directory-beyond-the-end.docx", word().bytes(directory_offset=0xFFFFFFF0)
    yield "directory-is-the-first-member.docx", word().bytes(directory_offset=0)
    yield "directory-size-lies.docx", word().bytes(directory_size=0xFFFFFFF0)
    yield "end-record-within-a-comment.docx", word().bytes(comment=zip_of(("word/document.xml", b"<a/>"))[-22:])
    whole = word().bytes()
    yield "cut-in-the-directory.docx", whole[:-40]
    yield "cut-in-the-member.docx", whole[:len(whole) // 2]
    yield "only-the-end-record.docx", whole[-22:]
    yield "junk-before-the-zip.docx", b"#!/bin/sh\n" + whole
    yield "member-offset-beyond-the-end.docx", bad_offset()
    made = Zip()
    made.add("word/document.xml", WORD, listed=False)
    yield "nothing-in-the-directory.docx", made.bytes()


def bad_offset():
    made = word_zip()
    made.add("word/document.xml", WORD, offset=0x7FFFFFFF)
    return made.bytes()


def names():
    made = Zip()
    for name in (b"../../../../../../tmp/rag-hostile", b"/etc/cron.d/rag-hostile", b"..\\..\\rag-hostile", b"C:\\rag-hostile", b"a/../../b",
                 b"nul\0byte.txt", b"line\nbreak.txt", b"\x1b[31mred.txt", b"\xff\xfe.txt", b"", b"/", b".", b"..", b"a//b", b"n" * 65000):
        made.add(name, b"a member with a name of its own\n")
    yield "names-that-leave-the-folder.zip", made.bytes()
    made = word_zip()
    made.add("word/document.xml", WORD)
    made.add("word/../../../../etc/passwd", b"x")
    made.add("word/" + "d/" * 30000, b"")
    yield "names-that-leave-the-folder.docx", made.bytes()
    page = "<html><body><p>words of a book</p></body></html>"
    opf = ('<package><metadata/><manifest><item id="a" href="../../../../etc/passwd"/><item id="b" href="file:///etc/passwd"/>'
           '<item id="c" href="a.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine></package>')
    yield "chapters-outside-the-book.epub", packages.epub(page, opf=opf)
    made = Zip()
    made.add("notes.txt", b"/etc/passwd", method=0, attributes=0o120777 << 16)
    yield "member-is-a-link.zip", made.bytes()


def many_members():
    bodies, entries, at = [], [], 0
    for i in range(70000):  # joined at the end: Zip.add() copies what is there each time
        one = Zip()
        one.add(str(i), packed=b"\x03\x00", size=0, crc=0)
        bodies.append(one.body)
        entries.append(one.directory[:42] + struct.pack("<I", at) + one.directory[46:])
        at += len(one.body)
    made = Zip()
    made.body, made.directory, made.count = b"".join(bodies), b"".join(entries), len(bodies)
    yield "members-70000.zip", made.bytes()
    made = word_zip()
    made.add("word/document.xml", WORD)
    for i in range(2000):
        made.add(f"word/p{i}.xml", b"<a/>")
    yield "members-2000.docx", made.bytes()


def tar_of(name, content, **fields):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        for field, value in fields.items():
            setattr(info, field, value)
        tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def other_archives():
    yield "names-that-leave-the-folder.tar", tar_of("../../../tmp/rag-hostile", b"text of a member\n")
    yield "member-is-a-device.tar", tar_of("null", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=3)
    yield "member-is-a-link.tar", tar_of("notes.txt", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    yield "member-links-to-itself.tar", tar_of("loop", b"", type=tarfile.LNKTYPE, linkname="loop")
    whole = bytearray(tar_of("big.txt", b"few words"))
    whole[124:136] = b"77777777777\0"
    yield "size-says-8-gb.tar", bytes(whole)
    whole[124:136] = b"\x80" + b"\xff" * 11
    yield "size-is-negative.tar", bytes(whole)
    yield "header-says-exabytes.7z", b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<IQQI", 0, 1 << 62, 1 << 62, 0)
    yield "cut-short.rar", b"Rar!\x1a\x07\x01\0" + bytes(40)


def files():
    for family in (flat_bombs, spread_bombs, overlaps, lying_directories, names, many_members, other_archives):
        yield from family()


def slow_files():
    # Just below the ratio that is refused: all of it is unpacked and then read.
    body = (packages.paragraph("words that repeat a little, as words do in a document of some length") * 200).encode()
    made = word_zip()
    made.add("word/document.xml", WORD.replace(b"</w:body>", body * 6000 + b"</w:body>"))
    yield "two-hundred-megabytes-of-honest-text.docx", made.bytes()
