#pragma once

#include "index/index_reader.h"
#include "index/index_writer.h"

namespace rag {

// Puts the access list of a source on all of its documents, whether or not their files can be read now.  Nobody may read for another day what
// he may not read from today on, so this waits for no run.  `index`: as it was before anything was written.
void bring_access(const SourceSettings& settings, const IndexReader& index, IndexWriter& writer);

}  // namespace rag
