"""The speech recogniser that `rag index` talks with: Whisper by faster-whisper, on the processor.

docs/formats/recogniser.md says what goes over standard input and output.  rag starts this program, without network and under limits.
"""
import json
import os
import sys
from pathlib import Path

# Libraries that greet the world on standard output would be taken for an answer.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # rag's own encoder computes beside us
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's threads would only reserve address space, of which we have so much

import numpy as np  # noqa: E402
from faster_whisper import WhisperModel  # noqa: E402
from faster_whisper.vad import VadOptions  # noqa: E402

SAMPLES_PER_SECOND = 16000
MOST_SAMPLES = 600 * SAMPLES_PER_SECOND
# Text that compresses better than this is a loop ("so so so so"), and words less likely than this are guesses: the model's own authors' bounds.
MOST_COMPRESSION = 2.4
LEAST_LOG_PROBABILITY = -1.0
MOST_THREADS = 8
VOICE = VadOptions(min_silence_duration_ms=500)


def say(answer):
    answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
    answers.flush()


def read_exactly(size):
    data = bytearray()
    while len(data) < size:
        piece = sys.stdin.buffer.read(size - len(data))
        if not piece:
            sys.exit(0)
        data += piece
    return data


def language_of(model, sound, languages):
    """The likeliest of those that may be spoken; None where the model shall say."""
    if len(languages) == 1:
        return languages[0]
    if not languages:
        return None
    _, _, likely = model.detect_language(sound, vad_filter=True, vad_parameters=VOICE, language_detection_segments=2)
    by_language = dict(likely)
    return max(languages, key=lambda language: by_language.get(language, 0.0))


def transcribe(model, sound, languages):
    unknown = sorted(set(languages) - set(model.supported_languages))
    if unknown:
        return {"error": f"it does not know the language \"{unknown[0]}\""}
    segments, info = model.transcribe(
        sound,
        language=language_of(model, sound, languages),
        beam_size=5,
        temperature=[0.0, 0.4, 0.8],
        compression_ratio_threshold=MOST_COMPRESSION,
        log_prob_threshold=LEAST_LOG_PROBABILITY,
        condition_on_previous_text=False,  # what was misheard once would be repeated for ever
        word_timestamps=True,
        vad_filter=True,
        vad_parameters=VOICE,
    )
    words, unclear, end = [], 0, len(sound) / SAMPLES_PER_SECOND
    for segment in segments:
        if segment.compression_ratio > MOST_COMPRESSION or segment.avg_logprob < LEAST_LOG_PROBABILITY:
            unclear += 1
            continue
        for word in segment.words or []:
            begin = min(max(float(word.start), 0.0), end)
            words.append([round(begin, 2), round(min(max(float(word.end), begin), end), 2), word.word, round(float(word.probability), 3)])
    return {"language": info.language if words else None, "words": words, "unclear": unclear}


def main():
    folder = Path(__file__).resolve().parent / "whisper-base"
    threads = min(len(os.sched_getaffinity(0)), MOST_THREADS)
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)
    say({"recogniser": folder.name, "protocol": 1})
    for line in iter(sys.stdin.buffer.readline, b""):
        request = json.loads(line)
        if not 0 <= request["samples"] <= MOST_SAMPLES:
            sys.exit("more samples than I take at once")
        sound = np.frombuffer(read_exactly(2 * request["samples"]), dtype=np.int16).astype(np.float32) / 32768.0
        try:
            say(transcribe(model, sound, request["languages"]))
        except Exception as trouble:  # one stretch of sound is no reason to lose the model
            say({"error": f"{type(trouble).__name__}: {trouble}"})


main()
