#!/usr/bin/env bash
# Installs what Debian 12 gives: compiler, libraries, tools; or only the packages named.  Does nothing where all of it is there.
source "$(dirname "$0")/common.sh"
packages=(
  g++ cmake pkg-config ninja-build ccache git ca-certificates openssl unzip xz-utils dpkg-dev python3 python3-pip
  libfaiss-dev libopenblas0-openmp libopenblas-openmp-dev   # vectors; the -pthread variant fights libgomp
  libsqlite3-dev libsentencepiece-dev libprotobuf-dev
  libboost-dev libboost-program-options-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  libicu-dev libstemmer-dev libuchardet-dev libzstd-dev libxxhash-dev libsodium-dev
  libfmt-dev libspdlog-dev libtomlplusplus-dev nlohmann-json3-dev libcurl4-openssl-dev libseccomp-dev
  libpoppler-private-dev poppler-data libqpdf-dev libgumbo-dev libpugixml-dev libexpat1-dev libarchive-dev zlib1g-dev libcmark-gfm-dev libcmark-gfm-extensions-dev
  libgmime-3.0-dev
  libtesseract-dev libleptonica-dev tesseract-ocr-kor tesseract-ocr-eng tesseract-ocr-osd   # pages that are pictures; osd: which way up
)
[ $# = 0 ] || packages=("$@")
missing=()
for p in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
done
[ ${#missing[@]} = 0 ] && exit 0
say "installing ${#missing[@]} Debian packages"
export DEBIAN_FRONTEND=noninteractive
log=$deps/apt.log
as_root apt-get update -q >"$log" 2>&1 || { tail -3 "$log" >&2; die "apt-get update failed (see $log)"; }
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >>"$log" 2>&1 ||
  { tail -3 "$log" >&2; die "apt-get install failed (see $log)"; }
