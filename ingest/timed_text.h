#pragma once

#include <string>
#include <vector>

#include "ingest/document_builder.h"

namespace rag {

// What is said in one stretch of time, as a subtitle shows it or a recogniser hears it.
struct Cue {
  double begin = 0, end = 0;  // seconds
  std::vector<std::string> lines;
};

// Adds the cues, in their order, as paragraphs of some sentences, each after the mark of the time at which it begins ("[00:01:23] "), so that a
// citation names minute and second.  Sets the metadata "duration".
void add_cues(const std::vector<Cue>& cues, DocumentBuilder& builder);

}  // namespace rag
