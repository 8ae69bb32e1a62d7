"""LlamaIndex with its defaults: SimpleDirectoryReader, SentenceSplitter (1,024 tokens), JSON stores, a document store so that unchanged
files are known again; BM25 from its own retriever beside it; see peer.py."""
import os
import sys

from llama_index.core import Document, Settings, SimpleDirectoryReader, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import VectorIndexRetriever
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

import peer


def encoder():
    Settings.llm = None
    Settings.embed_model = HuggingFaceEmbedding(model_name=peer.minilm(), device="cpu")
    return Settings.embed_model


def index(folder, store):
    kept = os.path.join(store, "pipeline")
    pipeline = IngestionPipeline(transformations=[SentenceSplitter(), encoder()], docstore=SimpleDocumentStore())
    again = os.path.exists(kept)
    if again:
        pipeline.load(kept)
    documents = SimpleDirectoryReader(input_dir=folder, recursive=True, filename_as_id=True).load_data()
    for document in documents:
        document.metadata["file"] = os.path.relpath(document.metadata["file_path"], folder)
        document.excluded_embed_metadata_keys.append("file")
        document.excluded_llm_metadata_keys.append("file")  # else the splitter makes smaller chunks than by default
    nodes = pipeline.run(documents=documents)
    if again:
        vectors = load_index_from_storage(StorageContext.from_defaults(persist_dir=store))
        vectors.insert_nodes(nodes)
    else:
        vectors = VectorStoreIndex(nodes)
    vectors.storage_context.persist(store)
    pipeline.persist(kept)
    return {"documents": len({document.metadata["file"] for document in documents if document.text.strip()}), "chunks": len(vectors.index_struct.nodes_dict)}


def shown(hits):
    return [{"file": hit.metadata.get("file"), "page": hit.metadata.get("page_label"), "id": hit.metadata.get("id")} for hit in hits]


def modes_of(vectors, nodes):
    def by_meaning(question, k):
        return shown(VectorIndexRetriever(index=vectors, similarity_top_k=k).retrieve(question))

    words = []  # built when first asked, so that a dense question does not wait for it

    def by_words(question, k):
        if not words:
            from llama_index.retrievers.bm25 import BM25Retriever
            words.append(BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(peer.DEPTH, len(nodes))))
        return shown(words[0].retrieve(question)[:k])

    return {"dense": by_meaning, "lexical": by_words}


def open_store(store):
    encoder()
    vectors = load_index_from_storage(StorageContext.from_defaults(persist_dir=store))
    return modes_of(vectors, list(vectors.docstore.docs.values()))


def index_texts(pairs):
    documents = [Document(text=text, metadata={"id": name}, excluded_embed_metadata_keys=["id"]) for name, text in pairs]
    nodes = IngestionPipeline(transformations=[SentenceSplitter(), encoder()]).run(documents=documents)
    return modes_of(VectorStoreIndex(nodes), nodes)


if __name__ == "__main__":
    peer.main(sys.modules[__name__])
