#!/usr/bin/env bash
# Unpacks the CPU half of libtorch into $RAG_DEPS/torch/{lib,include}: 0.5 GB to fetch, 440 MB on disk.
source "$(dirname "$0")/common.sh"
stamp=$deps/torch/.version
want="${TORCH[*]} ${CUDA_RUNTIME[*]} ${CUDA_CUPTI[*]}"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && exit 0

torch=$(fetch_wheel "${TORCH[@]}" "$deps/wheels")
runtime=$(fetch_wheel "${CUDA_RUNTIME[@]}" "$deps/wheels")
cupti=$(fetch_wheel "${CUDA_CUPTI[@]}" "$deps/wheels")

say "unpacking libtorch (CPU half)"
rm -rf "$deps/torch.new" && mkdir -p "$deps/torch.new"
unzip -q "$torch" 'torch/lib/*' 'torch/include/*' 'torch-*/licenses/*' -d "$deps/torch.new" \
  -x 'torch/lib/libtorch_cuda*' 'torch/lib/libtorch_python*' 'torch/lib/libtorch_nvshmem*' 'torch/lib/libc10_cuda*' 'torch/lib/libcaffe2_nvrtc*'
mv "$deps/torch.new/torch/lib" "$deps/torch.new/torch/include" "$deps/torch.new/"
# The library looks for these two beside itself in ../../nvidia/cu13/lib and in its own folder; the latter is enough.
unzip -q -j "$runtime" 'nvidia/cu13/lib/libcudart.so.13' -d "$deps/torch.new/lib"
unzip -q -j "$cupti" 'nvidia/cu13/lib/libcupti.so.13' -d "$deps/torch.new/lib"
printf '%s' "$want" >"$deps/torch.new/.version"
rm -rf "$deps/torch" && mv "$deps/torch.new" "$deps/torch"
rm -f "$torch" "$runtime" "$cupti"   # 550 MB nobody needs again; versions.sh says how to get them back
