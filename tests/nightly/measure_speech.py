"""Measures a speech recogniser on spoken sentences: words and characters wrong, processor time for a second of sound, memory.

    measure_speech.py RECOGNISER [--core N]

RECOGNISER is a program that keeps to docs/formats/recogniser.md, .deps/speech/recogniser for one.  espeak-ng speaks and ffmpeg converts, so the figures say
whether it works and what it costs, not how well it hears people.
"""
import argparse
import json
import os
import re
import subprocess

SENTENCES = {
    "en": [
        "The quarterly report shows that revenue grew by a tenth.",
        "Employees may take annual leave after the third month.",
        "Please restart the server before installing the update.",
        "The meeting will begin in the main hall after lunch.",
        "Our customers asked for a faster delivery of spare parts.",
        "The certificate expires at the end of the month.",
        "Nobody may enter the laboratory without safety glasses.",
        "Invoices are paid within thirty days of delivery.",
        "The river rises in the mountains and flows into the sea.",
        "A doctor's note is needed from the third day of sickness.",
    ],
    "ko": [
        "연차 휴가는 일 년에 십오 일입니다.",
        "회의는 점심 식사 후에 대회의실에서 시작합니다.",
        "서버를 다시 시작한 다음 업데이트를 설치하세요.",
        "고객은 더 빠른 배송을 원합니다.",
        "올해 매출은 작년보다 늘었습니다.",
        "인증서는 이번 달 말에 만료됩니다.",
        "강은 산에서 시작하여 바다로 흐릅니다.",
        "보호 안경 없이 실험실에 들어갈 수 없습니다.",
        "송장은 삼십 일 안에 지급합니다.",
        "신입 사원 교육은 월요일 아침에 있습니다.",
    ],
}


def spoken(text, language):
    wave = subprocess.run(["espeak-ng", "-v", language, "-s", "140", "--stdout", text], capture_output=True, check=True).stdout
    to_samples = ["ffmpeg", "-v", "error", "-i", "pipe:0", "-ac", "1", "-ar", "16000", "-f", "s16le", "pipe:1"]
    return subprocess.run(to_samples, input=wave, capture_output=True, check=True).stdout


def edits(wanted, got):
    row = list(range(len(got) + 1))
    for i, a in enumerate(wanted, 1):
        above, row[0] = row[:], i
        for j, b in enumerate(got, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
    return row[-1]


def words(text):
    return re.sub(r"[^\w\s]", "", text.lower()).split()


class Recogniser:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.name = json.loads(self.process.stdout.readline())["recogniser"]

    def hear(self, sound, languages):
        self.process.stdin.write(json.dumps({"samples": len(sound) // 2, "languages": languages}).encode() + b"\n" + sound)
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def processor_seconds(self):
        ticks = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        lines = open(f"/proc/{self.process.pid}/status").read().splitlines()
        return {k: int(v.split()[0]) // 1024 for k, v in (line.split(":", 1) for line in lines if line.startswith(("VmHWM", "VmPeak")))}


def measure(recogniser, language, named):
    wrong = of = wrong_characters = of_characters = found = 0
    for sentence in SENTENCES[language]:
        answer = recogniser.hear(spoken(sentence, language), [language] if named else ["ko", "en"])
        found += answer["language"] == language
        wanted, got = words(sentence), words("".join(word[2] for word in answer["words"]))
        wrong, of = wrong + edits(wanted, got), of + len(wanted)
        wrong_characters, of_characters = wrong_characters + edits("".join(wanted), "".join(got)), of_characters + len("".join(wanted))
    how = "named" if named else "ko,en"
    print(f"{language} ({how}): words wrong {wrong / of:.2f}, characters wrong {wrong_characters / of_characters:.2f}, language found {found}/{len(SENTENCES[language])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recogniser")
    parser.add_argument("--core", type=int, help="run on this core alone")
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    recogniser = Recogniser(options.recogniser)
    print(f"{recogniser.name}: started in {recogniser.processor_seconds():.1f} s of processor time")
    for language in SENTENCES:
        for named in (True, False):
            measure(recogniser, language, named)
    pause = b"\0\0" * 8000
    for language in SENTENCES:
        sound = pause.join(spoken(sentence, language) for sentence in SENTENCES[language])
        before = recogniser.processor_seconds()
        answer = recogniser.hear(sound, [language])
        seconds = len(sound) / 32000
        print(f"{language}, {seconds:.0f} s in one piece: {(recogniser.processor_seconds() - before) / seconds:.2f} s of processor time a second, "
              f"{len(answer['words'])} words, {answer['unclear']} stretches unclear")
    print(f"memory: {recogniser.memory()} MB")


if __name__ == "__main__":
    main()
