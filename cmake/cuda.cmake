# Everything that runs on a GPU: one module, librag_cuda.so, loaded on demand (docs/decisions.md).  Included where RAG_CUDA is on; without it
# nothing of the project knows of CUDA.  Sources are <room>/cuda/*.cu and *.cpp.
set(RAG_CUDA_ARCHITECTURES "90-real" CACHE STRING "GPUs to compile for, as CMAKE_CUDA_ARCHITECTURES: 80-real;90-real ...")
set(RAG_CUDA_LIBRARIES "" CACHE PATH "Where the GPU machine has libcudart.so.13 and libcublasLt.so.13, if not where the toolkit has them here")
if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX} AND EXISTS /usr/local/cuda/bin/nvcc)  # where the toolkit puts itself, on few PATHs
  set(CMAKE_CUDA_COMPILER /usr/local/cuda/bin/nvcc)
endif()
set(CMAKE_CUDA_ARCHITECTURES ${RAG_CUDA_ARCHITECTURES})
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
set(CMAKE_CUDA_FLAGS_RELEASE "-O3 -DNDEBUG")  # an assert in a kernel costs registers; the emulator's tests have them
if(RAG_CCACHE)
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${RAG_CCACHE})
endif()
enable_language(CUDA)
if(CMAKE_VERSION VERSION_LESS 3.26)  # does not know yet that nvcc has C++20
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
endif()
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_EXTENSIONS OFF)
find_package(CUDAToolkit 12.0 REQUIRED)

file(GLOB rag_cuda_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/models/cuda/*.cu ${PROJECT_SOURCE_DIR}/models/cuda/*.cpp
     ${PROJECT_SOURCE_DIR}/index/cuda/*.cu ${PROJECT_SOURCE_DIR}/index/cuda/*.cpp)
add_library(rag_cuda MODULE ${rag_cuda_sources})
target_include_directories(rag_cuda PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(rag_cuda PRIVATE RAG_CUDA_COMPILED="${RAG_CUDA_ARCHITECTURES}")
target_include_directories(rag_cuda SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
target_link_libraries(rag_cuda PRIVATE rag_index CUDA::cudart CUDA::cublasLt)
target_compile_options(rag_cuda PRIVATE -fvisibility=hidden
  "$<$<COMPILE_LANGUAGE:CUDA>:-Wall;-Wextra;-Wno-missing-field-initializers;--expt-relaxed-constexpr;-Werror=cross-execution-space-call>")
target_link_options(rag_cuda PRIVATE -Wl,--as-needed -Wl,--disable-new-dtags -Wl,--exclude-libs,ALL)
# Where the libraries are on the machine that runs it: beside the module (scripts/cuda_tarball.sh), below .deps (the wheels nvidia-cuda-runtime and
# nvidia-cublas), where it was said, in the toolkit.
set(rag_cuda_rpath "$ORIGIN" ${RAG_DEPS}/cuda/lib ${RAG_CUDA_LIBRARIES} ${CUDAToolkit_LIBRARY_DIR} /usr/local/cuda/lib64)
set_target_properties(rag_cuda PROPERTIES BUILD_RPATH "${rag_cuda_rpath}" INSTALL_RPATH "${rag_cuda_rpath}" BUILD_WITH_INSTALL_RPATH ON)
