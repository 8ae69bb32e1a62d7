#include "pipelines/source_access.h"

namespace rag {

void bring_access(const SourceSettings& settings, const IndexReader& index, IndexWriter& writer) {
  index.for_each_document([&](const DocumentRecord& document) {
    if (document.source != settings.source || document.acl == settings.access) return;
    writer.describe(document.id, document.metadata, settings.access, document.language);
  });
}

}  // namespace rag
