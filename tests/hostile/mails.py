"""Mail with far too much of one thing, or with a lie in its headers."""
import base64
import struct

HEAD = "From: a@example.com\nTo: b@example.com\nSubject: harmless words\nDate: Mon, 2 Feb 2026 10:00:00 +0900\nMIME-Version: 1.0\n"
WORDS = "Harmless words of a mail.\n"


def multipart(parts, kind="mixed", boundary="b"):
    return (HEAD + f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n' +
            "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n")


def nested(depth):
    text = HEAD
    for i in range(depth):
        text += f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n'
    return text + f"Content-Type: text/plain\n\n{WORDS}"


def parts():
    plain = f"Content-Type: text/plain\n\n{WORDS}"
    yield "parts-10000.eml", multipart([plain] * 10000)
    yield "parts-10000-empty.eml", multipart([""] * 10000)
    yield "alternatives-2000.eml", multipart([f"Content-Type: text/html\n\n<p>{WORDS}</p>"] * 2000, "alternative")
    yield "parts-1000-deep.eml", nested(1000)
    yield "parts-10000-deep.eml", nested(10000)
    inner = HEAD + "Content-Type: text/plain\n\n" + WORDS
    yield "messages-2000-deep.eml", HEAD + "Content-Type: message/rfc822\n\n" + ("Subject: s\nContent-Type: message/rfc822\n\n" * 2000) + inner
    yield "one-boundary-for-all.eml", HEAD + ("Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 2000) + plain
    yield "boundary-of-1-mb.eml", multipart([plain], boundary="b" * (1 << 20))
    yield "boundary-empty.eml", multipart([plain], boundary="")
    yield "boundary-missing.eml", HEAD + "Content-Type: multipart/mixed\n\n--b\n" + plain
    yield "boundaries-that-begin-alike.eml", HEAD + "Content-Type: multipart/mixed; boundary=b\n\n" + "--bb\n--b b\n--b-\n" * 50000 + WORDS
    yield "attachments-with-paths.eml", multipart([plain] + [
        f'Content-Type: text/plain; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n\nx'
        for name in ("../../../etc/passwd", "/etc/passwd", "C:\\\\x", "a\x00b", "\x1b[31mred", "n" * 100000, "=?utf-8?q?=00=0A?=", "CON", "..")])
    yield "attachment-of-50-mb-of-zeros.eml", multipart([plain, "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n" +
                                                         ("A" * 76 + "\n") * 100000])
    tnef = base64.b64encode(struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BIII", 1, 0x7FFFFFFF, 0xFFFFFFFF, 0) * 500).decode()
    yield "winmail-that-lies.eml", multipart([plain, f"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{tnef}"])
    yield "says-external-body.eml", multipart([plain, 'Content-Type: message/external-body; access-type=local-file; name="/etc/passwd"\n\nContent-Type: text/plain\n\n'])


def headers():
    plain = "Content-Type: text/plain\n\n" + WORDS
    yield "header-of-10-mb.eml", HEAD + "X-Long: " + "x" * (10 << 20) + "\n" + plain
    yield "header-folded-500000-times.eml", HEAD + "X-Long: x\n" + " y\n" * 500000 + plain
    yield "headers-200000.eml", HEAD + "".join(f"X-{i}: y\n" for i in range(200000)) + plain
    yield "subject-of-50000-encoded-words.eml", "Subject: " + "=?utf-8?b?7ZWc6riA?= " * 50000 + "\n" + plain
    yield "subject-never-ends.eml", "Subject: =?utf-8?b?" + "7ZWc" * 100000 + "\n" + plain
    yield "subject-of-nonsense.eml", "Subject: =?x-none?b?AAAA?= =?utf-8?x?a?= =?utf-8?q?=ZZ=?= =??= =?utf-8?b?7Q==?=\n" + plain
    yield "addresses-10000.eml", "To: " + ", ".join(f"a{i} <a{i}@example.com>" for i in range(10000)) + "\n" + plain
    yield "addresses-100000.eml", "Cc: " + ",\n ".join(f"a{i} <a{i}@example.com>" for i in range(100000)) + "\n" + plain
    yield "addresses-in-100000-groups.eml", "To: " + "a:" * 100000 + ";" * 100000 + "\n" + plain
    yield "comments-100000-deep.eml", "Date: " + "(" * 100000 + "\nFrom: " + "(" * 100000 + "a\nTo: " + "<" * 100000 + "\n" + plain
    yield "routes-100000.eml", "To: <" + "@a," * 100000 + ":b@c>\n" + plain
    yield "parameters-50000.eml", HEAD + "Content-Type: text/plain; " + "; ".join(f"name*{i}=x" for i in range(50000)) + "\n\n" + WORDS
    yield "parameters-with-holes.eml", HEAD + "Content-Type: text/plain; name*2147483647=x; name*-1=y; name*0*=utf-8''%; charset*99=z\n\n" + WORDS
    for date in ("Mon, 99 Zzz 99999999999 99:99:99 +9999", "0", "-1", "31 Feb 2026", "2147483648 Jan 1 00:00:00", "(" * 1000):
        yield f"date-{abs(hash_of(date))}.eml", f"Subject: harmless words\nDate: {date}\n{plain}"
    yield "nul-in-headers.eml", "Subject: a\0b\nFrom: \0\nTo\0: x\n" + plain
    yield "no-body.eml", HEAD
    yield "no-headers.eml", "\n" * 100000 + WORDS
    yield "carriage-returns-only.eml", (HEAD + plain).replace("\n", "\r")
    yield "references-100000.eml", "References: " + "<a@b> " * 100000 + "\nIn-Reply-To: " + "<" * 100000 + "\n" + plain


def hash_of(text):
    return sum((i + 1) * ord(c) for i, c in enumerate(text)) % 100003


def bodies():
    def body(encoding, text, charset="utf-8", kind="text/plain"):
        return HEAD + f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n{text}"
    yield "base64-of-nonsense.eml", body("base64", "!!!!====" * 20000 + "A")
    yield "quoted-printable-of-nonsense.eml", body("quoted-printable", "words =ZZ=\n=" * 20000 + "=")
    yield "uuencode-of-nonsense.eml", body("x-uuencode", "begin 644 ../../etc/passwd\n" + "~~~~\n" * 20000)
    yield "encoding-unknown.eml", body("x-nonsense", WORDS)
    for charset in ("x-none", "utf-7", "utf-16", "utf-32", "iso-2022-kr", "iso-2022-cn-ext", "hz-gb-2312", "%s%n", "a" * 10000, "unicode-1-1-utf-7"):
        yield f"charset-{charset[:20].replace('%', 'percent-')}.eml", body("8bit", "words +AGE- \x1b$)C\x0e!!\x0f ~{<:Ky~} \x1b$B", charset)
    yield "quotes-100000-deep.eml", body("8bit", ">" * 100000 + " words\n" + "> words\n" * 1000)
    yield "quotes-of-every-depth.eml", body("8bit", "".join(">" * i + " words\n" for i in range(2000)))
    yield "flowed-200000-lines.eml", HEAD + "Content-Type: text/plain; format=flowed; delsp=yes\n\n" + "words \n" * 200000
    yield "wrote-lines-100000.eml", body("8bit", "On Mon, a wrote:\n" * 100000)
    yield "page-100000-deep.eml", body("8bit", "<p>harmless words</p>" + "<blockquote>" * 100000 + "words", kind="text/html")
    yield "page-of-local-files.mht", multipart(["Content-Type: text/html\nContent-Location: file:///etc/passwd\n\n<p>harmless words</p><iframe src=file:///etc/passwd>"], "related")
    yield "page-100000-deep.mht", multipart(["Content-Type: text/html\n\n<p>harmless words</p>" + "<div>" * 100000 + "words"], "related")


def boxes():
    message = HEAD + "\n" + WORDS + "\n"
    yield "messages-20000.mbox", ("From a@b Mon Feb  2 10:00:00 2026\n" + message) * 20000
    yield "separators-only.mbox", "From a@b Mon Feb  2 10:00:00 2026\n\n" * 100000
    yield "separators-without-end.mbox", "From " * 500000
    yield "one-message-no-header.mbox", "From x\n" + WORDS
    yield "quoted-separators.mbox", "From a@b x\n" + HEAD + "\n" + ">" * 100000 + "From x\n" + WORDS


def files():
    for family in (parts, headers, bodies, boxes):
        for name, content in family():
            yield name, content.encode("utf-8", "surrogateescape")


def slow_files():
    yield "parts-100000-deep.eml", nested(100000).encode()
