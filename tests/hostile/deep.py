"""What is nested a hundred thousand levels deep, in every notation that nests."""
from packages import docx, epub, hwpx, odf, paragraph, pptx, xlsx

DEEP = 100000
WORDS = "harmless words"


def around(opening, closing, inner, depth=DEEP):
    return opening * depth + inner + closing * depth


def marked_up():
    for tag in ("div", "blockquote", "b", "font", "a", "ul><li", "table><tr><td", "span", "button", "form", "svg", "select", "template", "p", "h1", "nobr", "x-own"):
        closing = "".join(f"</{t}>" for t in reversed(tag.split("><")))
        name = tag.split(">")[0]
        yield f"deep-{name}.html", f"<html><body><p>{WORDS}</p>{around(f'<{tag}>', closing, WORDS)}</body></html>".encode()
        yield f"deep-{name}-never-closed.html", f"<html><body><p>{WORDS}</p>{f'<{tag}>' * DEEP}{WORDS}".encode()
    yield "deep-mixed-formatting.html", ("<html><body>" + "<b><i><u><font><a href=x>" * 20000 + WORDS).encode()
    yield "deep-misnested-formatting.html", ("<html><body>" + "<b><p>" * 50000 + WORDS + "</b>" * 50000).encode()
    yield "deep-tables-with-strays.html", ("<html><body>" + "<table><b>stray" * 30000).encode()
    yield "deep-elements.xhtml", f"<html><body>{around('<div>', '</div>', WORDS)}</body></html>".encode()
    yield "deep-elements.xml", around("<a>", "</a>", WORDS).encode()
    yield "deep-elements-with-text.xml", around("<a>t", "</a>", WORDS).encode()
    yield "deep-elements.svg", f"<svg>{around('<g>', '</g>', f'<text>{WORDS}</text>')}</svg>".encode()
    yield "deep-elements.rss", f"<rss>{around('<channel>', '</channel>', WORDS)}</rss>".encode()


def packaged():
    yield "deep-controls.docx", docx(around("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", paragraph()))
    table = ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>")
    yield "deep-tables.docx", docx(around(*table, paragraph(), 20000))
    yield "deep-text-boxes.docx", docx(around("<w:p><w:r><w:txbxContent>", "</w:txbxContent></w:r></w:p>", paragraph(), 20000))
    yield "deep-runs.docx", docx("<w:p>" + around("<w:smartTag>", "</w:smartTag>", f"<w:r><w:t>{WORDS}</w:t></w:r>") + "</w:p>")
    yield "deep-elements.xlsx", xlsx(around("<sheetData>", "</sheetData>", ""))
    shape = f"<p:sp><p:txBody><a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p></p:txBody></p:sp>"
    yield "deep-groups.pptx", pptx(around("<p:grpSp>", "</p:grpSp>", shape))
    yield "deep-lists.odt", odf("text", around("<text:list><text:list-item>", "</text:list-item></text:list>", f"<text:p>{WORDS}</text:p>"))
    yield "deep-sections.odt", odf("text", around("<text:section>", "</text:section>", f"<text:p>{WORDS}</text:p>"))
    yield "deep-spans.odt", odf("text", "<text:p>" + around("<text:span>", "</text:span>", WORDS) + "</text:p>")
    yield "deep-row-groups.ods", odf("spreadsheet", "<table:table>" + around("<table:table-row-group>", "</table:table-row-group>", "") + "</table:table>")
    yield "deep-groups.odp", odf("presentation", "<draw:page>" + around("<draw:g>", "</draw:g>", "") + "</draw:page>")
    page = f"<html><body>{around('<div>', '</div>', WORDS)}</body></html>"
    yield "deep-chapter.epub", epub(page)
    chapters = around("<navPoint>", "</navPoint>", "")
    opf = ('<package><metadata/><manifest><item id="a" href="a.xhtml"/><item id="n" href="toc.ncx"/></manifest><spine toc="n">'
           '<itemref idref="a"/></spine></package>')
    yield "deep-contents.epub", epub("<html><body><p>words</p></body></html>", opf=opf, more=(("toc.ncx", f"<ncx><navMap>{chapters}</navMap></ncx>"),))
    box = ("<hp:p><hp:run><hp:tbl><hp:tr><hp:tc><hp:subList>", "</hp:subList></hp:tc></hp:tr></hp:tbl></hp:run></hp:p>")
    yield "deep-tables.hwpx", hwpx(around(*box, f"<hp:p><hp:run><hp:t>{WORDS}</hp:t></hp:run></hp:p>", 20000))
    yield "deep-elements.fodt", ('<office:document xmlns:office="o" xmlns:text="t"><office:body><office:text>' +
                                 around("<text:section>", "</text:section>", f"<text:p>{WORDS}</text:p>") +
                                 "</office:text></office:body></office:document>").encode()


def notations():
    yield "deep-lists.json", around("[", "]", "1").encode()
    yield "deep-objects.json", around('{"a":', "}", f'"{WORDS}"').encode()
    yield "deep-lists-never-closed.json", ("[" * DEEP * 5).encode()
    yield "deep-objects.jsonl", (f'{{"_id":"a","text":"{WORDS}"}}\n' + around('{"text":', "}", '"x"') + "\n").encode()
    yield "deep-metadata.jsonl", ('{"_id":"a","text":"words","metadata":' + around('{"a":', "}", "1") + "}\n").encode()
    yield "deep-lists.ndjson", (around("[", "]", "1") + "\n").encode()
    yield "deep-cells.ipynb", ('{"cells":' + around("[", "]", "") + ',"nbformat":4}').encode()
    yield "deep-groups.rtf", ("{\\rtf1 " + around("{", "}", WORDS) + "}").encode()
    yield "deep-groups-never-closed.rtf", ("{\\rtf1 " + WORDS + "{" * DEEP * 5).encode()
    yield "deep-destinations.rtf", ("{\\rtf1 " + WORDS + around("{\\*\\a{\\fonttbl", "}}", "x") + "}").encode()
    yield "deep-flow.yaml", around("[", "]", WORDS).encode()
    yield "deep-indentation.yaml", "".join(" " * i + "a:\n" for i in range(3000)).encode()
    yield "anchors-billion-laughs.yaml", ("a: &a [ha, ha, ha]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9))).encode()
    yield "deep-lists.toml", ("a = " + around("[", "]", "1")).encode()
    yield "deep-keys.toml", (".".join("a" * DEEP) + " = 1\n").encode()
    yield "deep-brackets.py", ("x = " + around("(", ")", "1")).encode()
    yield "deep-blocks.c", around("{", "}", "x();").encode()
    yield "deep-headings.org", "".join("*" * i + " heading\n" for i in range(1, 2000)).encode()
    yield "marks-of-headings.rst", "".join(f"Title {i}\n{c * 20}\n\n" for i, c in enumerate("=-`:.'\"~^_*+#<>!$%&(),/;?@[]{|}\\" * 500)).encode()


def markdown():
    yield "deep-quotes.md", (">" * DEEP + WORDS).encode()
    yield "deep-quotes-and-lists.md", ("> - " * 50000 + WORDS).encode()
    yield "deep-lists.md", ("- " * DEEP + WORDS).encode()
    yield "deep-numbered-lists.md", ("1. " * 50000 + WORDS).encode()
    yield "deep-indented-lists.md", "".join("  " * i + "- item\n" for i in range(2000)).encode()
    yield "deep-brackets.md", (WORDS + "\n\n" + "[" * DEEP).encode()
    yield "deep-images.md", (WORDS + "\n\n" + "![" * DEEP).encode()
    yield "deep-links.md", (WORDS + "\n\n" + around("[", "](x)", "a", 50000)).encode()
    yield "deep-emphasis.md", (WORDS + "\n\n" + around("*", "*", "a")).encode()
    yield "backticks-of-all-lengths.md", (WORDS + "\n\n" + "".join("e" + "`" * i for i in range(2500))).encode()
    yield "emphasis-that-never-matches.md", (WORDS + "\n\n" + "*a **a " * 50000 + "_a __a " * 50000).encode()
    yield "deep-html.md", (WORDS + "\n\n" + around("<div>", "</div>", "x")).encode()
    yield "html-blocks-50000.md", (WORDS + "\n\n" + "<div>x</div>\n\n" * 50000).encode()
    yield "references-50000.md", (WORDS + "\n\n" + "[a" * 50000 + "\n\n" + "".join(f"[r{i}]: x\n" for i in range(50000))).encode()
    yield "footnotes-in-a-circle.md", (WORDS + "[^a]\n\n[^a]: see [^b]\n[^b]: see [^a]\n" + "[^a]" * 50000).encode()
    yield "tables-that-never-are.md", ("|a|b|\n" * 100000).encode()
    yield "template-tags-never-closed.md", (WORDS + "\n" + ("{% " * 2000 + "\n") * 50 + " {#" * 100000).encode()


def files():
    for family in (marked_up, packaged, notations, markdown):
        yield from family()


def slow_files():
    for tag in ("div", "blockquote", "b", "font"):
        yield f"a-million-deep-{tag}.html", (f"<{tag}>" * 1000000 + WORDS).encode()
    yield "deep-groups-five-million.rtf", ("{\\rtf1 " + WORDS + "{" * 5000000).encode()
    yield "openers-of-html.md", (WORDS + "\n\n" + "<" * DEEP + "<!--" * DEEP + "<?" * DEEP + "<![CDATA[" * 20000).encode()
    yield "table-of-50000-columns.md", ("|a" * 50000 + "|\n" + "|-" * 50000 + "|\n" + "|b|\n" * 200).encode()
    yield "references-that-grow.md", ("[a]: " + "x" * 100000 + "\n\n" + "[a] " * 100000).encode()
