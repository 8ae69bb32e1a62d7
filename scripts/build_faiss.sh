#!/usr/bin/env bash
# Builds FAISS from Debian's own source package with AVX2 into $RAG_DEPS/faiss (about 100 s on two cores).
# Debian's binary is compiled for the oldest x86-64: 2.5 to 10 times slower.  Where this build fails, the binary serves.
source "$(dirname "$0")/common.sh"
stamp=$deps/faiss/.version
want="faiss $(dpkg-query -W -f '${Version}' libfaiss-dev) avx2"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && exit 0
grep -qw avx2 /proc/cpuinfo || { say "this processor has no AVX2: using Debian's FAISS as it is"; exit 0; }

say "building FAISS with AVX2 from Debian's source package"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
log=$deps/faiss-build.log
build() {
  debian_source faiss "$work" && cd "$work" &&
  cmake -S src -B build -DCMAKE_BUILD_TYPE=Release -DFAISS_OPT_LEVEL=avx2 -DFAISS_ENABLE_GPU=OFF -DFAISS_ENABLE_PYTHON=OFF \
    -DBUILD_TESTING=OFF -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBLA_VENDOR=OpenBLAS &&
  cmake --build build --target faiss_avx2 -j "$(nproc)" && cmake --install build --prefix "$work/install"
}
if build >"$log" 2>&1; then :; elif [ -f "$work/build/faiss/libfaiss_avx2.a" ]; then :; else
  say "FAISS with AVX2 did not build (see $log): using Debian's library as it is"; exit 0
fi
rm -rf "$deps/faiss.new" && mkdir -p "$deps/faiss.new/lib" "$deps/faiss.new/include"
cp "$work/build/faiss/libfaiss_avx2.a" "$deps/faiss.new/lib/"
(cd "$work/src" && find faiss -name '*.h' ! -path '*/gpu/*' -exec cp --parents {} "$deps/faiss.new/include/" \;)
printf '%s' "$want" >"$deps/faiss.new/.version"
rm -rf "$deps/faiss" && mv "$deps/faiss.new" "$deps/faiss"
