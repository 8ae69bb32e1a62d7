"""Other people's readings of the formats we read, to compare with: {extension: (name, read)}, where read(path) gives text.

PDF by poppler's own pdftotext; office files by LibreOffice; the rest by the standard library's readers, a dozen lines each, which
take all the words there are and leave out what a reader never sees (scripts, styles, navigation).
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


def writer(path):
    return "\n".join(content.decode("utf-8-sig") for content in convert(path, "txt:Text (encoded):UTF8").values())


def calc(path):
    """All sheets (-1) under their names, each cell as it is shown."""
    return "\n".join(f"{name.removeprefix('in-').removesuffix('.csv')}\n{content.decode('utf-8-sig')}" for name, content in convert(path, "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,-1").items())


def impress(path):
    """Impress exports no text; its own XML of the slides and their notes, word for word."""
    text = []
    ends = {"p", "h", "line-break", "tab", "s", "table-cell"}

    def walk(node):
        name = node.tag.rsplit("}", 1)[-1]
        if name in ("styles", "automatic-styles", "master-styles", "binary-data", "meta", "settings", "scripts", "date-time", "header", "footer", "page-number"):
            return
        text.append(node.text or "")
        for child in node:
            walk(child)
            text.append(child.tail or "")
        if name in ends:
            text.append("\n" if name != "s" else " ")

    for content in convert(path, "fodp").values():
        walk(xml.etree.ElementTree.fromstring(content))
    return "".join(text)


class Page(html.parser.HTMLParser):
    """The words of a page but for what is no part of its text."""
    OUT = {"script", "style", "noscript", "template", "nav", "head", "iframe", "object", "svg", "select", "button", "textarea", "canvas", "audio", "video", "datalist", "rp", "rt"}
    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}

    def __init__(self):
        super().__init__()
        self.text, self.outside = [], []

    def handle_starttag(self, tag, attributes):
        if tag in self.OUT and tag not in self.VOID:
            self.outside.append(tag)
        if tag not in ("b", "i", "em", "strong", "span", "a", "code", "sub", "sup", "u", "font", "small", "tt", "abbr"):
            self.text.append(" ")

    def handle_endtag(self, tag):
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
    """Who wrote to whom, the text, the names of what is attached; messages within it likewise."""
    lines = [f"{name}: {message[name]}" if name != "Subject" else str(message[name]) for name in ("Subject", "From", "To", "Cc") if message[name]]
    if message["Date"] and message["Date"].datetime:
        lines.append(f"Date: {message['Date'].datetime:%Y-%m-%d %H:%M:%S %z}")
    body = message.get_body(("plain", "html"))
    if body is not None:
        content = body.get_content()
        lines.append(page_text(content) if body.get_content_subtype() == "html" else content)
    for part in message.walk():
        if part is not message and part.get_content_type() == "message/rfc822":
            lines += [mail_words(inner) for inner in part.get_payload()]
        elif part.get_filename():
            lines.append(f"{part.get_filename()} {part.get_content_type()}")
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


READERS = {
    "pdf": ("pdftotext -layout", pdftotext),
    **{extension: ("LibreOffice Writer", writer) for extension in ("docx", "odt", "rtf", "doc")},
    **{extension: ("LibreOffice Calc", calc) for extension in ("xlsx", "ods", "xls")},
    **{extension: ("LibreOffice Impress", impress) for extension in ("pptx", "odp", "ppt")},
    "html": ("html.parser", html_file),
    "epub": ("zipfile, html.parser", epub),
    "eml": ("email", eml),
    "mbox": ("mailbox, email", mbox),
    "ipynb": ("json", notebook),
    "csv": ("csv", table),
    "tsv": ("csv", table),
    "hwpx": ("its XML", hwpx),
}
