# A room is a folder of the top level and one static library, rag_<room>.  It may include only the rooms it names;
# tests/rooms checks that.

# rag_precompile(TARGET [HEADER...]): the target parses the standard library and these headers once instead of in each file, a quarter of what
# it costs to compile.  A file still includes what it uses.  Not for what is optimised: GCC 12 forgets which headers are the system's, and warns of
# what is in them.
# rag_precompile_as(TARGET OTHER): shares what OTHER parsed; for targets with the same options.
set(RAG_STANDARD_HEADERS <algorithm> <chrono> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <optional> <set> <span> <sstream>
    <string> <string_view> <unordered_map> <utility> <variant> <vector>)
function(rag_precompile target)
  target_precompile_headers(${target} PRIVATE ${RAG_STANDARD_HEADERS} ${ARGN})
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)  # for ccache
endfunction()
function(rag_precompile_as target other)
  target_precompile_headers(${target} REUSE_FROM ${other})
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()

# rag_room(NAME [ROOM...]): every .cpp of the folder and its subfolders, but for those that are programs or engines.
function(rag_room name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/(torch|ocr|child|cuda)/[^/]*\\.cpp$")
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty_${name}.cpp "")
    set(sources ${CMAKE_BINARY_DIR}/empty_${name}.cpp)
  endif()
  add_library(rag_${name} STATIC ${sources})
  add_library(rag::${name} ALIAS rag_${name})
  target_include_directories(rag_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/rag>)
  target_compile_features(rag_${name} PUBLIC cxx_std_20)  # the headers need it, whoever includes them
  foreach(room ${ARGN})
    target_link_libraries(rag_${name} PUBLIC rag_${room})
  endforeach()
  set_target_properties(rag_${name} PROPERTIES EXPORT_NAME ${name})
endfunction()

# rag_program(NAME FOLDER ROOM...): an executable from every .cpp of a folder and its subfolders.
function(rag_program name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  foreach(room ${ARGN})
    target_link_libraries(${name} PRIVATE rag_${room})
  endforeach()
endfunction()

# libtorch lives in a module of its own, loaded when the first text is embedded: a command that needs no encoder
# starts in milliseconds, and only models/torch/*.cpp ever see its headers.
function(rag_torch_engine)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/models/torch/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(rag_torch MODULE ${sources})
  target_include_directories(rag_torch PRIVATE ${PROJECT_SOURCE_DIR})
  target_include_directories(rag_torch SYSTEM AFTER PRIVATE ${RAG_DEPS}/torch/include ${RAG_DEPS}/torch/include/torch/csrc/api/include)
  # OpenMP: without it at::parallel_for silently runs on one thread.  The library beside libtorch serves, whatever the compiler has.
  target_link_libraries(rag_torch PRIVATE rag_models ${RAG_DEPS}/torch/lib/libtorch_cpu.so ${RAG_DEPS}/torch/lib/libc10.so ${RAG_DEPS}/torch/lib/libgomp.so.1)
  target_compile_options(rag_torch PRIVATE -Wno-pedantic -fvisibility=hidden -fopenmp)
  target_link_options(rag_torch PRIVATE -Wl,--as-needed -Wl,--disable-new-dtags -Wl,--exclude-libs,ALL)
  set_target_properties(rag_torch PROPERTIES BUILD_RPATH ${RAG_DEPS}/torch/lib INSTALL_RPATH ${RAG_DEPS}/torch/lib)
endfunction()

# Text recognition is a module as well: most folders have no scans, and a machine without tesseract still reads everything else.
function(rag_ocr_module)
  if(NOT tesseract_FOUND OR NOT lept_FOUND)
    message(STATUS "no libtesseract-dev or libleptonica-dev: built without text recognition")
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ingest/ocr/*.cpp)
  add_library(rag_ocr MODULE ${sources})
  target_link_libraries(rag_ocr PRIVATE rag_ingest PkgConfig::tesseract PkgConfig::lept OpenMP::OpenMP_CXX)
  target_compile_options(rag_ocr PRIVATE -fvisibility=hidden)
  target_link_options(rag_ocr PRIVATE -Wl,--as-needed -Wl,--exclude-libs,ALL)
endfunction()
