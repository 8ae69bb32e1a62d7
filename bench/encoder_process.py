"""One program of bench/encoder.py as a process that answers tasks, JSON a line: ours (bench_encoder --tasks) and each peer alike."""
import json
import os
import subprocess
import tempfile
import time


class Failed(Exception):
    """The process ended instead of answering; the text is the last line it wrote."""


class EncoderProcess:
    def __init__(self, command):
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        start = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
        try:
            self.version = self.answer()["version"]
        except Failed:
            self.close()
            raise
        self.first_s = time.perf_counter() - start  # from nothing to the first vector

    def answer(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        code = self.process.wait()
        self.errors.seek(0)
        said = [text.strip() for text in self.errors if text.strip()]
        raise Failed((said[-1] if said else f"exit code {code}")[:300])

    def ask(self, **task):
        try:
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # answer() tells why
        return self.answer()

    def peak_mb(self):
        """Of resident memory, so far."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
