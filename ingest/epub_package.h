#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace rag {

// What an EPUB says of itself: its chapters in reading order.
struct EpubPackage {
  struct Label {
    std::string text;
    int level = 1;
  };

  std::string title;
  Metadata metadata;                    // author, dates, keywords
  std::vector<std::string> chapters;    // members of the zip, each once; the table of contents is none of them
  std::map<std::string, Label> labels;  // of the table of contents, by member; the first where it has several
};

// Throws Error(Ingest) for what is no zip, is damaged, or has chapters that are encrypted.
EpubPackage read_epub_package(std::string_view bytes);

}  // namespace rag
