"""Office files, books and HWPX of given XML, as small as their readers accept."""
from zipfile_by_hand import Zip, zip_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
P = ('xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
     'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
O = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
     'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"')
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def types(main):
    return f'<Types><Override PartName="/x" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/></Types>'


def relationships(*pairs):
    """(id, kind, target) triples as a .rels part."""
    entries = "".join(f'<Relationship Id="{i}" Type="{RELATION}{kind}" Target="{target}"/>' for i, kind, target in pairs)
    return f"<Relationships>{entries}</Relationships>"


def docx(body, *more, head=""):
    document = f"{head}<w:document {W}><w:body>{body}</w:body></w:document>"
    return zip_of(("[Content_Types].xml", types("wordprocessingml.document")), ("word/document.xml", document), *more)


def xlsx(sheet, *more, strings="", styles="", head="", sheets='<sheet name="One" sheetId="1" r:id="r1"/>', relations=()):
    members = [("[Content_Types].xml", types("spreadsheetml.sheet")),
               ("xl/workbook.xml", f"<workbook {S}><sheets>{sheets}</sheets></workbook>"),
               ("xl/_rels/workbook.xml.rels", relationships(("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "sharedStrings", "sharedStrings.xml"),
                                                            ("r3", "styles", "styles.xml"), *relations)),
               ("xl/worksheets/sheet1.xml", f"{head}<worksheet {S}>{sheet}</worksheet>")]
    if strings:
        members.append(("xl/sharedStrings.xml", strings))
    if styles:
        members.append(("xl/styles.xml", styles))
    return zip_of(*members, *more)


def pptx(tree, *, head="", slides='<p:sldId id="256" r:id="r1"/>', relations=(("r1", "slide", "slides/slide1.xml"),), more=()):
    return zip_of(("[Content_Types].xml", types("presentationml.presentation")),
                  ("ppt/presentation.xml", f"<p:presentation {P}><p:sldIdLst>{slides}</p:sldIdLst></p:presentation>"),
                  ("ppt/_rels/presentation.xml.rels", relationships(*relations)),
                  ("ppt/slides/slide1.xml", f"{head}<p:sld {P}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"), *more)


def odf(kind, body, *, head="", styles="", more=()):
    """kind: text, spreadsheet or presentation."""
    content = f"{head}<office:document-content {O}>{styles}<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    made = Zip()
    made.add("mimetype", f"application/vnd.oasis.opendocument.{kind}".encode(), method=0)
    made.add("content.xml", content.encode())
    for name, text in more:
        made.add(name, text.encode())
    return made.bytes()


def epub(page, *, opf=None, head="", more=()):
    container = '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>'
    opf = opf or (f'{head}<package><metadata><title>Book</title></metadata><manifest><item id="a" href="a.xhtml"/></manifest>'
                  '<spine><itemref idref="a"/></spine></package>')
    made = Zip()
    made.add("mimetype", b"application/epub+zip", method=0)
    for name, text in (("META-INF/container.xml", container), ("book.opf", opf), ("a.xhtml", page), *more):
        made.add(name, text.encode())
    return made.bytes()


def hwpx(section, *, head="", more=()):
    made = Zip()
    made.add("mimetype", b"application/hwp+zip", method=0)
    space = 'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section"'
    for name, text in (("Contents/content.hpf", "<package/>"), ("Contents/section0.xml", f"{head}<hs:sec {space}>{section}</hs:sec>"), *more):
        made.add(name, text.encode())
    return made.bytes()


def paragraph(words="harmless words"):
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"
