#!/usr/bin/env bash
# Builds FAISS with GPUs from Debian's own source package into $RAG_DEPS/faiss-cuda, to measure ours beside it; nothing of rag links it.
# About 24 minutes on two cores for one architecture: scripts/build_faiss_cuda.sh [ARCHITECTURES], default 90-real.
source "$(dirname "$0")/common.sh"
architectures=${1:-90-real}
stamp=$deps/faiss-cuda/.version
want="faiss $(dpkg-query -W -f '${Version}' libfaiss-dev) cuda $architectures"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && exit 0
nvcc=${CUDACXX:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
[ -x "$nvcc" ] || die "$nvcc: no CUDA compiler there; install the CUDA toolkit, or name its nvcc by CUDACXX"

say "building FAISS with GPUs ($architectures) from Debian's source package"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
log=$deps/faiss-cuda-build.log
# This source is older than CUDA 13, which needs C++17.
build() {
  debian_source faiss "$work" && cd "$work" &&
  cmake -S src -B build -DCMAKE_BUILD_TYPE=Release -DFAISS_OPT_LEVEL=avx2 -DFAISS_ENABLE_GPU=ON -DFAISS_ENABLE_PYTHON=OFF -DBUILD_TESTING=OFF -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_CUDA_COMPILER="$nvcc" -DCMAKE_CUDA_STANDARD=17 -DCMAKE_CXX_STANDARD=17 "-DCMAKE_CUDA_ARCHITECTURES=$architectures" \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBLA_VENDOR=OpenBLAS &&
  cmake --build build --target faiss_avx2 -j "${JOBS:-$(nproc)}"
}
build >"$log" 2>&1 || die "FAISS with GPUs did not build; see $log"
rm -rf "$deps/faiss-cuda.new" && mkdir -p "$deps/faiss-cuda.new/lib" "$deps/faiss-cuda.new/include"
cp "$work/build/faiss/libfaiss_avx2.a" "$deps/faiss-cuda.new/lib/"
strip --strip-debug "$deps/faiss-cuda.new/lib/libfaiss_avx2.a"
(cd "$work/src" && find faiss -name '*.h' -exec cp --parents {} "$deps/faiss-cuda.new/include/" \;)
printf '%s' "$want" >"$deps/faiss-cuda.new/.version"
rm -rf "$deps/faiss-cuda" && mv "$deps/faiss-cuda.new" "$deps/faiss-cuda"
say "$deps/faiss-cuda: done"
