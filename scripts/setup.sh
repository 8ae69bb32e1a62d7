#!/usr/bin/env bash
# Everything a build needs: Debian's packages, libtorch, FAISS with AVX2, the encoders' packages.  Run again it does only what is missing.
source "$(dirname "$0")/common.sh"
scripts=$checkout/scripts
"$scripts/install_packages.sh"
# Downloads wait for the network while FAISS keeps the cores busy.
("$scripts/fetch_torch.sh" && "$scripts/fetch_models.sh") &
downloads=$!
"$scripts/build_faiss.sh"
wait $downloads || die "a download failed (see above); run it again, it goes on where it stopped"
