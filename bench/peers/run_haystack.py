"""Haystack with its defaults: MultiFileConverter, cleaner, splitter (200 words), encoder, in-memory store kept as JSON; see peer.py."""
import os
import sys

from haystack import Document, Pipeline
from haystack.components.converters import MultiFileConverter
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder, SentenceTransformersTextEmbedder

import peer

CPU = ComponentDevice.from_str("cpu")


def write_documents(store, documents):
    pipeline = Pipeline()
    pipeline.add_component("clean", DocumentCleaner())
    pipeline.add_component("split", DocumentSplitter())
    pipeline.add_component("embed", SentenceTransformersDocumentEmbedder(model=peer.minilm(), device=CPU))
    pipeline.add_component("write", DocumentWriter(store, policy=DuplicatePolicy.OVERWRITE))
    for one, next_one in (("clean", "split"), ("split", "embed"), ("embed", "write")):
        pipeline.connect(one, next_one)
    return pipeline.run({"clean": {"documents": documents}})["write"]["documents_written"]


def index(folder, store):
    os.makedirs(store, exist_ok=True)
    kept = os.path.join(store, "documents.json")
    documents = InMemoryDocumentStore.load_from_disk(kept) if os.path.exists(kept) else InMemoryDocumentStore()
    read = MultiFileConverter().run(sources=peer.files_below(folder))["documents"]
    # The converter keeps a file's base name only; the questions name paths.
    paths = {os.path.basename(path): os.path.relpath(path, folder) for path in peer.files_below(folder)}
    for document in read:
        document.meta["file"] = paths[os.path.basename(document.meta["file_path"])]
    chunks = write_documents(documents, read)
    documents.save_to_disk(kept)
    return {"documents": sum(bool((document.content or "").strip()) for document in read), "chunks": chunks}


def modes_of(store):
    encoder = SentenceTransformersTextEmbedder(model=peer.minilm(), device=CPU, progress_bar=False)
    encoder.warm_up()
    dense, words, fuse = InMemoryEmbeddingRetriever(store), InMemoryBM25Retriever(store), DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def by_meaning(question, k):
        return dense.run(query_embedding=encoder.run(question)["embedding"], top_k=k)["documents"]

    def by_words(question, k):
        return words.run(query=question, top_k=k)["documents"]

    def by_both(question, k):
        return fuse.run(documents=[by_meaning(question, k), by_words(question, k)], top_k=k)["documents"]

    def shown(search):
        return lambda question, k: [{"file": hit.meta.get("file"), "page": hit.meta.get("page_number"), "id": hit.meta.get("id")} for hit in search(question, k)]

    return {"hybrid": shown(by_both), "lexical": shown(by_words), "dense": shown(by_meaning)}


def open_store(store):
    return modes_of(InMemoryDocumentStore.load_from_disk(os.path.join(store, "documents.json")))


def index_texts(pairs):
    store = InMemoryDocumentStore()
    write_documents(store, [Document(content=text, meta={"id": name}) for name, text in pairs])
    return modes_of(store)


if __name__ == "__main__":
    peer.main(sys.modules[__name__])
