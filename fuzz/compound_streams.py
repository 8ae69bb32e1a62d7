"""The streams of a sound compound file (OLE2), for seeds of targets that read them one by one."""
import struct

END = 0xFFFFFFF0


def streams_of(content):
    """{path: bytes}; paths as "BodyText/Section0"."""
    sector, mini = 1 << struct.unpack_from("<H", content, 30)[0], 1 << struct.unpack_from("<H", content, 32)[0]
    fat_sectors, directory_first = struct.unpack_from("<II", content, 44)
    cutoff, mini_first = struct.unpack_from("<II", content, 56)

    def at(number):
        return content[(number + 1) * sector:(number + 2) * sector]

    def chain(first, nexts, piece):
        pieces = []
        while first < END and len(pieces) <= len(nexts):
            pieces.append(piece(first))
            first = nexts[first]
        return b"".join(pieces)

    def numbers(table):
        return struct.unpack(f"<{len(table) // 4}I", table[:len(table) // 4 * 4])

    fat = numbers(b"".join(at(number) for number in struct.unpack_from("<109I", content, 76)[:fat_sectors]))
    directory, mini_fat = chain(directory_first, fat, at), numbers(chain(mini_first, fat, at))
    entries = [directory[i:i + 128] for i in range(0, len(directory), 128)]
    small = chain(struct.unpack_from("<I", entries[0], 116)[0], fat, at)
    streams, seen = {}, set()

    def visit(number, path, depth):
        if number >= len(entries) or number in seen or depth > 200:
            return
        seen.add(number)
        name_bytes, kind = struct.unpack_from("<HB", entries[number], 64)
        left, right, child = struct.unpack_from("<III", entries[number], 68)
        first, size = struct.unpack_from("<II", entries[number], 116)
        name = entries[number][:max(name_bytes - 2, 0)].decode("utf-16-le")
        visit(left, path, depth + 1)
        visit(right, path, depth + 1)
        if kind == 1:
            visit(child, path + name + "/", depth + 1)
        elif kind == 2:
            streams[path + name] = (chain(first, mini_fat, lambda n: small[n * mini:(n + 1) * mini]) if size < cutoff else chain(first, fat, at))[:size]

    visit(struct.unpack_from("<I", entries[0], 76)[0], "", 0)
    return streams
