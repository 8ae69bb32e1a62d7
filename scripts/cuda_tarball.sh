#!/usr/bin/env bash
# Packs what the preset cuda built into one file that runs on a machine with a GPU, its driver and the CUDA libraries, and nothing else of ours:
#
#   cmake --preset cuda && cmake --build build/cuda --target rag rag-parse rag-limit rag_cuda gpu_cases bench_gpu_search bench_gpu_index bench_gpu_encoder
#   scripts/cuda_tarball.sh [FILE]          # default: build/rag-cuda.tar.xz; at most 64 MiB
#   tar -xf rag-cuda.tar.xz && rag-cuda/gpu.sh     # there
#
# Libraries of the C and C++ run time and of CUDA are that machine's own: glibc 2.36 and GCC 12 or newer, libcudart.so.13 and libcublasLt.so.13.
source "$(dirname "$0")/common.sh"
build=$checkout/build/cuda
file=${1:-$build/rag-cuda.tar.xz}
limit_mib=64
for needed in rag librag_cuda.so gpu_cases bench_gpu_search; do
  [ -e "$build/$needed" ] || die "$build/$needed: not there; run 'cmake --preset cuda && cmake --build build/cuda --target rag rag-parse rag-limit rag_cuda gpu_cases bench_gpu_search bench_gpu_index bench_gpu_encoder'"
done
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
stage=$work/rag-cuda
mkdir -p "$stage/bin" "$stage/lib"
for program in rag rag-parse rag-limit librag_cuda.so gpu_cases bench_gpu_search bench_gpu_index bench_gpu_encoder; do  # some are optional
  [ -e "$build/$program" ] && cp "$build/$program" "$stage/bin/"
done
# Every library that any of them names, but for those that the machine has to have.
ldd "$stage"/bin/* 2>/dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => \(\/[^ ]*\) .*/\1 \2/p' | sort -u | while read -r name path; do
  case $name in
    libc.so.* | libm.so.* | libdl.so.* | librt.so.* | libpthread.so.* | libresolv.so.* | libstdc++.so.* | libgcc_s.so.* | libcuda*.so* | libcublas*.so*) ;;
    *) cp -L "$path" "$stage/lib/$name" ;;
  esac
done
strip --strip-unneeded "$stage"/bin/* "$stage"/lib/* 2>/dev/null || true
cp "$checkout/bench/gpu.sh" "$checkout/bench/peers/exact_gpu.py" "$stage/"
mkdir -p "$(dirname "$file")"
tar -C "$work" -c rag-cuda | xz -T0 -6 >"$file.new"
size=$(stat -c %s "$file.new")
[ "$size" -le $((limit_mib << 20)) ] || { rm -f "$file.new"; die "$((size >> 20)) MiB, more than the $limit_mib that can be carried; build fewer architectures (-DRAG_CUDA_ARCHITECTURES)"; }
mv "$file.new" "$file"
say "$file: $((size >> 10)) KiB"
