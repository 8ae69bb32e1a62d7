#!/usr/bin/env python3
"""Makes a folder of files that would hurt whoever reads them carelessly.

    make.py FOLDER            what an ordinary test reads, a few hundred files
    make.py FOLDER --slow     only those that keep a reader busy until its limits end it

A file's name says what is wrong with it.  Each family is a module with `files()`, which yields (name, bytes) and may be asked for
the slow ones; `nodes` makes what is no plain file, or has no plain name.  Needs nothing but Python.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import archives
import binaries
import deep
import disguises
import mails
import nodes
import office
import pdfs
import records
import texts

FAMILIES = (archives, binaries, deep, disguises, mails, office, pdfs, records, texts)


def main(folder, slow=False):
    for family in FAMILIES:
        below = os.path.join(folder, family.__name__)
        os.makedirs(below, exist_ok=True)
        for name, content in (family.slow_files() if slow else family.files()):
            with open(os.path.join(below, name), "xb") as out:  # "x": a name used twice is a mistake of ours
                out.write(content)
    if not slow:
        nodes.make(os.path.join(folder, "nodes"))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], "--slow" in sys.argv[2:])
