#!/usr/bin/env bash
# Everything a build needs: Debian's packages, libtorch, FAISS with AVX2.  Run again it does only what is missing.
source "$(dirname "$0")/common.sh"
"$checkout/scripts/install_packages.sh"
"$checkout/scripts/fetch_torch.sh"
"$checkout/scripts/build_faiss.sh"
