#!/usr/bin/env python3
"""Compares our reranker with Hugging Face's transformers: the tokens of pairs, and the scores, on models with random weights.

    compare_cross_encoder.py --bench build/release/bench_cross_encoder [--pairs 240] [--seed 7] [--keep DIR] [--tokenizer DIR]

Makes a BERT and an XLM-RoBERTa classification folder of three layers with one label, whose vocabularies are trained on examples/handbook, and asks
both programs about the same pairs: English, Korean, empty passages, passages beyond the limit.  Weights are drawn larger than usual, so that scores
differ.  --tokenizer adds a third model with the vocabulary of a BERT directory.

Needs torch and transformers:  python3 -m venv V && V/bin/pip install torch transformers && V/bin/python compare_cross_encoder.py ...
Exit code 0: tokens equal (but for ties of Unigram pieces), fp32 within 1e-4, int8 ranked alike (Spearman >= .99); 1: not so; 77: cannot run here.
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import torch
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import (AutoTokenizer, BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, XLMRobertaConfig,
                              XLMRobertaForSequenceClassification)
except ImportError as error:
    print(f"skipped: {error}\n{__doc__}", file=sys.stderr)
    sys.exit(77)

LIMIT = 160
HANDBOOK = Path(__file__).resolve().parents[2] / "examples/handbook"
BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def handbook_lines():
    lines = []
    for file in sorted(HANDBOOK.rglob("*")):
        if file.suffix in {".md", ".txt", ".csv"}:
            for encoding in ("utf-8", "cp949"):
                try:
                    lines += [line.strip() for line in file.read_text(encoding).splitlines() if len(line) > 20]
                    break
                except UnicodeDecodeError:
                    continue
    return lines


def bert_tokenizer(lines):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(lines, trainers.WordPieceTrainer(vocab_size=3000, special_tokens=BERT_SPECIAL))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=LIMIT, cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]",
                                   unk_token="[UNK]", mask_token="[MASK]", model_input_names=["input_ids", "token_type_ids", "attention_mask"])


def roberta_tokenizer(lines):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(lines, trainers.UnigramTrainer(vocab_size=3000, special_tokens=ROBERTA_SPECIAL, unk_token="<unk>"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("<s>", "</s>")])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=LIMIT, bos_token="<s>", eos_token="</s>", cls_token="<s>",
                                   sep_token="</s>", pad_token="<pad>", unk_token="<unk>", model_input_names=["input_ids", "attention_mask"])


def draw_weights(model):
    """Larger than a fresh model's, so that attention is uneven and scores are spread."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "LayerNorm.weight" in name:
                weight.normal_(1, 0.1)
            elif "embeddings" in name and "LayerNorm" not in name:
                weight.normal_(0, 0.5)
            elif name.endswith("bias"):
                weight.normal_(0, 0.1)
            else:
                weight.normal_(0, 1.2 / weight.shape[-1] ** 0.5)
        out = model.classifier.out_proj if hasattr(model.classifier, "out_proj") else model.classifier
        out.weight.normal_(0, 0.3)


def make_model(folder, tokenizer, roberta):
    shape = dict(vocab_size=len(tokenizer), hidden_size=384, num_hidden_layers=3, num_attention_heads=12, intermediate_size=1536, num_labels=1,
                 pad_token_id=tokenizer.pad_token_id)
    if roberta:
        model = XLMRobertaForSequenceClassification(XLMRobertaConfig(max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5, **shape))
    else:
        model = BertForSequenceClassification(BertConfig(max_position_embeddings=512, **shape))
    draw_weights(model)
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model


def random_text(rng, lines, longest):
    words = " ".join(rng.sample(lines, 3)).split()
    begin = rng.randrange(len(words))
    words = words[begin:begin + rng.randint(1, longest)]
    if rng.random() < 0.2:
        odd = ["東京", "E-4417", "naïve", "½", "😀", "ﬁne", "육아휴직은", "x" * 30, "a\u200bb", "\u1112\u1161\u11ab"]
        words.insert(rng.randrange(len(words) + 1), rng.choice(odd))
    return " ".join(words)


def random_questions(rng, lines, pairs):
    questions = []
    while pairs > 0:
        count = min(pairs, rng.randint(1, 12))
        kinds = [lambda: "", lambda: " \t", lambda: random_text(rng, lines, 400) + " " + " ".join(rng.sample(lines, 12)),
                 lambda: random_text(rng, lines, 120), lambda: random_text(rng, lines, 40)]
        passages = [rng.choices(kinds, [1, 1, 3, 10, 10])[0]() for _ in range(count)]
        questions.append({"query": random_text(rng, lines, 12), "passages": passages})
        pairs -= count
    return questions


def reference(model, tokenizer, questions):
    scores, ids, types = [], [], []
    for question in questions:
        for passage in question["passages"]:
            # Lists, as CrossEncoder.predict asks: outside one, an empty passage would be taken for none.
            encoded = tokenizer([question["query"]], [passage], truncation="only_second", max_length=LIMIT, return_tensors="pt")
            with torch.no_grad():
                scores.append(model(**encoded).logits.item())
            ids.append(encoded["input_ids"][0].tolist())
            types.append(encoded["token_type_ids"][0].tolist() if "token_type_ids" in encoded else [0] * len(ids[-1]))
    return scores, ids, types


def ours(bench, folder, pairs_file, precision):
    found = folder / f"scores-{precision}.jsonl"
    subprocess.run([bench, folder, pairs_file, "--precision", precision, "--rounds", "1", "--scores", found], check=True, stdout=subprocess.DEVNULL)
    rows = [json.loads(line) for line in found.read_text().splitlines()]
    return tuple([value for row in rows for value in row[key]] for key in ("scores", "ids", "types"))


def spearman(a, b):
    def ranks(values):
        order = sorted(range(len(values)), key=values.__getitem__)
        places = [0.0] * len(values)
        for begin in range(len(order)):
            places[order[begin]] = sum(1 for v in values if v < values[order[begin]]) + sum(1 for v in values if v == values[order[begin]]) / 2
        return torch.tensor(places, dtype=torch.float64)
    return torch.corrcoef(torch.stack([ranks(a), ranks(b)]))[0, 1].item()


def compare(name, bench, folder, model, tokenizer, questions):
    pairs_file = folder / "pairs.jsonl"
    pairs_file.write_text("".join(json.dumps(question) + "\n" for question in questions))
    scores, ids, types = reference(model, tokenizer, questions)
    exact, our_ids, our_types = ours(bench, folder, pairs_file, "fp32")
    bytes_, _, _ = ours(bench, folder, pairs_file, "int8")
    unequal = [i for i in range(len(ids)) if ids[i] != our_ids[i] or types[i] != our_types[i]]
    # Unigram pieces add up in 32 bits here and in sentencepiece, in 64 in tokenizers: "0 00" and "00 0" are equal there and one is larger here.
    ties = [i for i in unequal if sorted(ids[i]) == sorted(our_ids[i]) and types[i] == our_types[i]]
    difference = max(abs(a - b) for i, (a, b) in enumerate(zip(scores, exact)) if i not in unequal)
    correlation = spearman(scores, bytes_)
    spread = torch.tensor(scores).std().item()
    cut = sum(len(row) == LIMIT for row in ids)
    rough = max(abs(a - b) for a, b in zip(scores, bytes_))
    print(f"{name}: {len(ids)} pairs, {cut} cut at {LIMIT} tokens, scores {min(scores):.2f} to {max(scores):.2f} (deviation {spread:.2f}); "
          f"tokens of {len(unequal)} differ ({len(ties)} in the order of equal pieces); fp32 at most {difference:.1e} off; "
          f"int8 at most {rough:.3f} off, rank correlation {correlation:.4f}")
    for i in [i for i in unequal if i not in ties][:3]:
        first = next((k for k, (a, b) in enumerate(zip(ids[i], our_ids[i])) if a != b), min(len(ids[i]), len(our_ids[i])))
        print(f"  pair {i}, from token {first}: transformers {ids[i][first:first + 9]} of {len(ids[i])}, "
              f"ours {our_ids[i][first:first + 9]} of {len(our_ids[i])}")
    return unequal == ties and len(ties) <= len(ids) / 20 and difference <= 1e-4 and correlation >= 0.99 and spread > 0.1 and cut > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True, help="the program bench_cross_encoder")
    parser.add_argument("--pairs", type=int, default=240)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="where the models are made and left; default: a temporary folder")
    parser.add_argument("--tokenizer", help="a BERT directory whose tokenizer is tried as well")
    arguments = parser.parse_args()
    if not arguments.bench.exists():
        print(f"skipped: {arguments.bench} is not there; build the target bench_cross_encoder", file=sys.stderr)
        sys.exit(77)
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    lines = handbook_lines()
    with tempfile.TemporaryDirectory() as temporary:
        root = arguments.keep or Path(temporary)
        kinds = [("bert", bert_tokenizer(lines), False), ("xlm-roberta", roberta_tokenizer(lines), True)]
        if arguments.tokenizer:
            published = AutoTokenizer.from_pretrained(arguments.tokenizer)
            published.model_max_length = LIMIT
            kinds.append(("bert, given tokenizer", published, False))
        good = True
        for name, tokenizer, roberta in kinds:
            folder = root / name.replace(", ", "-").replace(" ", "-")
            folder.mkdir(parents=True, exist_ok=True)
            model = make_model(folder, tokenizer, roberta)
            good = compare(name, arguments.bench, folder, model, tokenizer, random_questions(rng, lines, arguments.pairs)) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
