#!/usr/bin/env python3
"""Compares our token ids with those of the packages everyone uses, text by text: stored texts, their sentences, and made ones.

    compare_tokenizers.py DATA MODEL... [--program build/release/token_ids] [--made 50000] [--seed 7]
    compare_tokenizers.py --write-fixture tests/models/data/minilm_expected.txt MODEL [--made 2000] [--seed 20261124]

DATA: a folder of collections (DATA/*/corpus.jsonl, queries.jsonl) and of plain texts (DATA/*/*.txt).  MODEL: a Hugging Face model directory
or a file of sentencepiece.  Where there is sentencepiece.model, the package sentencepiece is asked, else tokenizers with tokenizer.json.

    cmake --build build/release --target token_ids
    python3 -m venv V && V/bin/pip install sentencepiece tokenizers && V/bin/python compare_tokenizers.py ...

What differs is printed with the reason where there is a known one, and known ones do not count:
  joiner    sentencepiece's maps of today leave U+200D, the one that multilingual models were trained with made a blank of it, and so do we
  tie       two ways through a text have the same score but for the last bits of a float, and sentencepiece 0.2.3 adds them up
            otherwise; we add as 0.1.97 to 0.2.1 do.  TokenizerCrossCheck compares with the library itself, without this excuse
Exit code 0: all equal or with a known reason, 1: some differ, 77: cannot run here.
"""
import argparse
import glob
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

try:
    import sentencepiece
    import tokenizers
except ImportError as missing:
    print(f"skipped: {missing}\n{__doc__}", file=sys.stderr)
    sys.exit(77)


def stored_texts(data):
    for path in sorted(glob.glob(f"{data}/*/corpus.jsonl") + glob.glob(f"{data}/*/queries.jsonl")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                yield text
                yield from re.split(r"(?<=[.?!])\s+", text)
    for path in sorted(glob.glob(f"{data}/*/*.txt")):
        with open(path, encoding="utf-8") as lines:
            yield from (line.rstrip("\n") for line in lines)


def model_directory(model, scratch):
    """A bare file of sentencepiece gets a directory around it, without special tokens."""
    if os.path.isdir(model):
        return model
    folder = tempfile.mkdtemp(dir=scratch)
    shutil.copy(model, f"{folder}/sentencepiece.model")
    with open(f"{folder}/tokenizer_config.json", "w", encoding="utf-8") as config:
        config.write('{"add_bos_token": false, "add_eos_token": false}')
    return folder


class SentencePiece:
    def __init__(self, folder):
        self.processor = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/sentencepiece.model")
        self.least = min(map(self.processor.get_score, range(len(self.processor))))
        self.blanks_zero_width = self.processor.encode("a\u200bb") == self.processor.encode("a b")
        with open(f"{folder}/tokenizer_config.json", encoding="utf-8") as config:
            self.framed = "add_bos_token" not in json.load(config)  # model_directory() wrote it

    def ids(self, text):
        ids = self.processor.encode(text)
        return [self.processor.bos_id(), *ids, self.processor.eos_id()] if self.framed else ids

    def reason(self, text, ours):
        without = text.replace("\u200d", " ")
        if self.blanks_zero_width and without != text and (self.ids(without) == ours or self.is_tie(without, ours)):
            return "joiner"
        return "tie" if self.is_tie(text, ours) else None

    def is_tie(self, text, ours):
        theirs = self.ids(text)
        if theirs.count(self.processor.unk_id()) != ours.count(self.processor.unk_id()):
            return False
        sums = [math.fsum(map(self.processor.get_score, ids)) for ids in (ours, theirs)]
        # Each addition may be off by half of a float's last place.  Unknown characters, which count far more, are in the sum but have no score.
        unknown = sum(len(piece) for piece in self.processor.encode(text, out_type=str) if self.processor.piece_to_id(piece) == self.processor.unk_id())
        largest = abs(sums[0]) + unknown * (10 - self.least)
        return abs(sums[0] - sums[1]) <= (len(theirs) + unknown) * 2.0**-24 * largest


class HuggingFace:
    def __init__(self, folder):
        self.tokenizer = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.tokenizer.encode_special_tokens = True  # "[CLS]" in a text is text, as with us

    def ids(self, text):
        return self.tokenizer.encode(text).ids

    def reason(self, text, ours):
        return None


def peer_of(folder):
    return SentencePiece(folder) if os.path.exists(f"{folder}/sentencepiece.model") else HuggingFace(folder)


def our_ids(program, folder, texts):
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given:
        given.writelines(json.dumps(text) + "\n" for text in texts)
        given.seek(0)
        out = subprocess.run([program, folder], stdin=given, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def made_texts(arguments, folder):
    command = [arguments.program, folder, "--made", str(arguments.made), str(arguments.seed)]
    rows = [json.loads(line) for line in subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8").split("\n") if line]
    return [row["text"] for row in rows], [row["ids"] for row in rows]


def compare(arguments, model, folder):
    peer = peer_of(folder)
    texts = list(stored_texts(arguments.data))
    ours = our_ids(arguments.program, folder, texts)
    made, made_ids = made_texts(arguments, folder)
    known, unknown = {}, []
    for text, ids in zip(texts + made, ours + made_ids, strict=True):
        theirs = peer.ids(text)
        if ids == theirs:
            continue
        reason = peer.reason(text, ids)
        if reason:
            known[reason] = known.get(reason, 0) + 1
        else:
            unknown.append(f"  {text[:200]!r}\n    ours   {ids[:40]}\n    theirs {theirs[:40]}")
    print(f"{model}: {len(texts)} stored and {len(made)} made texts against {type(peer).__name__}: {len(unknown)} differ"
          + "".join(f", {count} for the known reason '{reason}'" for reason, count in known.items()))
    print("\n".join(unknown[:10]), end="\n" if unknown else "")
    return not unknown


def digest(ids):
    """FNV-1a of the ids' little-endian bytes, 32 bits."""
    value = 0x811C9DC5
    for byte in struct.pack(f"<{len(ids)}i", *ids):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def write_fixture(arguments, folder):
    peer = peer_of(folder)
    with open(arguments.write_fixture, "w", encoding="utf-8") as out:
        out.writelines(f"{digest(peer.ids(text))}\n" for text in made_texts(arguments, folder)[0])
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="DATA MODEL")
    parser.add_argument("--program", default="build/release/token_ids")
    parser.add_argument("--made", type=int, default=50000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write-fixture", default="", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.write_fixture:
        return write_fixture(arguments, arguments.names[0])
    arguments.data = arguments.names[0]
    with tempfile.TemporaryDirectory() as scratch:
        return 0 if all([compare(arguments, model, model_directory(model, scratch)) for model in arguments.names[1:]]) else 1


if __name__ == "__main__":
    sys.exit(main())
