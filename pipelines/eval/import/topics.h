#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/eval/import/collection_writer.h"

namespace rag {

// TREC's topics, as <top> blocks (SGML, tags not closed) or as XML.  `field`: title, desc, narr, or several joined by "+".  In XML, title may be
// called query, desc description or question, narr narrative; a topic without any of them is its own text.  Notes what has no number or lacks
// the field.  Throws Error(Usage) where the file holds no topic.
void add_topics(const std::filesystem::path& file, const std::string& field, CollectionWriter& out);

}  // namespace rag
