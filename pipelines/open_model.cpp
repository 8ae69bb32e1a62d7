#include "pipelines/open_model.h"

#include "core/error.h"
#include "models/model_store.h"

namespace rag {

std::unique_ptr<Embedder> open_model(const std::string& name_or_directory, const EmbedderOptions& options) {
  if (name_or_directory == "hash") return make_hashing_embedder();
  return open_embedder(resolve_model(name_or_directory), options);
}

std::unique_ptr<Embedder> open_model_of_index(const IndexSettings& settings, const std::string& index_directory, const std::string& wanted,
                                              const EmbedderOptions& options) {
  auto embedder = open_model(wanted.empty() ? settings.model : wanted, options);
  if (embedder->name() != settings.embedder)
    throw Error(ErrorKind::Mismatch, index_directory + ": built with embedder \"" + settings.embedder + "\", this run has \"" +
                                         embedder->name() + "\"; leave --model out, or run 'rag index --rebuild' to embed everything anew");
  return embedder;
}

}  // namespace rag
