"""Seeds written by hand, for targets whose input is no file that anybody has: {target: [bytes]}."""
import struct


def streams(*pairs):
    """As fuzz/compound_stream.cpp reads them."""
    return b"".join(struct.pack("<BI", number, len(content)) + content for number, content in pairs)


def hangul_record(tag, level, content):
    return struct.pack("<I", tag | level << 10 | len(content) << 20) + content


def excel_record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def ivf_file(dimension, rows):
    """Vector lists of so many rows each, laid out as docs/formats/ivf.md says; the target sets the checksums."""
    wide = -(-dimension // 64) * 64
    size = lambda count: -(-(wide * 4 + count * (16 + wide // 2)) // 64) * 64
    directory = -(-(128 + 32 + 32 * len(rows)) // 64) * 64
    at = [directory + size(len(rows))]
    for count in rows:
        at.append(at[-1] + size(count))
    head = struct.pack("<8sIIQQQQQQQQQ", b"RAGIVF\r\n", 1, dimension, 1, len(rows), sum(rows), 160, directory, at[0], at[-1], 0, 1).ljust(128, b"\0")
    lists = b"".join(struct.pack("<QQQfI", begin, count, 0, 0.5, 0) for begin, count in zip(at, rows))
    return (head + struct.pack("<QQqq", 1, 7, 1, 9) + lists).ljust(at[-1], b"\0")


BEGIN_WORKBOOK, BEGIN_SHEET = (excel_record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0)) for kind in (5, 0x10))
EQUATION = ('<w:document xmlns:w="w" xmlns:m="m"><w:body><w:p><m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e>'
            '<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:den></m:f><m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub><m:sup><m:r><m:t>n</m:t>'
            '</m:r></m:sup><m:e><m:d><m:dPr><m:begChr m:val="["/></m:dPr><m:e><m:m><m:mr><m:e><m:r><m:t>1</m:t></m:r></m:e></m:mr></m:m></m:e></m:d></m:e></m:nary><m:rad><m:deg/><m:e><m:r>'
            '<m:t>y</m:t></m:r></m:e></m:rad></m:oMath></w:p></w:body></w:document>')
MERGED = ('<w:document xmlns:w="w"><w:body><w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>a</w:t>'
          '</w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>')
CHART = ('<c:chartSpace xmlns:c="c" xmlns:a="a"><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser><c:tx>'
         '<c:strRef><c:strCache><c:pt idx="0"><c:v>2024</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>Q1</c:v></c:pt>'
         '</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:formatCode>0.00</c:formatCode><c:ptCount val="2"/><c:pt idx="1"><c:v>1.5</c:v></c:pt></c:numCache></c:numRef>'
         '</c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>')
DIAGRAM = ('<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><dgm:ptLst><dgm:pt modelId="1" type="doc"/><dgm:pt modelId="2"><dgm:t><a:p><a:r><a:t>words</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>'
           '<dgm:cxnLst><dgm:cxn srcId="1" destId="2" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>')
MAIL = ("네\n\nOn Mon, Kim wrote:\n> one\n> two\n> three\n> four\n> five\n\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\nSubject: d\n\nwords\n",
        "보낸 사람: 김\n보낸 날짜: x\n제목: y\n\n글")
ODF_CHART = ('<office:document-content><office:body><office:chart><chart:chart><chart:title><text:p>Sales</text:p></chart:title><chart:plot-area><chart:axis><chart:title><text:p>x</text:p>'
             '</chart:title></chart:axis></chart:plot-area><table:table><table:table-header-rows><table:table-row><table:table-cell/><table:table-cell><text:p>2024</text:p></table:table-cell>'
             '</table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>Q1</text:p></table:table-cell><table:table-cell office:value="NaN"/></table:table-row></table:table>'
             '</chart:chart></office:chart></office:body></office:document-content>')
HANGUL_HEADER = ('<hh:head><hh:refList><hh:numberings><hh:numbering id="1"><hh:paraHead level="1" start="1" numFormat="HANGUL_SYLLABLE">제^1조 ^n ^N</hh:paraHead></hh:numbering></hh:numberings>'
                 '<hh:paraProperties><hh:paraPr id="1"><hh:heading type="OUTLINE" idRef="0" level="0"/></hh:paraPr><hh:paraPr id="2"><hh:heading type="NUMBER" idRef="1" level="0"/></hh:paraPr>'
                 '</hh:paraProperties><hh:styles><hh:style id="1" name="개요 1"/></hh:styles></hh:refList></hh:head>')
DRAWING = ('<svg xmlns="http://www.w3.org/2000/svg"><title>t</title><desc>d</desc><style>.a{display:none} #b,text{fill:#fff}/*x*/</style><defs><g id="g"><text>one<tspan x="0" dy="1em">two</tspan></text></g>'
           '</defs><use href="#g"/><switch><foreignObject><div xmlns="x"><p>page</p></div></foreignObject><text class="a">c</text></switch><rect/><text opacity="0" font-size="0">z</text></svg>')
WORKBOOK = ('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
            '<DocumentProperties><Title>t</Title><Author>a</Author></DocumentProperties><Styles><Style ss:ID="p"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="q" ss:Parent="p"/>'
            '<Style ss:ID="r"><NumberFormat ss:Format="#,##0.00;[Red]-0"/></Style></Styles><Worksheet ss:Name="A"><Table><Row ss:Index="2" ss:Span="3" ss:StyleID="r"><Cell ss:MergeAcross="1" '
            'ss:MergeDown="2"><Data ss:Type="String">words</Data></Cell><Cell ss:Index="5"><Data ss:Type="Number">1234.5</Data></Cell></Row><Row><Cell ss:StyleID="q"><Data ss:Type="DateTime">'
            '2026-11-29T14:05:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>')
NO_DOCUMENT_FIELDS = struct.pack("<Q", 0) * 5
A_DOCUMENT = NO_DOCUMENT_FIELDS + struct.pack("<Q5sQQQQ", 5, b"words", 0, 0, 0, 0)

SMALL = {
    "analyzer": ["The error E-4417 of HTTP2Server café 휴가는 며칠인가요 北京大学 naïve 3.5%".encode()],
    "citations": ["배우자 출산휴가는 20일이다 [1]. Hotels cost 150 EUR [2][1].".encode(), b"It is 20 days [1][3]. [2] [0] [99999999999999999999]", b"[1"],
    "code": [b"\x01int f(int a) {\n  // x\n  return R\"x(})x\"[0];\n}\nclass A { void g(); };\n", b"\x04const f = (a) => /[/]/.test(`${a}`);\nfunction g() {}\n",
             b"\x0dclass A:\n    def f(self):\n        '''x'''\n        return 1\n", b"\x0afn f<'a>(x: &'a str) -> char { 'x' }\nimpl A { fn g() {} }\n", b"\x0edef a\n  <<~X\n  X\nend\n"],
    "compressed_rtf": [struct.pack("<IIII", 40, 100, 0x75465A4C, 0) + b"\x03\0{\\rtf1 words\x10\x20 and words}" + bytes(10), struct.pack("<IIII", 20, 8, 0x414C454D, 0) + b"{\\rtf1 a}"],
    "corpus_parts": [b'{"_id":"a","text":"words"}\nnot json\n\n{"_id":"b","title":"t","text":"more","metadata":{"a":[1,2]}}\n'],
    "corpus_wire": [struct.pack("<QQQQQ", 3, 70, 0, 0, 0), struct.pack("<QQQQQQ", 1, 30, 0, 0, 1, 1) + A_DOCUMENT, struct.pack("<QQQQ", 1, 30, 1, 80)],
    "docx_chart": [CHART.encode()],
    "docx_diagram": [DIAGRAM.encode()],
    "docx_document": [EQUATION.encode(), MERGED.encode()],
    "docx_notes": [b'<w:footnotes xmlns:w="w"><w:footnote w:id="1"><w:p><w:r><w:footnoteRef/><w:t>note</w:t></w:r></w:p></w:footnote></w:footnotes>'],
    "docx_numbering": [b'<w:numbering><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="ganada"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
                       b'<w:num w:numId="1"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'],
    "docx_styles": [b'<w:styles><w:style w:styleId="a"><w:name w:val="heading 1"/><w:basedOn w:val="b"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'],
    "docx_properties": [b'<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>a</dc:title><dc:creator>b</dc:creator><cp:keywords>x; y</cp:keywords><dcterms:created>2024-01-01T00:00:00Z</dcterms:created></cp:coreProperties>'],
    "epub_package": [b'<package><metadata><dc:title>a</dc:title><dc:creator>b</dc:creator><dc:date>2024</dc:date></metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="v" href="v.xhtml" properties="nav"/>'
                     b'<item id="n" href="n.ncx"/></manifest><spine toc="n"><itemref idref="a" linear="no"/></spine></package>'],
    "epub_contents": [b'<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src="a.xhtml"/></navPoint></navMap></ncx>'],
    "filter": [b"ext=pdf AND (dept=hr OR dept=legal) AND year>=2024 AND NOT path~\"drafts/*\"", b"title~'*\\'*' or id!=a", "dept=인사".encode()],
    "fodp": [b'<office:document xmlns:office="o"><office:body><office:presentation><draw:page draw:name="P"><draw:frame presentation:class="title"><draw:text-box><text:p>a</text:p></draw:text-box></draw:frame>'
             b'<draw:frame><draw:text-box><text:list><text:list-item><text:p>b<text:s text:c="3"/></text:p></text:list-item></text:list></draw:text-box></draw:frame>'
             b'<presentation:notes><draw:frame><draw:text-box><text:p>c</text:p></draw:text-box></draw:frame></presentation:notes></draw:page></office:presentation></office:body></office:document>'],
    "fods": [b'<office:document xmlns:office="o"><office:body><office:spreadsheet><table:table table:name="A"><table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>a</text:p>'
             b'</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document>'],
    "hwp_streams": [streams((0, hangul_record(0x42, 0, bytes(22)) + hangul_record(0x43, 1, "강 물\r".encode("utf-16-le")))),
                    streams((1, hangul_record(0x19, 0, bytes(46))), (0, hangul_record(0x42, 0, bytes(22)) + hangul_record(0x43, 1, "a\x0b lbt\0\0\0\0\x0b\r".encode("utf-16-le")) +
                                                                     hangul_record(0x47, 1, b" lbt") + hangul_record(0x4D, 2, struct.pack("<IHH", 0, 2, 2) + bytes(14)) + hangul_record(0x48, 2, bytes(34))))],
    "hwpx_header": [HANGUL_HEADER.encode()],
    "hwpx_package": [b'<opf:package xmlns:opf="o"><opf:metadata><opf:title>a</opf:title><opf:meta name="creator" content="text">b</opf:meta></opf:metadata><opf:manifest><opf:item id="s" href="Contents/section0.xml" media-type="application/xml"/>'
                     b'</opf:manifest><opf:spine><opf:itemref idref="s"/></opf:spine></opf:package>'],
    "ics": ["BEGIN:VCALENDAR\nX-WR-CALNAME:팀\nBEGIN:VEVENT\nSUMMARY:a\\, b\nDTSTART;TZID=Asia/Seoul:20240304T090000\nDTEND;VALUE=DATE:20240306\nATTENDEE;CN=\"a:b\":mailto:a@b\nRRULE:FREQ=WEEKLY;BYDAY=MO\n"
            "DESCRIPTION:x\\ny\n z\nEND:VEVENT\nEND:VCALENDAR\n".encode()],
    "ignore_rules": [b"*.log\n!keep.log\n/build/\n**/tmp/*.x[0-9]\n", b"a/**/b\\ \n#c\n" + b"a/x/y/b"],
    "ivf_file": [ivf_file(3, [2, 0, 5]), ivf_file(64, [1])],
    "json_line": [b'{"_id":"a","title":"t","text":"words","metadata":{"a":[1,2,{"b":null}]}}'],
    "mail_addresses": [b"From: a@b\nTo: Team: a@b, \"x:y\" <c@d>;\n ,\te@f\nSubject: x\n\nwords\n", b"Resent-Cc: " + b"a:" * 40 + b"\n\nx", b"To: \t\t\t\t\t\nCc: \t<\t\\\"\n"],
    "mail_quotes": [text.encode() for text in MAIL],
    "member_names": ["a/b.docx../../C:\\x\\y.txt".encode(), "인사/휴가.docx".encode("cp949") + b"/./a/../../b"],
    "number_format": [struct.pack("<d", 45000.75) + code for code in (b"#,##0.00;[Red]-#,##0.00", b"yyyy-mm-dd hh:mm:ss AM/PM", b"[h]:mm:ss.000", b"# ?/?", b"0.00E+00", b'[$-412]yyyy"\xeb\x85\x84" m"\xec\x9b\x94"', b"[>=100]0;[<0]\\-0;@")],
    "odt_chart": [ODF_CHART.encode()],
    "odt_styles": [b'<office:document-styles><office:styles><style:style style:name="A" style:family="paragraph" style:parent-style-name="B" style:default-outline-level="1"/><text:list-style style:name="L"><text:list-level-style-number '
                   b'text:level="1" style:num-format="i" style:num-suffix="." text:start-value="3"/></text:list-style></office:styles></office:document-styles>'],
    "org": [b"#+TITLE: t\n* one\n:PROPERTIES:\n:a: b\n:END:\n| a | b |\n|---+---|\n| 1 | 2 |\n#+BEGIN_SRC c\nx\n#+END_SRC\n"],
    "pdf_page": [b"BT /F 12 Tf 72 700 Td (Words of a page) Tj 0 -14 Td [(a) -300 (b)] TJ 1 1 1 rg (white) Tj ET 0 0 600 800 re f",
                 b"q 0 1 -1 0 300 300 cm BT /G 9 Tf 3 Tr (hidden) Tj ET Q BT /F 9 Tf 72 600 Td (col a) Tj 200 0 Td (col b) Tj ET"],
    "pptx_presentation": [b'<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="r1"/><p:sldId r:id="r9"/></p:sldIdLst></p:presentation>'],
    "recogniser_wire": [b'{"recogniser":"whisper-base","protocol":1}', '{"language":"ko","unclear":1,"words":[[0,0.5," The",0.9],[0.4,1.5," river.",0.25],[20.0,30.5,"강은",1]]}'.encode(), b'{"error":"no model"}'],
    "row_coding": [b'["a","b"]', b'{"a":["b","c"]}', b'{"pages":[[0,1]],"headings":[[0,1,"some"]],"tables":[[0,4,0,2]]}'],
    "rst": [b"Title\n=====\n\n+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+\n"],
    "short_texts": ["[00:01:23] Dr. Kim said. 그는 갔다. \"a\";b,c\n<br/><a id='x'/>".encode(), struct.pack("<d", 1.005) + b"lowerRoman", b"ganada\0\0 ko-KR"],
    "sbv": [b"0:00:01.000,0:00:04.000\nharmless words\n\n0:01:05.500,0:01:06.000\nmore,\nof them\n"],
    "smi": [b"<SAMI><BODY>\n<SYNC Start=1000><P Class=KRCC>harmless<br>\nwords\n<SYNC Start=3000><P>&nbsp;\n<sync start=\"3661000\"><p><font color=red>more</font></BODY></SAMI>"],
    "spreadsheetml": [WORKBOOK.encode()],
    "srt": ["1\n00:00:01,000 --> 00:00:02,500\nharmless 말\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>words</i>\n".encode()],
    "svg": [DRAWING.encode(), b"<!DOCTYPE svg><svg:svg><svg:g visibility='hidden'><svg:text>a<svg:tspan visibility='visible'>b</svg:tspan></svg:text></svg:g></svg:svg>"],
    "table_grid": [b"\0\0\2\1a \0\1\0\1\1b1\0\1\1\1\1c2\0", b"\0\0\1\2AB\0\1\1\1CD\1\1\1\1EF"],
    "vcf": ["BEGIN:VCARD\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80;=EC=B2=A0=\n=EC=88=98\nitem1.TEL;TYPE=\"cell,voice\";HOME:tel:1\nADR:;;a;b;;;\nEND:VCARD\n".encode()],
    "vtt": [b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>harmless words\n"],
    "wire": [struct.pack("<QQQ", 0, 0, 0), struct.pack("<QQQ", 0, 0, 1) + A_DOCUMENT],
    "xls_streams": [streams((0, (BEGIN_WORKBOOK + excel_record(0x85, struct.pack("<IBB", 60, 0, 0) + b"\1\0A") + excel_record(0x0A, b"")).ljust(60, b"\0") + BEGIN_SHEET +
                             excel_record(0x203, struct.pack("<HHHd", 0, 0, 0, 45000.5)) + excel_record(0x0A, b"")))],
    "xlsx_drawing": [b'<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:sp><xdr:txBody><a:p><a:r><a:t>box</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>'],
    "xlsx_chart": [CHART.encode()],
    "xlsx_workbook": [b'<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="A" sheetId="1" state="hidden" r:id="r1"/><sheet name="B" r:id="r9"/></sheets><definedNames><definedName name="_xlnm.Print_Area">A!$A$1</definedName></definedNames></workbook>'],
    "xlsx_strings": [b"<sst><si><t>a</t></si><si><r><t>b</t></r><r><t>_x000A_</t></r></si></sst>"],
}
