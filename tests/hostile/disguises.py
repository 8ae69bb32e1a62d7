"""Files that are two things at once, or are not what their names say."""
import packages
import pdfs
from binaries import STREAMS, compound
from zipfile_by_hand import zip_of

DOCX = packages.docx(packages.paragraph())
PDF = pdfs.one_page()
ZIP = zip_of(("notes.txt", "harmless words\n"))
PAGE = b"<!DOCTYPE html><html><body><p>harmless words</p><script>alert(1)</script></body></html>"
MAIL = b"From: a@example.com\nSubject: harmless words\n\nharmless words\n"
GIF = b"GIF89a" + b"\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def both():
    yield "pdf-and-zip.pdf", PDF + ZIP
    yield "pdf-and-zip.zip", PDF + ZIP
    yield "pdf-and-docx.docx", PDF + DOCX
    yield "gif-and-script.js", b"GIF89a/*" + bytes(20) + b"*/=1;alert('harmless words');"
    yield "gif-and-script.gif", b"GIF89a/*" + bytes(20) + b"*/=1;alert('harmless words');"
    yield "page-and-pdf.html", PAGE + b"\n" + PDF
    yield "page-before-pdf.pdf", PAGE[:900] + b"\n" + PDF
    yield "jpeg-and-zip.jpg", b"\xff\xd8\xff\xe0" + bytes(60) + ZIP
    yield "mail-and-page.html", MAIL + PAGE
    yield "script-and-zip.sh", b"#!/bin/sh\nexit 0\n" + ZIP
    yield "tar-and-pdf.tar", (b"harmless.pdf".ljust(100, b"\0") + b"0000644\0" * 3 + b"00000000100\0" * 2).ljust(512, b"\0") + PDF
    yield "compound-file-and-page.doc", compound(STREAMS["doc"]) + PAGE
    yield "rtf-and-page.rtf", b"{\\rtf1 harmless words}" + PAGE
    yield "pdf-late-in-a-text.txt", b"harmless words\n" * 60000 + PDF
    yield "epub-within-docx.docx", packages.docx(packages.paragraph(), ("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<container/>"))
    yield "word-and-sheet.xlsx", packages.docx(packages.paragraph(), ("xl/workbook.xml", "<workbook/>"))


def misnamed():
    contents = {"a-pdf": PDF, "a-docx": DOCX, "a-zip": ZIP, "a-page": PAGE, "a-mail": MAIL, "a-gif": GIF, "an-rtf": b"{\\rtf1 harmless words}",
                "a-compound-file": compound(STREAMS["xls"]), "a-program": b"\x7fELF" + bytes(range(256)) * 20, "a-text": b"harmless words\n" * 20}
    for name, content in contents.items():
        for extension in ("docx", "pdf", "txt", "html", "xls", "md", "csv", "json", "eml", "hwp"):
            yield f"{name}.{extension}", content
    yield "no-extension", DOCX
    yield "two.pdf.docx.txt.html", PDF
    yield "upper-case.DOCX", DOCX
    yield "extension-of-blanks.   ", PDF
    yield "a-sheet-that-is-a-page.xls", b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>harmless</td><td>words</td></tr></table></html>"


def files():
    yield from both()
    yield from misnamed()


def slow_files():
    return iter(())
