"""A corpus of any size for timing: passages of sentences drawn, with a fixed seed, from real text or from made words."""
import os
import random
import re

from common import files_below, json_lines

SEED = 17


def texts_of(folder):
    corpus = os.path.join(folder, "corpus.jsonl")
    if os.path.exists(corpus):
        return [row["text"] for row in json_lines(corpus)]
    texts = []
    for path in files_below(folder):
        if path.endswith((".txt", ".md")):
            with open(path, encoding="utf-8", errors="replace") as text:
                texts.append(text.read())
    return texts


def sentences_of(folders):
    found = [sentence for folder in folders for text in texts_of(folder) for sentence in re.split(r"(?<=[.!?])\s+", text)]
    return [" ".join(sentence.split()) for sentence in found if 40 <= len(sentence) <= 400]


def made_sentences(count):
    """Words as often as in a language: the n-th most frequent one comes 1/n as often as the first."""
    pick = random.Random(SEED)
    words = ["".join(pick.choices("bdfgklmnprstv", k=1)[0] + pick.choices("aeiou", k=1)[0] for _ in range(pick.randint(1, 4))) for _ in range(20000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    return [" ".join(pick.choices(words, weights, k=pick.randint(10, 28))).capitalize() + "." for _ in range(count)]


def passages(sentences, count):
    """Each of 60 to 120 words or so: one chunk."""
    pick = random.Random(SEED)
    for number in range(count):
        text, words = [], pick.randint(60, 110)
        while sum(len(sentence.split()) for sentence in text) < words:
            text.append(pick.choice(sentences))
        yield {"_id": f"p{number}", "title": "", "text": " ".join(text)}


def questions(folders, sentences, count):
    """The sets' own questions where they have any, else a few words of a sentence."""
    pick = random.Random(SEED)
    own = [row["text"] for folder in folders if os.path.exists(f"{folder}/queries.jsonl") for row in json_lines(f"{folder}/queries.jsonl")]
    if not own:
        own = [" ".join(pick.choice(sentences).split()[:9]) for _ in range(count)]
    pick.shuffle(own)
    return [{"_id": f"q{number}", "text": text} for number, text in enumerate(own[:count])]
