#!/usr/bin/env bash
# Everything that has to be seen on a real GPU, in ten minutes: what is there, searches and vectors beside the processor's, how fast both are, and a million
# passages indexed.  Prints a table last.
#
#   bench/gpu.sh [FOLDER]     in a checkout where the preset cuda is built, or in what scripts/cuda_tarball.sh packed
#
# FOLDER (default ./gpu-results) takes the full output of each part.  Exit code 0: all passed; 1: something failed; 77: there is no GPU.
# Takes no longer than GPU_MINUTES (a whole number, default 9); what there was no time for is named, and of the passages (GPU_PASSAGES) only as many are
# indexed as there is time for at three quarters of the speed that is aimed at.
set -u
here=$(cd "$(dirname "$0")" && pwd)
if [ -d "$here/bin" ]; then bin=$here/bin; else bin=$here/../build/cuda; fi
out=${1:-gpu-results}
for number in "${GPU_MINUTES:-9}" "${GPU_ROWS:-1}" "${GPU_PASSAGES:-1}"; do
  case $number in '' | *[!0-9]* | 0*) echo "gpu.sh: GPU_MINUTES, GPU_ROWS and GPU_PASSAGES must be whole numbers from 1 on, not '$number'" >&2; exit 2 ;; esac
done
mkdir -p "$out" || exit 1
end=$((SECONDS + 60 * ${GPU_MINUTES:-9}))

# CUDA's libraries: the toolkit's, or those of Python's wheels.
for folder in /usr/local/cuda/lib64 /usr/local/cuda/targets/x86_64-linux/lib $(python3 - 2>/dev/null <<'PY'
import glob, site, sys
for base in {*site.getsitepackages(), *sys.path}:
    for found in glob.glob(base + "/nvidia/cu13/lib") + glob.glob(base + "/nvidia/*/lib"):
        print(found)
PY
); do
  [ -e "$folder/libcudart.so.13" ] || [ -e "$folder/libcublasLt.so.13" ] && CUDA_FOLDERS=${CUDA_FOLDERS:-}:$folder
done
# For our programs alone: the system's own would not like another system's libraries.
ours=(env "LD_LIBRARY_PATH=$here/lib${CUDA_FOLDERS:-}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}")

results=()
# part NAME SECONDS COMMAND...: runs it for at most so long and remembers how it ended.
part() {
  local name=$1 most=$2 left=$((end - SECONDS)) started=$SECONDS code
  shift 2
  if [ ! -x "$1" ]; then results+=("$name|not built"); return 0; fi
  if [ "$left" -lt 15 ]; then results+=("$name|no time left"); return 0; fi
  echo "== $name"
  case $1 in
    "$bin"/*) timeout "$((most < left ? most : left))" "${ours[@]}" "$@" ;;
    *) timeout "$((most < left ? most : left))" "$@" ;;
  esac >"$out/$name.txt" 2>&1
  code=$?
  tail -n 40 "$out/$name.txt"
  case $code in
    0) results+=("$name|passed, $((SECONDS - started)) s") ;;
    77) results+=("$name|left out: $(tail -n 1 "$out/$name.txt")") ;;
    124) results+=("$name|stopped after $((SECONDS - started)) s") ;;
    *) results+=("$name|FAILED, exit code $code") ;;
  esac
  return 0
}

nvidia-smi --query-gpu=name,memory.total,memory.used,driver_version,clocks.sm --format=csv >"$out/nvidia-smi.txt" 2>/dev/null || echo $'\nno nvidia-smi here' >"$out/nvidia-smi.txt"
part doctor 60 "$bin/rag" doctor --gpu
if [ -x "$bin/gpu_cases" ]; then
  "${ours[@]}" "$bin/gpu_cases" 0 >"$out/probe.txt" 2>&1
  if [ $? = 77 ]; then
    echo "gpu.sh: nothing was measured: $(tail -n 1 "$out/probe.txt")"
    exit 77
  fi
fi
part encoder 90 "$bin/bench_gpu_encoder"
part search 150 "$bin/bench_gpu_search" "${GPU_ROWS:-10000000}" 384
part cases 90 "$bin/gpu_cases" 1000 1 80
part peers 45 "$here/$([ -d "$here/bin" ] || echo peers/)exact_gpu.py"
passages=${GPU_PASSAGES:-1000000} room=$(((end - SECONDS - 20) * 2500))
part index 600 "$bin/bench_gpu_index" "$bin/rag" $((passages < room ? passages : room))

echo
echo "== $(head -n 2 "$out/nvidia-smi.txt" | tail -n 1)"
for result in "${results[@]}"; do printf '%-12s %s\n' "${result%%|*}" "${result#*|}"; done
case "${results[*]}" in *FAILED* | *stopped*) exit 1 ;; esac
