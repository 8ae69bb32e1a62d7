#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "index/ledger.h"

namespace rag {

// Adds one document that was read from the file: pages in all, pages without a letter or digit, the lowest confidence of OCR.
void note_document(FileEntry& entry, const Document& document);

// What makes a run lose something: files without documents, files read with a warning, tokens beyond the encoder's limit.
bool has_loss(const FileEntry& entry);

}  // namespace rag
