"""A zip written field by field, so that each can lie."""
import struct
import zlib


def deflate(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def deflate_run(megabytes, byte=b" ", before=b"", after=b""):
    """`before`, so many megabytes of one byte, `after`, as a raw deflate stream: made once and repeated, so it costs us nothing."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(byte * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + piece * megabytes + packer.compress(after) + packer.flush()


class Zip:
    def __init__(self):
        self.body, self.directory, self.count = b"", b"", 0

    def add(self, name, content=b"", *, method=8, packed=None, size=None, packed_size=None, crc=None, flags=0, offset=None,
            local_name=None, extra=b"", attributes=0, listed=True):
        """One member.  `offset`: the directory points there and nothing is written; the other fields say what the headers say."""
        name = name if isinstance(name, bytes) else name.encode()
        if packed is None:
            packed = deflate(content) if method == 8 else content
        size = len(content) if size is None else size
        packed_size = len(packed) if packed_size is None else packed_size
        crc = zlib.crc32(content) if crc is None else crc
        fields = struct.pack("<HHHHHIII", 20, flags, method, 0, 0x21, crc, packed_size & 0xFFFFFFFF, size & 0xFFFFFFFF)
        if offset is None:
            offset = len(self.body)
            inner = name if local_name is None else local_name
            self.body += b"PK\3\4" + fields + struct.pack("<HH", len(inner), len(extra)) + inner + extra + packed
        if listed:
            self.directory += (b"PK\1\2" + struct.pack("<H", 0x0314) + fields +
                               struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, attributes, offset) + name + extra)
            self.count += 1
        return offset

    def bytes(self, *, count=None, directory_offset=None, directory_size=None, comment=b""):
        count = min(self.count, 0xFFFF) if count is None else count
        at = len(self.body) if directory_offset is None else directory_offset
        size = len(self.directory) if directory_size is None else directory_size
        end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, size, at, len(comment)) + comment
        return self.body + self.directory + end


def zip_of(*members):
    """An honest zip of (name, content) pairs."""
    made = Zip()
    for name, content in members:
        made.add(name, content if isinstance(content, bytes) else content.encode())
    return made.bytes()
