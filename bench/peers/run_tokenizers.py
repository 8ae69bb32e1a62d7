"""One peer's tokenizer over texts, one at a time on one thread: run_tokenizers.py PEER MODEL_DIRECTORY TEXTS ROUNDS (see bench/tokenizer.py).

Prints {"mb_per_s", "tokens", "version"}: megabytes (10^6 bytes of UTF-8) a second of processor time, the rounds' median; or {"reason"} why not.
"""
import json
import os
import statistics
import sys
import time


def fields_of(message):
    """(number, bytes) of a protobuf message's fields of the kind that holds bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 2:
            size = varint()
            yield key >> 3, message[at:at + size]
            at += size
        elif key & 7 == 0:
            varint()
        else:
            at += 4 if key & 7 == 5 else 8


def charsmap_of(file):
    with open(file, "rb") as model:
        normalizer = next(value for number, value in fields_of(model.read()) if number == 3)
    return next(value for number, value in fields_of(normalizer) if number == 2)


def hugging_face(model):
    import tokenizers
    if os.path.exists(f"{model}/tokenizer.json"):
        made = tokenizers.Tokenizer.from_file(f"{model}/tokenizer.json")
        made.no_truncation()
        made.no_padding()
    else:  # as its own converter does for XLM-RoBERTa
        import sentencepiece
        pieces = sentencepiece.SentencePieceProcessor(model_file=f"{model}/sentencepiece.model")
        vocabulary = [(pieces.id_to_piece(i), pieces.get_score(i)) for i in range(len(pieces))]
        made = tokenizers.Tokenizer(tokenizers.models.Unigram(vocabulary, pieces.unk_id(), False))
        squeeze = tokenizers.normalizers.Replace(tokenizers.Regex(" {2,}"), " ")
        made.normalizer = tokenizers.normalizers.Sequence([tokenizers.normalizers.Precompiled(charsmap_of(f"{model}/sentencepiece.model")), squeeze])
        made.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    return f"tokenizers {tokenizers.__version__}", lambda text: made.encode(text).ids


def sentence_piece(model):
    import sentencepiece
    if not os.path.exists(f"{model}/sentencepiece.model"):
        raise ImportError("it has no WordPiece")
    made = sentencepiece.SentencePieceProcessor(model_file=f"{model}/sentencepiece.model")
    return f"sentencepiece {sentencepiece.__version__}", made.encode


def run_round(encode, texts):
    size, done, start = sum(len(text.encode()) for text in texts), 0, time.process_time()
    while True:
        tokens = sum(len(encode(text)) for text in texts)
        done += size
        spent = time.process_time() - start
        if spent >= 0.5:
            return done / 1e6 / spent, tokens


def main(peer, model, file, rounds):
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    try:
        version, encode = {"hugging-face": hugging_face, "sentencepiece": sentence_piece}[peer](model)
    except ImportError as missing:
        print(json.dumps({"reason": str(missing)}))
        return
    with open(file, encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    run_round(encode, texts)
    measured = [run_round(encode, texts) for _ in range(int(rounds))]
    print(json.dumps({"mb_per_s": statistics.median(speed for speed, _ in measured), "tokens": measured[0][1], "version": version}))


if __name__ == "__main__":
    main(*sys.argv[1:])
