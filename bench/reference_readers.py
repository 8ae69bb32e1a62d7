"""Other people's readings of the formats we read, to compare with: {extension: (name, read)}, where read(path) gives text.

PDF by poppler's own pdftotext; office files by LibreOffice; Outlook messages by extract-msg; the rest by the standard library's readers,
a dozen lines each, which take all the words there are and leave out what a reader never sees (scripts, styles, navigation).

None of them knows our program.  Where one reader lacks what a file says, a second one of the same program adds it: LibreOffice's export
of plain text has no text boxes and notes, its XML of the same file has them.
"""
import csv
import email
import email.policy
import html.parser
import io
import json
import mailbox
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree
import zipfile


def run(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300).stdout.decode("utf-8", "replace")


def pdftotext(path):
    return run(["pdftotext", "-layout", "-enc", "UTF-8", path, "-"])


def convert(path, to):
    """The files LibreOffice makes of one, by name."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(path, folder)  # a name without surprises
        plain = os.path.join(folder, "in" + os.path.splitext(path)[1])
        os.rename(copy, plain)
        out = os.path.join(folder, "out")
        run(["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{tempfile.gettempdir()}/rag-bench-libreoffice", "--convert-to", to, "--outdir", out, plain])
        made = {}
        for name in sorted(os.listdir(out)):
            with open(os.path.join(out, name), "rb") as file:
                made[name] = file.read()
        return made


def local(node):
    return node.tag.rsplit("}", 1)[-1]


def attribute(node, name):
    return next((value for key, value in node.attrib.items() if key.rsplit("}", 1)[-1] == name), "")


NO_TEXT = {"styles", "automatic-styles", "master-styles", "binary-data", "meta", "settings", "scripts", "date-time", "page-number", "annotation", "tracked-changes"}
ENDS_WORD = {"p", "h", "line-break", "tab", "s", "table-cell", "list-item", "desc", "title"}


def odf_words(node, leave_out):
    """The words below a node of LibreOffice's XML, in order, but for what leave_out(node) says."""
    text = []

    def walk(inner):
        if local(inner) in NO_TEXT or leave_out(inner):
            return
        text.append(inner.text or "")
        for child in inner:
            walk(child)
            text.append(child.tail or "")
        if local(inner) in ENDS_WORD:
            text.append(" ")

    walk(node)
    return "".join(text)


def formulas(path):
    """The pieces of a DOCX's formulas, each a word: LibreOffice without its module for formulas leaves them out."""
    with zipfile.ZipFile(path) as package:
        root = xml.etree.ElementTree.fromstring(package.read("word/document.xml"))
    return " ".join(node.text or "" for node in root.iter("{http://schemas.openxmlformats.org/officeDocument/2006/math}t"))


def writer(path):
    """LibreOffice's export of plain text, which numbers lists as the page does, and what that lacks: boxes and notes from its XML, formulas
    from the file.  A note's mark stands apart from its word, as one reads it."""
    text = "\n".join(content.decode("utf-8-sig") for content in convert(path, "txt:Text (encoded):UTF8").values())
    root = xml.etree.ElementTree.fromstring(next(iter(convert(path, "fodt").values())))
    more = []

    def find(node, before):
        """`before`: what was read so far, for the word that a note's mark follows."""
        nonlocal text
        name = local(node)
        if name in NO_TEXT:
            return before
        if name == "note":
            mark = "".join("".join(child.itertext()) for child in node if local(child) == "note-citation")
            word = re.search(r"\S*$", before)[0]
            text = text.replace(word + mark, f"{word} {mark} ", 1) if word else text
            more.extend(f"{mark} {odf_words(child, lambda _: False)}" for child in node if local(child) == "note-body")
            return before + mark
        if name in ("text-box", "custom-shape", "rect", "ellipse"):
            words = odf_words(node, lambda inner: local(inner) in ("title", "desc"))
            if words.strip() and words.strip() not in text:
                more.append(words)
            return before
        before += node.text or ""
        for child in node:
            before = find(child, before) + (child.tail or "")
        return before

    find(root, "")
    if path.endswith(".docx"):
        more.append(formulas(path))
    return text + "\n" + "\n".join(more)


def repeats(node, attribute_name, most=1000):
    return min(int(attribute(node, attribute_name) or 1), most)


def shown_cells(path):
    """Sheet by sheet {(row, column): text} that an ODS says was shown: its program writes that beside each value."""
    with zipfile.ZipFile(path) as package:
        root = xml.etree.ElementTree.fromstring(package.read("content.xml"))
    sheets = []
    for table in (node for node in root.iter() if local(node) == "table"):
        cells, row = {}, 0
        for line in (node for node in table.iter() if local(node) == "table-row"):
            column = 0
            for cell in line:
                if local(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                text = "\n".join(odf_words(child, lambda _: False).strip() for child in cell if local(child) == "p")
                copies = repeats(cell, "number-columns-repeated")
                for number in range(copies if text else 0):
                    for below in range(repeats(line, "number-rows-repeated")):
                        cells[row + below, column + number] = text
                column += copies
            row += repeats(line, "number-rows-repeated")
        sheets.append(cells)
    return sheets


def ods(path):
    """As calc(), but where the file says what a cell showed, that: LibreOffice computes it anew and may round otherwise ("0:39" for "0:40")."""
    sheets = shown_cells(path)
    text = []
    for number, (name, content) in enumerate(sheets_of(path)):
        text.append(name)
        for row, line in enumerate(csv.reader(io.StringIO(content), delimiter="\t")):
            shown = sheets[number] if number < len(sheets) else {}
            text.append(" ".join(shown.get((row, column), cell) for column, cell in enumerate(line)))
    return "\n".join(text)


def calc(path):
    """All sheets (-1) under their names, each cell as it is shown (the true behind the second false)."""
    return "\n".join(f"{name}\n{content}" for name, content in sheets_of(path))


def sheets_of(path):
    """(name, cells as CSV with tabs) of each sheet."""
    made = convert(path, "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,true,false,false,-1")
    return [(name.removeprefix("in-").removesuffix(".csv"), content.decode("utf-8-sig")) for name, content in made.items()]


def impress(path):
    """Impress exports no text; its own XML of the slides and their notes, word for word.  What stands in the places for header, footer,
    date and number is on every slide and left out; of a .ppt only the masters tell which places those are, so there it is left out where a
    shape says what a master's header or footer says."""
    furniture = {"header", "footer", "date-time", "page-number"}
    text = []
    for content in convert(path, "fodp").values():
        root = xml.etree.ElementTree.fromstring(content)
        number_items(root)
        on_masters = {words_below(node) for masters in root if local(masters) == "master-styles" for node in masters.iter() if attribute(node, "class") in ("header", "footer")} - {""}
        text.append(odf_words(root, lambda node: local(node) in furniture or attribute(node, "class") in furniture or
                              (local(node) in ("custom-shape", "frame") and words_below(node) in on_masters)))
    return "\n".join(text)


def number_items(root):
    """Writes before each item of a numbered list the number that its style says is shown there; LibreOffice's XML leaves them to the style."""
    formats = {}  # (style, level): how it counts
    for style in (node for node in root.iter() if local(node) == "list-style"):
        for level in style:
            if local(level) == "list-level-style-number":
                formats[attribute(style, "name"), attribute(level, "level")] = attribute(level, "num-format")
    last = {}

    def number(node, style, level):
        for child in node:
            if local(child) != "list":
                number(child, style, level)
                continue
            name, depth = attribute(child, "style-name") or style, level + 1
            counts = formats.get((name, str(depth)), "")
            count = last.get((name, depth), 0) if attribute(child, "continue-numbering") == "true" else 0
            for item in child:
                paragraph = next((inner for inner in item if local(inner) in ("p", "h")), None)
                if local(item) == "list-item" and paragraph is not None and counts and "".join(paragraph.itertext()).strip():
                    count += 1
                    paragraph.text = f"{count if counts not in 'aA' else chr(ord(counts) + count - 1)}. {paragraph.text or ''}"
                number(item, name, depth)
            last[name, depth] = count

    number(root, "", 0)


def words_below(node):
    return " ".join("".join(node.itertext()).split())


class Page(html.parser.HTMLParser):
    """The words of a page but for what is no part of its text; the items of ordered lists with their numbers, as a browser shows them."""
    OUT = {"script", "style", "noscript", "template", "nav", "head", "iframe", "object", "svg", "select", "button", "textarea", "canvas", "audio", "video", "datalist", "rp", "rt"}
    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}

    def __init__(self):
        super().__init__()
        self.text, self.outside, self.lists = [], [], []  # lists: the number of each open list's last item, None where items have bullets

    def handle_starttag(self, tag, attributes):
        if tag in ("ol", "ul"):
            start = dict(attributes).get("start") or "1"
            self.lists.append(int(start) - 1 if tag == "ol" and start.lstrip("-").isdigit() else None)
        if tag == "li" and self.lists and self.lists[-1] is not None and not self.outside:
            self.lists[-1] += 1
            self.text.append(f" {self.lists[-1]}. ")
        if tag in self.OUT and tag not in self.VOID:
            self.outside.append(tag)
        if tag not in ("b", "i", "em", "strong", "span", "a", "code", "sub", "sup", "u", "font", "small", "tt", "abbr"):
            self.text.append(" ")

    def handle_endtag(self, tag):
        if tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        if tag in self.outside:
            del self.outside[self.outside.index(tag):]
        if tag not in ("b", "i", "em", "strong", "span", "a", "code", "sub", "sup", "u", "font", "small", "tt", "abbr"):
            self.text.append(" ")

    def handle_data(self, data):
        if not self.outside:
            self.text.append(data)


def page_text(markup):
    page = Page()
    page.feed(markup)
    page.close()
    return "".join(page.text)


def decoded(content):
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    found = re.search(rb"charset=[\"']?([\w-]+)", content[:4096])
    for charset in ([found[1].decode()] if found else []) + ["utf-8", "cp949", "cp932", "latin-1"]:
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return ""


def html_file(path):
    """What stands beside the page, written by hand, where that is there (tests/ingest/data/html), else the words of the page."""
    by_hand = os.path.splitext(path)[0] + ".txt"
    if os.path.exists(by_hand):
        with open(by_hand, encoding="utf-8") as file:
            return file.read()
    with open(path, "rb") as file:
        return page_text(decoded(file.read()))


def epub(path):
    """The chapters in the order of the spine."""
    with zipfile.ZipFile(path) as book:
        container = xml.etree.ElementTree.fromstring(book.read("META-INF/container.xml"))
        package = next(node.get("full-path") for node in container.iter() if node.tag.endswith("rootfile"))
        root = xml.etree.ElementTree.fromstring(book.read(package))
        items = {node.get("id"): node for node in root.iter() if node.tag.endswith("}item")}
        chapters = [items[node.get("idref")] for node in root.iter() if node.tag.endswith("}itemref")]
        names = [os.path.normpath(os.path.join(os.path.dirname(package), node.get("href"))) for node in chapters if "nav" not in (node.get("properties") or "").split()]
        return "\n".join(page_text(decoded(book.read(name))) for name in names)


def mail_words(message):
    """Who wrote to whom, the text, the names of what is attached; messages within it likewise, and the reports a server encloses."""
    lines = [f"{name}: {message[name]}" if name != "Subject" else str(message[name]) for name in ("Subject", "From", "To", "Cc") if message[name]]
    if message["Date"] and message["Date"].datetime:
        lines.append(f"Date: {message['Date'].datetime:%Y-%m-%d %H:%M:%S %z}")
    body = message.get_body(("plain", "html"))
    if body is not None:
        content = body.get_content()
        lines.append(page_text(content) if body.get_content_subtype() == "html" else content)

    def attached(part):
        if part.get_content_type() == "message/rfc822":
            lines.extend(mail_words(inner) for inner in part.get_payload())
        elif part.get_filename():
            lines.append(f"{part.get_filename()} {part.get_content_type()}")
        elif part.get_content_type() == "message/delivery-status":
            lines.extend(str(block) for block in part.get_payload())
        elif part.get_content_type() == "text/rfc822-headers":
            lines.append(part.get_content())
        elif part.is_multipart():
            for inner in part.get_payload():
                attached(inner)

    for part in message.get_payload() if message.is_multipart() else ():
        attached(part)
    return "\n".join(lines)


def eml(path):
    with open(path, "rb") as file:
        content = file.read()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # saved by an editor
        content = decoded(content).encode()
    return mail_words(email.message_from_bytes(content, policy=email.policy.default))


def mbox(path):
    return "\n".join(mail_words(email.message_from_bytes(bytes(message), policy=email.policy.default)) for message in mailbox.mbox(path))


def notebook(path):
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    text = []
    for cell in cells:
        text.append("".join(cell["source"]))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text.append("".join(output.get("text", [])) if not data else "" if any(kind.startswith("image/") for kind in data) else "".join(data.get("text/plain", [])))
    return "\n".join(text)


def table(path):
    with open(path, "rb") as file:
        rows = csv.reader(io.StringIO(decoded(file.read())), delimiter="\t" if path.endswith(".tsv") else ",")
        return "\n".join(" ".join(row) for row in rows)


def hwpx(path):
    """Every text element of every section."""
    with zipfile.ZipFile(path) as package:
        text = []
        for name in sorted(name for name in package.namelist() if re.fullmatch(r"Contents/section\d+\.xml", name)):
            for node in xml.etree.ElementTree.fromstring(package.read(name)).iter():
                if node.tag.endswith("}p"):
                    text.append("\n")
                if node.tag.endswith("}t"):
                    text.append("".join(node.itertext()))
        return "".join(text)


def msg(path):
    """By extract-msg, in the code page the message itself names (it guesses otherwise).  Who wrote to whom by the properties and recipients
    of the message, which are what Outlook shows; what its transport headers say only where there are none."""
    import extract_msg  # pip install extract-msg
    message = extract_msg.openMsg(path)
    page = message.getPropertyVal("3FDE0003")
    if isinstance(page, int) and page not in (1200, 20127, 65001):
        message = extract_msg.openMsg(path, overrideEncoding=f"cp{page}")
    part = lambda number: (message.getStringStream(f"__substg1.0_{number}") or "").strip()
    address = lambda *parts: next((each for each in map(part, parts) if "@" in each), "")
    sender, sent_for = (part("0C1A"), address("5D01", "0C1F")), (part("0042"), address("5D02", "0065"))
    writers = [one_of(*who) for who in ([sender] if sent_for[1] in ("", sender[1]) or not sender[1] else [sender, sent_for]) if any(who)]
    people = lambda kind, otherwise: ", ".join(one_of(who.name, who.email) for who in message.recipients if int(who.type) & 15 == kind) or (otherwise or "").strip(" <>")
    to, cc = people(1, message.to), people(2, message.cc)
    lines = [message.subject or "", "From: " + (" on behalf of ".join(writers) or message.sender), f"To: {to}"] + ([f"Cc: {cc}"] if cc else [])
    if message.date:
        lines.append(f"Date: {message.date:%Y-%m-%d %H:%M:%S %z}")
    return "\n".join(lines + [message.body or ""] + [f"{attachment.longFilename or ''} {getattr(attachment, 'mimetype', None) or ''}" for attachment in message.attachments])


def one_of(name, address):
    """A person once: many have their address for a name."""
    name, address = (name or "").strip(), (address or "").strip()
    return address or name if name.strip("'") == address or not name else f"{name} <{address}>" if "@" in address else name


class Beginning(str):
    """A reading that ends early: it is compared with as many words of ours."""


def hwp(path):
    """The first thousand characters, which Hangul itself stores beside the document to show them in a list of files; its marks of
    paragraphs and cells left out, and the last word, which may be half of one."""
    import olefile  # pip install olefile
    with olefile.OleFileIO(path) as file:
        text = file.openstream("PrvText").read().decode("utf-16-le", "replace")
    return Beginning(re.sub(r"\S*$", "", re.sub(r"[<>]+", " ", text)))


READERS = {
    "pdf": ("pdftotext -layout", pdftotext),
    **{extension: ("LibreOffice Writer", writer) for extension in ("docx", "odt", "rtf", "doc")},
    **{extension: ("LibreOffice Calc", calc) for extension in ("xlsx", "xls")},
    "ods": ("LibreOffice Calc", ods),
    **{extension: ("LibreOffice Impress", impress) for extension in ("pptx", "odp", "ppt")},
    "html": ("html.parser", html_file),
    "epub": ("zipfile, html.parser", epub),
    "eml": ("email", eml),
    "mbox": ("mailbox, email", mbox),
    "msg": ("extract-msg", msg),
    "ipynb": ("json", notebook),
    "csv": ("csv", table),
    "tsv": ("csv", table),
    "hwpx": ("its XML", hwpx),
    "hwp": ("its PrvText", hwp),
}
