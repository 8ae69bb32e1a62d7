"""XML that grows, reaches outside or runs in circles, in every kind of file that is made of XML; and office files whose numbers lie."""
import packages
from packages import S, docx, epub, hwpx, odf, paragraph, pptx, relationships, xlsx

LAUGHS = ('<!DOCTYPE lolz [<!ENTITY a "ha ha ha ha ha ">' +
          "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>")
QUADRATIC = '<!DOCTYPE q [<!ENTITY a "' + "A" * 100000 + '">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]>'
PARAMETERS = '<!DOCTYPE x [<!ENTITY % a "%b;"><!ENTITY % b "%a;">%a;<!ENTITY a "a">]>'
DOCTYPES = {"entities-billion-laughs": (LAUGHS, "&j;"), "entities-quadratic": (QUADRATIC, "&a;" * 5000),
            "entities-outside": (OUTSIDE, "&a;"), "entities-parameters-in-a-circle": (PARAMETERS, "&a;")}
OFFICE_PAGE = "<html><body><p>words of a book</p></body></html>"


def with_entities():
    """Each document type declaration in each format, and a harmless word beside it."""
    for name, (doctype, use) in DOCTYPES.items():
        words = f"harmless words {use}"
        yield f"{name}.docx", docx(paragraph(words), head=doctype)
        yield f"{name}.xlsx", xlsx(f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{words}</t></is></c></row></sheetData>', head=doctype)
        yield f"{name}.pptx", pptx(f"<p:sp><p:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>", head=doctype)
        yield f"{name}.odt", odf("text", f"<text:p>{words}</text:p>", head=doctype)
        yield f"{name}.epub", epub(f"{doctype}<html><body><p>{words}</p></body></html>")
        yield f"{name}-in-package.epub", epub(OFFICE_PAGE, head=doctype)
        yield f"{name}.hwpx", hwpx(f"<hp:p><hp:run><hp:t>{words}</hp:t></hp:run></hp:p>", head=doctype)
        yield f"{name}.xml", f"<?xml version='1.0'?>{doctype}<root><a>{words}</a></root>".encode()
        yield f"{name}.svg", f"{doctype}<svg><text>{words}</text></svg>".encode()
        yield f"{name}.xhtml", f"{doctype}<html><body><p>{words}</p></body></html>".encode()
        yield f"{name}.rss", f"{doctype}<rss><channel><title>{words}</title></channel></rss>".encode()
    strings = f'{LAUGHS}<sst {S}><si><t>&j;</t></si></sst>'
    yield "entities-in-shared-strings.xlsx", xlsx('<sheetData><row><c t="s"><v>0</v></c></row></sheetData>', strings=strings)
    yield "include-of-a-local-file.xml", (b'<root xmlns:xi="http://www.w3.org/2001/XInclude"><a>harmless words</a>'
                                          b'<xi:include href="file:///etc/passwd" parse="text"/></root>')
    yield "stylesheet-of-a-local-file.xml", b'<?xml-stylesheet href="file:///etc/passwd"?><root><a>harmless words</a></root>'
    yield "page-that-shows-local-files.html", (b'<html><body><p>harmless words</p><iframe src="file:///etc/passwd"></iframe>'
                                               b'<img src="file:///dev/zero"><object data="/etc/passwd"></object></body></html>')


def malformed():
    yield "attributes-100000.xml", ("<a " + " ".join(f'n{i}="{i}"' for i in range(100000)) + ">words</a>").encode()
    yield "attributes-100000.html", ("<p " + " ".join(f'n{i}="{i}"' for i in range(100000)) + ">words</p>").encode()
    yield "attribute-of-10-mb.xml", b'<a b="' + b"x" * (10 << 20) + b'">words</a>'
    yield "name-of-5-mb.xml", b"<" + b"n" * (5 << 20) + b">words</a>"
    yield "siblings-300000.xml", b"<r>" + b"<a>w</a><b/>" * 300000 + b"</r>"
    yield "never-closed.xml", b"<r><a>words</a>" + b"<b" * 100000
    yield "comment-never-closed.xml", b"<r><a>words</a><!--" + b"-" * 1000000
    yield "cdata-never-closed.docx", docx(paragraph("<![CDATA[" + "x" * 100000))
    yield "says-utf-16-is-not.xml", b'<?xml version="1.0" encoding="UTF-16"?><r>words</r>'
    yield "unknown-charset.xml", b'<?xml version="1.0" encoding="x-nonsense-8"?><r>words</r>'
    yield "character-references-out-of-range.xml", b"<r>words &#0; &#xD800; &#x110000; &#99999999999999;</r>"
    yield "not-xml-at-all.docx", docx("<<<>>>")
    yield "root-of-another-kind.docx", packages.zip_of(("[Content_Types].xml", packages.types("wordprocessingml.document")),
                                                       ("word/document.xml", "<html/>"))


def word_circles():
    def style(name, based_on):
        return f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:basedOn w:val="{based_on}"/></w:style>'
    use = '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>harmless words</w:t></w:r></w:p>'
    yield "styles-in-a-circle.docx", docx(use * 1000, ("word/styles.xml", f"<w:styles {packages.W}>{style('a', 'b')}{style('b', 'a')}</w:styles>"))
    yield "style-based-on-itself.docx", docx(use, ("word/styles.xml", f"<w:styles {packages.W}>{style('a', 'a')}</w:styles>"))
    long_chain = "".join(style(f"s{i}", f"s{i + 1}") for i in range(50000)) + style("a", "s0")
    yield "styles-in-a-chain-of-50000.docx", docx(use, ("word/styles.xml", f"<w:styles {packages.W}>{long_chain}</w:styles>"))
    numbering = (f'<w:numbering {packages.W}><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="a"/></w:abstractNum>'
                 '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>')
    yield "numbering-in-a-circle.docx", docx(use, ("word/numbering.xml", numbering))
    huge = ('<w:p><w:pPr><w:numPr><w:ilvl w:val="99999999999"/><w:numId w:val="-2147483649"/></w:numPr>'
            '<w:outlineLvl w:val="-99999999999"/></w:pPr><w:r><w:t>harmless words</w:t></w:r></w:p>')
    yield "numbers-out-of-range.docx", docx(huge)
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2147483647"/><w:vMerge/></w:tcPr>' + paragraph() + "</w:tc>"
    yield "cells-that-span-everything.docx", docx(f"<w:tbl><w:tr>{cell * 3}</w:tr><w:tr>{cell * 3}</w:tr></w:tbl>")
    yield "levels-out-of-range.docx", docx(use, ("word/styles.xml", f'<w:styles {packages.W}><w:style w:styleId="a"><w:name w:val="heading 99999999999"/>'
                                                 '<w:pPr><w:outlineLvl w:val="-5"/></w:pPr></w:style></w:styles>'))


def sheets():
    corner = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1"><c r="A1" t="inlineStr"><is><t>harmless words</t></is></c></row></sheetData>'
    yield "says-16384-by-1048576-cells.xlsx", xlsx(f'<dimension ref="A1:XFD1048576"/>{corner}')
    columns = '<cols><col min="1" max="16384" width="9"/></cols>'
    yield "merged-whole-sheet.xlsx", xlsx(columns + corner + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    merges = "".join(f'<mergeCell ref="A{i}:XFD1048576"/>' for i in range(1, 50000))
    cells = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c></row>' for i in range(1, 50000))
    yield "merged-50000-overlapping.xlsx", xlsx(f"<sheetData>{cells}</sheetData><mergeCells>{merges}</mergeCells>")
    wild = "".join(f'<c r="{r}" t="inlineStr"><is><t>words</t></is></c>' for r in ("ZZZZZZ1", "A99999999999", "A0", "1A", "", "A-1", "XFE1", "é1"))
    yield "cell-names-out-of-range.xlsx", xlsx(f'<sheetData><row r="99999999999">{wild}</row></sheetData>')
    shared = "".join(f'<c t="s"><v>{v}</v></c>' for v in ("0", "1", "-1", "4294967296", "99999999999999999999", "x", "1e300"))
    strings = f'<sst {S} count="4294967295" uniqueCount="4294967295"><si><t>harmless words</t></si></sst>'
    yield "shared-strings-lie.xlsx", xlsx(f"<sheetData><row>{shared}</row></sheetData>", strings=strings)
    yield "no-shared-strings.xlsx", xlsx(f"<sheetData><row>{shared}</row></sheetData>")
    formats = "".join(f'<numFmt numFmtId="{200 + i}" formatCode="{code}"/>' for i, code in enumerate(
        ("0" * 100000, "&quot;" * 99999, "[&gt;1]" * 10000, "yyyy" * 20000, "#,##0." + "0" * 5000, ";;;;;;;;;;", "[h]:mm:ss.000000000000000", "\\", "E+", "?/9999999999999999999")))
    xfs = "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(10)) + '<xf numFmtId="4294967295"/>'
    styles = f"<styleSheet {S}><numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>"
    values = "".join(f'<c s="{s}"><v>{v}</v></c>' for s in (*range(12), 4294967295) for v in ("1e308", "-1e308", "NaN", "inf", "1e-320", "45000.5", "-1"))
    yield "number-formats.xlsx", xlsx(f"<sheetData><row>{values}</row></sheetData>", styles=styles)
    many = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="r1"/>' for i in range(100000))
    yield "one-sheet-100000-times.xlsx", xlsx(corner, sheets=many)
    yield "sheet-that-is-the-workbook.xlsx", xlsx(corner, sheets='<sheet name="A" r:id="r9"/>', relations=(("r9", "worksheet", "workbook.xml"),))
    yield "relationships-to-the-outside.xlsx", xlsx(corner, sheets='<sheet name="A" r:id="r9"/>',
                                                    relations=(("r9", "worksheet", "../../../../etc/passwd"),))
    repeat = '<table:table-row table:number-rows-repeated="2147483647"><table:table-cell table:number-columns-repeated="2147483647"><text:p>words</text:p></table:table-cell></table:table-row>'
    yield "rows-repeated-2-billion-times.ods", odf("spreadsheet", f'<table:table table:name="A">{repeat * 3}</table:table>')
    yield "columns-repeated-many-times.ods", odf("spreadsheet", '<table:table table:name="A">' + '<table:table-row>' + (
        '<table:table-cell table:number-columns-repeated="16384"><text:p>words</text:p></table:table-cell>' * 1000) + '</table:table-row></table:table>')
    span = '<table:table-cell table:number-columns-spanned="99999999999" table:number-rows-spanned="-5"><text:p>words</text:p></table:table-cell>'
    yield "cells-that-span-everything.ods", odf("spreadsheet", f"<table:table><table:table-row>{span}</table:table-row></table:table>")
    yield "blanks-two-billion.odt", odf("text", '<text:p>words<text:s text:c="2147483647"/>words<text:s text:c="-1"/></text:p>')


def slides_and_books():
    many = "".join(f'<p:sldId id="{i}" r:id="r1"/>' for i in range(100000))
    shape = "<p:sp><p:txBody><a:p><a:r><a:t>harmless words</a:t></a:r></a:p></p:txBody></p:sp>"
    yield "one-slide-100000-times.pptx", pptx(shape, slides=many)
    yield "slide-that-is-the-presentation.pptx", pptx(shape, relations=(("r1", "slide", "presentation.xml"),))
    yield "notes-that-are-the-slide.pptx", pptx(shape, more=(("ppt/slides/_rels/slide1.xml.rels", relationships(("n", "notesSlide", "slide1.xml"))),))
    yield "slides-without-parts.pptx", pptx(shape, slides="".join(f'<p:sldId id="{i}" r:id="x{i}"/>' for i in range(5000)))
    spine = '<itemref idref="a"/>' * 200000
    opf = f'<package><metadata/><manifest><item id="a" href="a.xhtml"/></manifest><spine>{spine}</spine></package>'
    yield "one-chapter-200000-times.epub", epub(OFFICE_PAGE, opf=opf)
    opf = '<package><metadata/><manifest><item id="a" href="book.opf" properties="nav"/></manifest><spine toc="a"><itemref idref="a"/></spine></package>'
    yield "chapter-that-is-the-package.epub", epub(OFFICE_PAGE, opf=opf)
    manifest = "".join(f'<item id="i{i}" href="m{i}.xhtml"/>' for i in range(20000))
    spine = "".join(f'<itemref idref="i{i}"/>' for i in range(20000))
    yield "chapters-that-are-not-there.epub", epub(OFFICE_PAGE, opf=f"<package><metadata/><manifest>{manifest}</manifest><spine>{spine}</spine></package>")
    yield "spans-of-2-billion.hwpx", hwpx('<hp:p><hp:run><hp:tbl rowCnt="2147483647" colCnt="2147483647"><hp:tr><hp:tc><hp:cellAddr colAddr="2147483647" '
                                          'rowAddr="-1"/><hp:cellSpan colSpan="2147483647" rowSpan="2147483647"/><hp:subList><hp:p><hp:run><hp:t>words</hp:t>'
                                          "</hp:run></hp:p></hp:subList></hp:tc></hp:tr></hp:tbl></hp:run></hp:p>")


def files():
    for family in (with_entities, malformed, word_circles, sheets, slides_and_books):
        yield from family()


def slow_files():
    rows = "".join(f'<row r="{i}">' + f'<c t="inlineStr"><is><t>word{i}</t></is></c>' * 200 + "</row>" for i in range(1, 5000))
    yield "a-million-cells.xlsx", xlsx(f"<sheetData>{rows}</sheetData>")
