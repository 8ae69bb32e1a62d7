"""PDFs that run in circles, nest without end, or say more than they hold."""
import base64
import zlib

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
WORDS = b"BT /F1 12 Tf 72 700 Td (harmless words on a page) Tj ET"


def stream(content, head=b"", length=None):
    length = len(content) if length is None else length
    return b"<< /Length " + str(length).encode() + b" " + head + b" >>\nstream\n" + content + b"\nendstream"


def pdf(objects, *, root=1, trailer=b"", startxref=None, head=b"%PDF-1.7\n"):
    """objects: {number: bytes}.  The table says the truth unless `startxref` does not."""
    out, offsets = bytearray(head), {}
    for number, content in objects.items():
        offsets[number] = len(out)
        out += str(number).encode() + b" 0 obj\n" + content + b"\nendobj\n"
    at, size = len(out), max(objects) + 1
    out += b"xref\n0 " + str(size).encode() + b"\n0000000000 65535 f \n"
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00000 f \n"
    out += b"trailer << /Size " + str(size).encode() + b" /Root " + str(root).encode() + b" 0 R " + trailer + b" >>\nstartxref\n"
    return bytes(out + str(at if startxref is None else startxref).encode() + b"\n%%EOF\n")


def page(more=b"", contents=b"4 0 R"):
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents " + contents + b" /Resources << /Font << /F1 5 0 R >> " + more + b" >> >>"


def one_page(*, content=None, catalog=b"", resources=b"", more=None, pages=b"/Kids [3 0 R] /Count 1", **how):
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>", 2: b"<< /Type /Pages " + pages + b" >>", 3: page(resources),
               4: stream(WORDS) if content is None else content, 5: FONT}
    objects.update(more or {})
    return pdf(objects, **how)


def circles():
    outline = {6: b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>", 7: b"<< /Title (loop) /Parent 6 0 R /Next 7 0 R /First 6 0 R >>"}
    yield "outline-in-a-circle.pdf", one_page(catalog=b"/Outlines 6 0 R", more=outline)
    outline = {6: b"<< /First 7 0 R >>"}
    outline.update({7 + i: b"<< /Title (t) /First " + str(8 + i).encode() + b" 0 R >>" for i in range(20000)})
    yield "outline-20000-deep.pdf", one_page(catalog=b"/Outlines 6 0 R", more=outline)
    yield "page-tree-in-a-circle.pdf", one_page(pages=b"/Kids [2 0 R 3 0 R] /Count 2")
    yield "page-tree-of-parents.pdf", one_page(pages=b"/Kids [1 0 R] /Count 1 /Parent 2 0 R")
    yield "page-that-is-its-own-parent.pdf", one_page(more={3: b"<< /Type /Page /Parent 3 0 R /Contents 4 0 R >>"})
    deep = {10 + i: b"<< /Type /Pages /Count 1 /Kids [" + str(11 + i).encode() + b" 0 R] >>" for i in range(20000)}
    deep[20010] = page()
    yield "page-tree-20000-deep.pdf", one_page(pages=b"/Kids [10 0 R] /Count 1", more=deep)
    form = stream(b"/X Do " + WORDS, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> /Font << /F1 5 0 R >> >>")
    yield "form-that-draws-itself.pdf", one_page(content=stream(b"/X Do " + WORDS), resources=b"/XObject << /X 6 0 R >>", more={6: form})
    glyph = stream(b"100 0 0 0 100 100 d1 BT /F1 1 Tf (a) Tj ET")
    type3 = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [9] /Resources << /Font << /F1 5 0 R >> >> >>"
    yield "font-that-writes-itself.pdf", one_page(more={5: type3, 6: glyph})
    yield "length-that-is-its-own-stream.pdf", one_page(content=b"<< /Length 4 0 R >>\nstream\n" + WORDS + b"\nendstream")
    yield "reference-to-itself.pdf", one_page(more={2: b"2 0 R"})
    yield "contents-in-a-circle.pdf", one_page(more={3: page(contents=b"[6 0 R]"), 6: b"[6 0 R 4 0 R]"})
    names = {6: b"<< /Kids [6 0 R 6 0 R] >>"}
    yield "names-in-a-circle.pdf", one_page(catalog=b"/Names << /Dests 6 0 R /EmbeddedFiles 6 0 R >>", more=names)
    fields = {6: b"<< /Fields [7 0 R] >>", 7: b"<< /T (a) /Kids [7 0 R] /Parent 7 0 R >>"}
    yield "form-fields-in-a-circle.pdf", one_page(catalog=b"/AcroForm 6 0 R", more=fields)
    cmap = stream(b"/CIDInit /ProcSet findresource begin begincmap 1 beginbfrange <0000> <FFFF> <0041> endbfrange endcmap", b"/UseCMap 6 0 R")
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding 6 0 R /ToUnicode 6 0 R /DescendantFonts [7 0 R] >>"
    yield "character-map-of-itself.pdf", one_page(more={5: font, 6: cmap, 7: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /DescendantFonts [5 0 R] >>"})


def tables():
    yield "table-that-comes-before-itself.pdf", one_page(trailer=b"/Prev 9")
    whole = one_page()
    at = whole.rindex(b"xref\n0")
    yield "tables-in-a-circle.pdf", whole.replace(b" >>\nstartxref", b" /Prev " + str(at).encode() + b" >>\nstartxref")
    yield "table-at-a-negative-place.pdf", one_page(startxref=-5)
    yield "table-beyond-the-end.pdf", one_page(startxref=10**18)
    yield "table-says-2-billion-objects.pdf", one_page().replace(b"xref\n0 6", b"xref\n0 2147483647")
    packed = b"4 0 5 10 " + WORDS
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: page(), 5: FONT,
               6: stream(packed, b"/Type /ObjStm /N 2147483647 /First 8 /Extends 6 0 R")}
    yield "object-stream-lies.pdf", pdf(objects)
    yield "object-streams-in-each-other.pdf", cross_stream([(1, 0, 0), (2, 7, 0), (2, 6, 0), (2, 7, 1), (2, 6, 1)])
    yield "object-stream-in-itself.pdf", cross_stream([(1, 0, 0), (2, 6, 0), (2, 6, 1), (2, 6, 2), (2, 6, 3), (2, 6, 4), (2, 6, 5)])
    yield "no-table.pdf", one_page()[:-200]
    yield "only-a-head.pdf", b"%PDF-1.7\n"
    yield "head-and-rubbish-5-mb.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20000
    yield "objects-that-are-no-objects.pdf", b"%PDF-1.7\n" + b"1 0 obj\n" * 200000
    yield "many-revisions.pdf", one_page() + b"".join(b"\n%d 0 obj\n<< >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 9 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (9 + i, 9 + i, 700 + i) for i in range(3000))


def cross_stream(entries):
    """A cross-reference stream whose entries (type, a, b) say where each object is."""
    body = b"%PDF-1.7\n"
    inner = b"1 0 2 40 3 80 << /Type /Catalog /Pages 2 0 R >>".ljust(120)
    at6 = len(body)
    body += b"6 0 obj\n" + stream(inner, b"/Type /ObjStm /N 3 /First 12") + b"\nendobj\n"
    at = len(body)
    rows = b"".join(bytes([t]) + a.to_bytes(4, "big") + bytes([b]) for t, a, b in entries)
    rows += bytes([1]) + at6.to_bytes(4, "big") + b"\0"
    size = len(entries) + 1
    return body + b"8 0 obj\n" + stream(rows, b"/Type /XRef /W [1 4 1] /Root 1 0 R /Size " + str(size).encode()) + b"\nendobj\nstartxref\n" + str(at).encode() + b"\n%%EOF\n"


def filters():
    packed = WORDS
    for _ in range(30):
        packed = zlib.compress(packed)
    yield "filter-chain-of-30.pdf", one_page(content=stream(packed, b"/Filter [" + b"/FlateDecode " * 30 + b"]"))
    yield "filter-chain-of-50000.pdf", one_page(content=stream(zlib.compress(WORDS), b"/Filter [" + b"/FlateDecode " * 50000 + b"]"))
    yield "filter-chain-of-ascii.pdf", one_page(content=stream(base64.a85encode(WORDS.hex().encode()) + b"~>", b"/Filter [/ASCII85Decode /ASCIIHexDecode " + b"/ASCIIHexDecode " * 500 + b"]"))
    yield "filter-in-a-circle.pdf", one_page(content=stream(WORDS, b"/Filter 6 0 R /DecodeParms 6 0 R"), more={6: b"[6 0 R]"})
    predictor = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 2147483647 /BitsPerComponent 32 >>"
    yield "predictor-of-2-billion-columns.pdf", one_page(content=stream(zlib.compress(WORDS), predictor))
    for name in (b"LZWDecode", b"CCITTFaxDecode", b"DCTDecode", b"JBIG2Decode", b"JPXDecode", b"RunLengthDecode", b"Crypt", b"NoSuchDecode"):
        yield f"text-that-is-{name.decode().lower()}.pdf", one_page(content=stream(WORDS * 20, b"/Filter /" + name + b" /DecodeParms << /K -1 /Columns 2147483647 /Rows 2147483647 >>"))
    image = stream(b"\0" * 100, b"/Type /XObject /Subtype /Image /Width 2147483647 /Height 2147483647 /BitsPerComponent 8 /ColorSpace /DeviceRGB")
    yield "image-of-2-billion-squared.pdf", one_page(content=stream(WORDS + b" /I Do"), resources=b"/XObject << /I 6 0 R >>", more={6: image})
    inline = b"BI /W 2147483647 /H 2147483647 /BPC 32 /CS /RGB ID " + b"x" * 100
    yield "inline-image-lies.pdf", one_page(content=stream(WORDS + b" " + inline))


def numbers():
    yield "says-2-billion-pages.pdf", one_page(pages=b"/Kids [3 0 R] /Count 2147483647")
    yield "says-minus-one-page.pdf", one_page(pages=b"/Kids [3 0 R] /Count -1")
    yield "one-page-20000-times.pdf", one_page(pages=b"/Kids [" + b"3 0 R " * 20000 + b"] /Count 20000")
    yield "length-says-2-billion.pdf", one_page(content=stream(WORDS, length=2147483647))
    yield "length-is-negative.pdf", one_page(content=stream(WORDS, length=-1))
    for name, box in {"nowhere": b"[0 0 0 0]", "endless": b"[-1e38 -1e38 1e38 1e38]", "of-words": b"[(a) /b null true]", "of-one-number": b"[1]"}.items():
        yield f"page-box-{name}.pdf", one_page(more={3: page().replace(b"[0 0 612 792]", box)})
    yield "words-far-outside.pdf", one_page(content=stream(b"BT /F1 1e30 Tf 1e30 1e30 Td (words) Tj 1e-30 0 0 1e-30 0 0 Tm (words) Tj ET " + WORDS))
    yield "arrays-100000-deep.pdf", one_page(content=stream(b"[" * 100000 + WORDS))
    yield "arrays-100000-deep-object.pdf", one_page(more={6: b"[" * 100000})
    yield "dictionaries-100000-deep.pdf", one_page(catalog=b"/X " + b"<< /X " * 100000)
    yield "states-saved-100000-times.pdf", one_page(content=stream(b"q " * 100000 + WORDS))
    yield "one-place-for-20000-words.pdf", one_page(content=stream(b"BT /F1 12 Tf 1 0 0 1 99 99 Tm " + b"(word) Tj 1 0 0 1 99 99 Tm " * 20000 + b"ET"))
    ranges = b"begincmap 100 beginbfrange " + b"<0000> <FFFF> <D800DC00D800DC00D800DC00> " * 100 + b"endbfrange endcmap"
    yield "character-map-of-65536-strings.pdf", one_page(more={5: FONT.replace(b">>", b"/ToUnicode 6 0 R >>"), 6: stream(ranges)})
    yield "title-of-surrogates.pdf", one_page(trailer=b"/Info << /Title <FEFFD800D800DC00> /CreationDate (D:99999999999999) /Author (" + b"\\377" * 1000 + b") >>")
    yield "encrypted-with-nonsense.pdf", one_page(trailer=b"/Encrypt << /Filter /Standard /V 5 /R 6 /Length 2147483647 /O <00> /U <00> /P -1 >>")
    yield "encrypted-by-another-handler.pdf", one_page(trailer=b"/Encrypt << /Filter /NoSuch /V 1 >>")
    script = b"/OpenAction << /S /JavaScript /JS (while\\(1\\);) >> /AA << /O << /S /Launch /F (/bin/sh) >> >>"
    yield "script-and-launch.pdf", one_page(catalog=script)
    yield "function-that-loops.pdf", one_page(content=stream(b"/S sh " + WORDS), resources=b"/Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Function 6 0 R >> >>",
                                              more={6: stream(b"{" * 20000, b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]")})


def files():
    for family in (circles, tables, filters, numbers):
        yield from family()


def slow_files():
    yield "marks-begun-100000-times.pdf", one_page(content=stream(b"/P BMC " * 100000 + WORDS))
    forms = {10 + i: stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X " + str(11 + i).encode() +
                            b" 0 R >> >>") for i in range(30)}
    forms[40] = stream(WORDS, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >>")
    yield "forms-that-double-30-times.pdf", one_page(content=stream(b"/X Do " + WORDS), resources=b"/XObject << /X 10 0 R >>", more=forms)
    bomb = zlib.compress(zlib.compress(b" " * (200 << 20), 9), 9)
    yield "bomb-of-two-filters.pdf", one_page(content=stream(bomb, b"/Filter [/FlateDecode /FlateDecode]"))
    yield "bomb-of-blanks.pdf", one_page(content=stream(zlib.compress(b" " * (100 << 20) + WORDS, 9), b"/Filter /FlateDecode"))
    words = b"".join(b"1 0 0 1 %d %d Tm (word) Tj " % (i * 7 % 600, i * 13 % 790) for i in range(400000))
    yield "text-in-400000-places.pdf", one_page(content=stream(b"BT /F1 1 Tf " + words + b"ET"))
    yield "text-in-30000-places.pdf", one_page(content=stream(b"BT /F1 1 Tf " + b"".join(b"1 0 0 1 %d %d Tm (w) Tj " % (i * 7 % 600, i * 13 % 790) for i in range(30000)) + b"ET"))
