#pragma once

#include <map>
#include <string>

#include "pipelines/session.h"

namespace rag {

// What was chosen for searching, as evaluations keep it: mode, candidates, fusion, dense-weight, k1, precision, vectors, probes, rerank-depth ...; only what has an effect.
std::map<std::string, std::string> retrieval_configuration(const RetrieveOptions& retrieve, const SessionOptions& session);

}  // namespace rag
