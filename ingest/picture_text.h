#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "ingest/format.h"

namespace rag {

// What `format` reads, and where that is no or hardly any text the words on the pictures in the document: offices paste scanned pages into DOCX
// and HWP files.  A document without text whose pictures give none either throws Error(Ingest) that tells of them.
// Looked at are Office files since 2007, OpenDocument, HWP, HWPX and EPUB; pictures come in the order of their numbers, of OpenDocument in the
// order of the text.
Document read_with_pictures(const Format& format, std::string_view bytes, const std::string& uri, const std::string& media_type, const ParseLimits& limits,
                            std::vector<std::string>& warnings);

}  // namespace rag
