#include "index/build_info.h"

namespace rag {

std::string vector_search_build() { return RAG_FAISS_BUILD; }

}  // namespace rag
