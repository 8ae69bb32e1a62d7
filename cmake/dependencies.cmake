# Finds what we link; also read by find_package(rag).  docs/decisions.md says why each of them, and why from there.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED)  # before FAISS
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
foreach(pair sodium:libsodium xxhash:libxxhash poppler:poppler gumbo:gumbo pugixml:pugixml archive:libarchive
             expat:expat zlib:zlib qpdf:libqpdf uchardet:uchardet gmime:gmime-3.0 seccomp:libseccomp sentencepiece:sentencepiece zstd:libzstd)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 target)
  list(GET pair 1 module)
  pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${module})
endforeach()

# Optional: pages that are pictures (ingest/ocr/).
pkg_check_modules(tesseract IMPORTED_TARGET tesseract)
pkg_check_modules(lept IMPORTED_TARGET lept)

# Debian ships these two without a pkg-config file that names everything.
find_library(RAG_STEMMER stemmer REQUIRED)
add_library(PkgConfig::stemmer INTERFACE IMPORTED)
set_target_properties(PkgConfig::stemmer PROPERTIES INTERFACE_LINK_LIBRARIES ${RAG_STEMMER})
find_library(RAG_CMARK cmark-gfm REQUIRED)
find_library(RAG_CMARK_EXTENSIONS cmark-gfm-extensions REQUIRED)
add_library(PkgConfig::cmark INTERFACE IMPORTED)
set_target_properties(PkgConfig::cmark PROPERTIES INTERFACE_LINK_LIBRARIES "${RAG_CMARK_EXTENSIONS};${RAG_CMARK}")

# FAISS: our build with AVX2 where scripts/build_faiss.sh made one, else Debian's generic one ('rag doctor' says which).
add_library(rag_faiss INTERFACE IMPORTED GLOBAL)
find_library(RAG_OPENBLAS openblas REQUIRED)
if(EXISTS ${RAG_DEPS}/faiss/lib/libfaiss_avx2.a)
  target_include_directories(rag_faiss SYSTEM INTERFACE ${RAG_DEPS}/faiss/include)
  target_link_libraries(rag_faiss INTERFACE ${RAG_DEPS}/faiss/lib/libfaiss_avx2.a)
  target_compile_definitions(rag_faiss INTERFACE RAG_FAISS_BUILD="avx2")
else()
  find_library(RAG_FAISS faiss REQUIRED)
  target_link_libraries(rag_faiss INTERFACE ${RAG_FAISS})
  target_compile_definitions(rag_faiss INTERFACE RAG_FAISS_BUILD="generic")
endif()
target_link_libraries(rag_faiss INTERFACE ${RAG_OPENBLAS} OpenMP::OpenMP_CXX)
