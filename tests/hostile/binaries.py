"""Compound files (DOC, XLS, PPT, HWP, MSG) whose tables run in circles and whose records lie; pictures, sound and other binary files that do."""
import struct
import zlib

from zipfile_by_hand import deflate, deflate_run

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def utf16(text):
    return text.encode("utf-16-le")


def entry(name, kind, *, left=FREE, right=FREE, child=FREE, first=END, size=0):
    name = utf16(name)[:62] + b"\0\0"
    return (name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name), kind, 1, left, right, child) + bytes(36) +
            struct.pack("<IQ", first, size))


def compound(streams, *, table=None, directory=None, header=None):
    """A compound file of (name, content) streams with sectors of 512 bytes, all in the root storage and none of them small.
    The arguments replace what it says: {sector: next}, the directory's bytes, {offset: bytes} of the header."""
    sectors, nexts = [], []

    def put(content):
        first = len(sectors)
        pieces = [content[i:i + 512].ljust(512, b"\0") for i in range(0, max(len(content), 1), 512)]
        sectors.extend(pieces)
        nexts.extend([*range(first + 1, first + len(pieces)), END])
        return first

    places = [(name, put(content.ljust(4096, b"\0")), max(len(content), 4096)) for name, content in streams]
    made = entry("Root Entry", 5, child=1 if places else FREE)
    for i, (name, first, size) in enumerate(places):
        made += entry(name, 2, right=i + 2 if i + 1 < len(places) else FREE, first=first, size=size)
    directory_first = put(made if directory is None else directory)
    for at, to in (table or {}).items():
        nexts[at] = to
    fat_count = (len(nexts) + 127) // 127
    fat_first = len(sectors)
    nexts.extend([FAT] * fat_count)
    fat = struct.pack(f"<{len(nexts)}I", *nexts).ljust(fat_count * 512, b"\xff")
    sectors.extend(fat[i:i + 512] for i in range(0, len(fat), 512))
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6) +
                     struct.pack("<IIIIIIIIII", 0, fat_count, directory_first, 0, 4096, END, 0, END, 0, fat_first)[:40])
    head = head[:76] + b"".join(struct.pack("<I", fat_first + i if i < fat_count else FREE) for i in range(109))
    head = bytearray(head[:512])
    for at, value in (header or {}).items():
        head[at:at + len(value)] = value
    return bytes(head) + b"".join(sectors)


def fib(*, clx=0, clx_size=0, characters=100):
    """The beginning of a Word document: where its piece table is and how many characters it has."""
    made = bytearray(struct.pack("<HHHHHHH", 0xA5EC, 0xC1, 0, 0x412, 0, 0x200, 0).ljust(1500, b"\0"))
    struct.pack_into("<H", made, 32, 14)
    struct.pack_into("<H", made, 62, 22)
    struct.pack_into("<i", made, 76, characters)
    struct.pack_into("<H", made, 152, 93)
    struct.pack_into("<II", made, 154 + 33 * 8, clx, clx_size)
    return bytes(made) + b"harmless words in an old document. " * 200


def cell_record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


BOF = cell_record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
STREAMS = {"doc": [("WordDocument", fib()), ("1Table", bytes(5000))],
           "xls": [("Workbook", BOF + cell_record(0x0A, b""))],
           "ppt": [("PowerPoint Document", bytes(5000)), ("Current User", struct.pack("<HHIIII", 0, 0xFF6, 20, 20, 0xE391C05F, 0))],
           "msg": [("__properties_version1.0", bytes(5000)), ("__substg1.0_1000001F", utf16("harmless words " * 400))],
           "hwp": [("FileHeader", b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000300, 0) + bytes(216)), ("DocInfo", bytes(5000))]}


def containers():
    """What is wrong with the container, for each format that lies in one."""
    for extension, streams in STREAMS.items():
        whole = compound(streams)
        yield f"whole-but-empty.{extension}", whole
        yield f"sectors-in-a-circle.{extension}", compound(streams, table={i: i for i in range(8)})
        yield f"all-sectors-lead-to-the-first.{extension}", compound(streams, table={i: 0 for i in range(len(whole) // 512 - 3)})
        yield f"list-of-tables-in-a-circle.{extension}", compound(streams, header={68: struct.pack("<II", 0, 0x7FFFFFFF)})
        yield f"tables-that-are-the-directory.{extension}", compound(streams, header={76: struct.pack("<I", 0) * 109})
        loop = entry("Root Entry", 5, child=1) + entry(streams[0][0], 1, left=1, right=1, child=1) * 3
        yield f"directory-in-a-circle.{extension}", compound(streams, directory=loop)
        lies = entry("Root Entry", 5, child=1, first=0, size=1 << 40) + b"".join(
            entry(name, 2, right=i + 2, first=0, size=0xFFFFFFFF) for i, (name, _) in enumerate(streams))
        yield f"streams-of-4-gb.{extension}", compound(streams, directory=lies)
        yield f"sectors-of-2-to-the-31.{extension}", compound(streams, header={30: struct.pack("<HH", 31, 31)})
        yield f"small-streams-only.{extension}", compound(streams, header={56: struct.pack("<IIII", 0xFFFFFFFF, 0, 0x7FFFFFFF, END)})
        yield f"only-a-head.{extension}", whole[:512]
        yield f"cut-in-half.{extension}", whole[:len(whole) // 2]
    many = entry("Root Entry", 5, child=1) + b"".join(entry(f"s{i}", 1, right=i + 2, child=i + 2) for i in range(60000))
    yield "storages-60000-deep.msg", compound([], directory=many)


def documents():
    for name, (clx, size, characters) in {"text-beyond-the-end": (0, 0x7FFFFFFF, 0x7FFFFFFF), "text-of-minus-one": (0, 100, -1), "pieces-beyond-the-end": (0xFFFFFFF0, 0xFFFFFFFF, 50)}.items():
        yield f"{name}.doc", compound([("WordDocument", fib(clx=clx, clx_size=size, characters=characters)), ("1Table", b"\2" + struct.pack("<I", 0x7FFFFFFF) + b"\xff" * 5000)])
    pieces = struct.pack("<3000I", *range(3000)) + struct.pack("<HIH", 0, 0, 0) * 2999
    table = b"\2" + struct.pack("<I", len(pieces)) + pieces
    yield "one-piece-3000-times.doc", compound([("WordDocument", fib(clx_size=len(table), characters=3000)), ("1Table", table)])
    sheet = cell_record(0x85, struct.pack("<IBB", 0, 0, 0) + b"\x05\0Sheet")
    yield "sheet-that-is-the-workbook.xls", compound([("Workbook", BOF + sheet * 2000 + cell_record(0x0A, b""))])
    strings = cell_record(0xFC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + struct.pack("<HB", 0xFFFF, 1) + b"ab")
    yield "strings-of-4-billion.xls", compound([("Workbook", BOF + strings + cell_record(0x3C, b"\1" + b"a" * 100) * 50 + cell_record(0x0A, b""))])
    yield "strings-rich-and-far.xls", compound([("Workbook", BOF + cell_record(0xFC, struct.pack("<II", 9, 9) + struct.pack("<HBHI", 5, 0x0D, 0xFFFF, 0xFFFFFFFF) + b"abc") + cell_record(0x0A, b""))])
    cells = b"".join(cell_record(0x203, struct.pack("<HHHd", 65535, 255, 0xFFFF, float("inf"))) for _ in range(2000))
    yield "cells-at-the-far-corner.xls", compound([("Workbook", BOF + cells + cell_record(0xBD, struct.pack("<HH", 0, 65535)) + cell_record(0xE5, struct.pack("<HHHHH", 0xFFFF, 0, 65535, 0, 255) * 2))])
    yield "record-longer-than-the-file.xls", compound([("Workbook", BOF + struct.pack("<HH", 0x203, 0xFFFF))])
    container = struct.pack("<HHI", 0x0F, 1000, 0x7FFFFFFF)
    yield "containers-100000-deep.ppt", compound([("PowerPoint Document", container * 100000), STREAMS["ppt"][1]])
    yield "records-of-no-length.ppt", compound([("PowerPoint Document", struct.pack("<HHI", 0, 4000, 0) * 100000), STREAMS["ppt"][1]])
    edits = struct.pack("<HHI", 0, 0xFF5, 28) + struct.pack("<IIIIIII", 0, 0, 0, 0, 0, 0, 0)
    yield "edits-in-a-circle.ppt", compound([("PowerPoint Document", edits * 100), STREAMS["ppt"][1]])
    yield "properties-lie.msg", compound([("__properties_version1.0", bytes(32) + struct.pack("<HHIII", 0x001F, 0x1000, 6, 0xFFFFFFFF, 0) * 300), STREAMS["msg"][1]])
    rtf = struct.pack("<IIII", 0x7FFFFFFF, 0x7FFFFFFF, 0x75465A4C, 0) + b"\xff\xf0\x0f" * 2000
    yield "compressed-rtf-that-copies-itself.msg", compound([("__properties_version1.0", bytes(5000)), ("__substg1.0_10090102", rtf)])


def hangul():
    def hwp(section, info=b"", flags=1):
        header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000300, flags) + bytes(216)
        root = entry("Root Entry", 5, child=1)
        # A section lies in a storage of its own, which compound() does not make: the directory is written here.
        streams = [("FileHeader", header), ("DocInfo", info), ("Section0", section)]
        places, at = [], 0
        for name, content in streams:
            size = max(len(content), 4096)
            places.append((at, size))
            at += (size + 511) // 512
        root += entry("FileHeader", 2, right=2, first=places[0][0], size=places[0][1])
        root += entry("DocInfo", 2, right=3, first=places[1][0], size=places[1][1])
        root += entry("BodyText", 1, child=4) + entry("Section0", 2, first=places[2][0], size=places[2][1])
        return compound(streams, directory=root)

    def record(tag, level, content, size=None):
        size = len(content) if size is None else size
        if size >= 0xFFF:
            return struct.pack("<II", tag | level << 10 | 0xFFF << 20, size) + content
        return struct.pack("<I", tag | level << 10 | size << 20) + content

    text = utf16("harmless words and 한글 too\r")
    paragraph = record(66, 0, struct.pack("<IIHBBHHHI", len(text) // 2, 0, 0, 0, 0, 0, 0, 0, 0)) + record(67, 1, text)
    yield "harmless.hwp", hwp(deflate(paragraph * 20), deflate(bytes(100)))
    yield "bomb.hwp", hwp(deflate_run(300, b"\0"), deflate(b""))
    yield "bomb-in-settings.hwp", hwp(deflate(paragraph), deflate_run(300, b"\0"))
    yield "records-of-4-gb.hwp", hwp(deflate(paragraph + record(67, 1, text, size=0xFFFFFFFF)), deflate(b""))
    yield "records-1023-deep.hwp", hwp(deflate(b"".join(record(66, i % 1024, bytes(22)) for i in range(100000))), deflate(b""))
    controls = b"".join(utf16(chr(c)) + b"lbt " + bytes(8) + utf16(chr(c)) for c in range(1, 32)) * 200
    yield "controls-without-records.hwp", hwp(deflate(record(66, 0, bytes(22)) + record(67, 1, controls)), deflate(b""))
    table = record(71, 1, b" lbt" + bytes(40)) + record(77, 2, struct.pack("<IHH", 0, 65535, 65535) + bytes(20)) + record(72, 2, struct.pack("<HIHHHHHH", 1, 0, 65535, 65535, 65535, 65535, 0, 0) + bytes(30))
    yield "table-of-65535-by-65535.hwp", hwp(deflate(record(66, 0, bytes(22)) + record(67, 1, utf16("\x0b") + b" lbt" + bytes(8) + utf16("\x0b\r")) + table * 500), deflate(b""))
    yield "not-packed-says-packed.hwp", hwp(b"\xff" * 9000)
    yield "encrypted-flag.hwp", hwp(deflate(paragraph), flags=0xFFFFFFFF)


def pictures():
    def chunk(kind, content, size=None):
        return struct.pack(">I", len(content) if size is None else size) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    head = b"\x89PNG\r\n\x1a\n"
    big = struct.pack(">IIBBBBB", 0x7FFFFFFF, 0x7FFFFFFF, 16, 6, 0, 0, 0)
    yield "says-2-billion-squared.png", head + chunk(b"IHDR", big) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    wide = struct.pack(">IIBBBBB", 40000, 40000, 8, 0, 0, 0, 0)
    yield "bomb-40000-squared.png", head + chunk(b"IHDR", wide) + chunk(b"IDAT", zlib.compress(bytes(40 << 20), 9)) + chunk(b"IEND", b"")
    yield "chunk-of-4-gb.png", head + chunk(b"IHDR", big, size=0xFFFFFFFF)
    yield "text-bomb.png", head + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50 << 20), 9))
    for size, name in ((8, "directories-in-a-circle"), (0xFFFFFFF0, "directory-beyond-the-end")):
        tiff = b"II*\0" + struct.pack("<I", size) + struct.pack("<H", 2) + struct.pack("<HHII", 256, 4, 1, 0xFFFFFFFF) + struct.pack("<HHII", 257, 4, 0xFFFFFFFF, 8) + struct.pack("<I", 8)
        yield f"{name}.tiff", tiff
    yield "tiff-65535-strips.tif", b"II*\0" + struct.pack("<IH", 8, 65535) + struct.pack("<HHII", 273, 4, 0xFFFFFFFF, 8) * 200
    yield "says-65535-squared.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0xF7, 0, 0) + bytes(768) + b"\x2c" + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\x08" + b"\xff\xff" * 100
    yield "says-65535-squared.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\xff\xff\xff\xff\3\1\x22\0\2\x11\1\3\x11\1\xff\xda\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0" + b"\0" * 50
    yield "says-2-billion-squared.bmp", b"BM" + struct.pack("<IIIIiiHHIIIIII", 100, 0, 54, 40, 0x7FFFFFFF, -0x7FFFFFFF, 1, 32, 0, 0, 0, 0, 0, 0)
    yield "says-4-gb.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X" + struct.pack("<I", 0xFFFFFFFF) + b"\xff" * 10
    yield "says-4-gb.wav", b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0) + b"data\xff\xff\xff\xff"
    yield "tag-of-256-mb.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f\0\0"
    yield "boxes-in-boxes.mp4", b"\0\0\0\x18ftypisom" + bytes(12) + b"".join(struct.pack(">I", 0x7FFFFFFF) + b"moov" for _ in range(20000))
    yield "no-code.exe", b"MZ\x90\0" + b"\xff" * 3000
    yield "header-lies.sqlite", b"SQLite format 3\0" + b"\xff" * 5000


def files():
    for family in (containers, documents, hangul, pictures):
        yield from family()


def slow_files():
    return iter(())
