#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/file.h"
#include "index/lexical_segment.h"
#include "index/segment_rows.h"
#include "index/vector_segment.h"

namespace rag {

// The two files of one segment, mapped but not yet looked into: what is mapped stays readable when a writer unlinks it.
struct MappedSegment {
  SegmentRow row;
  std::optional<MappedFile> vectors;  // nothing where the file is missing or unreadable
  std::optional<MappedFile> postings;
};

MappedSegment map_segment(const std::filesystem::path& directory, SegmentRow row);

// Open, checked against their own checksums and against what the catalog says of them; the mapping is used up.
// Throws Error(Corrupt) naming the file and 'rag repair'.
std::unique_ptr<VectorSegment> open_vectors(const std::filesystem::path& directory, MappedSegment& segment);
std::unique_ptr<LexicalSegment> open_postings(const std::filesystem::path& directory, MappedSegment& segment);

}  // namespace rag
