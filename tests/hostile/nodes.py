"""What lies in a folder and is no plain file, and names that no one should have given."""
import os
import socket
import stat
import unicodedata

WORDS = b"harmless words\n"

NAMES = (b"\x1b[31mred.txt", b"new\nline.txt", b"tab\tstop.txt", b"carriage\rreturn.txt", b"\xff\xfe\x80.txt", b"\\xFF\\xFE\\x80.txt", b"cut-\xed\x95.txt", b"\xed\xa0\x80.txt", b"a" * 251 + b".txt",
         "가".encode() * 83 + b".txt", "annual\u202etxt.exe".encode(), "zero\u200bwidth.txt".encode(), b"-rf.txt", b"--help", b"-", b"$(touch owned).txt", b"`touch owned`.txt",
         b"; touch owned;.txt", b"'quote\".txt", b"%n%s%x.txt", b"CON.txt", b"...", b".. ", b"blank at the end.txt ", b" ", b"*", b"?", b"[a-z].txt", b"back\\slash.txt", b"{a,b}.txt",
         b"a#b.txt", b"a?b=c&d.txt", b"file:", b"http:..example.com.txt", b"a!b.zip", b"%00.txt", b"%2e%2e%2fetc%2fpasswd", b"\x7f.txt", b"\xc2\x9b31m.txt", b"<script>alert(1)<.html",
         unicodedata.normalize("NFC", "휴가-composed.txt").encode(), unicodedata.normalize("NFD", "휴가-composed.txt").encode(), "\U000e0061\U000e0062.txt".encode(), b".txt.", b"~",
         b"n6680d2.txt", b"n2b3275f.txt")  # their SHA-256 begin alike


def write(path, content=WORDS):
    with open(path, "wb") as out:
        out.write(content)


def links(folder):
    for name, target in {"to-itself.txt": "to-itself.txt", "first.txt": "second.txt", "second.txt": "first.txt", "to-nowhere.txt": "nowhere", "to-passwd.txt": "/etc/passwd",
                         "to-zeros.txt": "/dev/zero", "to-memory.txt": "/proc/self/mem", "to-the-root": "/", "to-its-folder": ".", "to-the-folder-above": "..",
                         "far-out.txt": "../" * 500 + "etc/passwd", "long-target.txt": "x" * 4000}.items():
        os.symlink(target, os.path.join(folder, name))
    os.makedirs(os.path.join(folder, "a"))
    os.symlink("../b", os.path.join(folder, "a", "to-b"))
    os.makedirs(os.path.join(folder, "b"))
    os.symlink("../a", os.path.join(folder, "b", "to-a"))


def deep_folders(folder):
    """Deeper than PATH_MAX: no single path leads there."""
    home = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    for _ in range(25):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    write("too-deep.txt")
    os.fchdir(home)
    os.close(home)


def make(folder):
    names, others = os.path.join(folder, "names"), os.path.join(folder, "others")
    for below in (names, others, os.path.join(folder, "links"), os.path.join(folder, "deep")):
        os.makedirs(below)
    for name in NAMES:
        write(os.path.join(os.fsencode(names), name))
    links(os.path.join(folder, "links"))
    deep_folders(os.path.join(folder, "deep"))
    os.mkfifo(os.path.join(others, "pipe.txt"))
    here = os.getcwd()
    os.chdir(others)  # a socket's path has room for 108 bytes
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.txt")
    os.chdir(here)
    try:
        os.mknod(os.path.join(others, "zeros.txt"), 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pass  # only root makes devices, and not in every container
    for name in ("unreadable.txt", "unreadable.pdf"):
        write(os.path.join(others, name))
        os.chmod(os.path.join(others, name), 0)
    os.makedirs(os.path.join(others, "unreadable-folder"))
    write(os.path.join(others, "unreadable-folder", "inside.txt"))
    os.chmod(os.path.join(others, "unreadable-folder"), 0)
    for name, size in {"sparse-10-gb.txt": 10 << 30, "sparse-10-gb.pdf": 10 << 30, "sparse-100-mb.txt": 100 << 20, "sparse-300-mb.docx": 300 << 20}.items():
        write(os.path.join(others, name))
        os.truncate(os.path.join(others, name), size)
