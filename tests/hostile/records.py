"""Calendars, contacts, subtitles, notebooks, settings and mail envelopes: lengths that lie, records without end, circles of anchors."""
import json
import struct

WORDS = "harmless words"


def calendars():
    yield "every-second-for-ever.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:00010101T000000Z\nRRULE:FREQ=SECONDLY;COUNT=999999999\nSUMMARY:harmless words\nEND:VEVENT\nEND:VCALENDAR\n"
    yield "nested-50000.ics", "BEGIN:VEVENT\n" * 50000
    yield "folded-200000-times.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + "a\r\n " * 200000 + "\nEND:VEVENT\nEND:VCALENDAR\n"
    yield "times-of-nonsense.ics", ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=../../etc/passwd:99999999999999999999T999999Z\nDTEND:-0001-13-45\n"
                                    "DURATION:P999999999999999999W\nSUMMARY:harmless words\nEND:VEVENT\nEND:VCALENDAR\n")
    yield "parameters-100000.ics", "BEGIN:VEVENT\nSUMMARY" + ";X=1" * 100000 + ":harmless words\nEND:VEVENT\n"
    yield "guests-50000.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:harmless words\n" + "ATTENDEE;CN=a:mailto:a@example.com\n" * 50000 + "END:VEVENT\nEND:VCALENDAR\n"
    yield "photo-of-5-mb.vcf", "BEGIN:VCARD\nFN:Harmless Words\nPHOTO;ENCODING=b:" + "A" * 5000000 + "\nEND:VCARD\n"
    yield "soft-breaks-500000.vcf", "BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:" + "=\n" * 500000 + "x\nEND:VCARD\n"


def subtitles():
    yield "times-that-lie.vtt", "WEBVTT\n\n99999999999:99:99.999 --> -1:00:00.000\nharmless words\n\n00:00:00.000 --> 00:00:00.000\nx\n"
    yield "tags-200000-deep.vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n" + "<b><i><c.x>" * 70000 + "harmless words\n"
    yield "styles-50000.vtt", "WEBVTT\n\nSTYLE\n" + "::cue{a:url(file:///etc/passwd)}\n" * 50000 + "\n00:00.000 --> 00:01.000\nharmless words\n"
    yield "number-of-a-million-digits.srt", "9" * 1000000 + "\n00:00:00,000 --> 00:00:01,000\nharmless words\n"


def notebook(cells):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def notebooks():
    output = {"output_type": "stream", "name": "stdout", "text": ["harmless words\n"]}
    yield "outputs-50000.ipynb", notebook([{"cell_type": "code", "source": ["x"], "metadata": {}, "outputs": [output] * 50000}])
    yield "picture-of-5-mb.ipynb", notebook([{"cell_type": "code", "source": ["x"], "metadata": {}, "outputs": [
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 5000000, "text/html": "<script>" * 1000}}]}])
    yield "cells-that-are-no-list.ipynb", '{"nbformat": 4, "cells": {"a": 1}, "metadata": []}'
    yield "source-in-lists.ipynb", '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": ' + "[" * 200 + '"x"' + "]" * 200 + "}]}"
    yield "cells-twice-100000-times.ipynb", "{" + '"cells": [], ' * 100000 + '"nbformat": 4}'


def settings():
    anchors = "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20))
    yield "anchors-that-double.yaml", "a: &a [harmless, words]\n" + anchors
    yield "merges-itself.yml", "base: &b\n  <<: *b\n" * 10000
    yield "lists-300000-deep.toml", "a = " + "[" * 300000 + "]" * 300000 + "\n"
    yield "tables-100000-deep.toml", "a = " + "{a=" * 100000 + "1" + "}" * 100000 + "\n"
    yield "keys-100000-deep.toml", ".".join(["a"] * 100000) + " = 1\n"
    yield "front-matter-2000-deep.md", "---\n" + "".join("  " * i + f"k{i}:\n" for i in range(2000)) + "---\nharmless words\n"
    yield "front-matter-never-closed.md", "---\n" + "key: harmless words\n" * 50000


def envelope(attributes):
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(
        struct.pack("<BII", level, name, len(data) if size is None else size) + data + struct.pack("<H", sum(data) & 0xFFFF) for level, name, data, size in attributes)


def envelopes():
    yield "length-that-lies.tnef", envelope([(1, 0x00078008, b"abc", 0xFFFFFFFF)])
    yield "winmail.dat", envelope([(2, 0x00069002, bytes(14), None), (2, 0x0006800F, b"x" * 100, 0x7FFFFFFF)] * 1000)
    yield "properties-that-lie.tnef", envelope([(1, 0x00069003, struct.pack("<I", 0xFFFFFFFF) + b"\x1e\0\0\x10" + struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF), None)])


def files():
    for family in (calendars, subtitles, notebooks, settings, envelopes):
        for name, content in family():
            yield name, content.encode() if isinstance(content, str) else content


def slow_files():
    return iter(())
