#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rag {

// What stands on one page of a PDF beside its words.
struct PdfPageObjects {
  std::vector<std::pair<std::string, std::string>> fields;  // filled in: what it asks for, what was answered
  std::vector<std::string> links;                           // web and mail addresses it leads to, each once
};

struct PdfObjects {
  std::vector<PdfPageObjects> pages;
  std::vector<std::string> attachments;  // names of files embedded in it
};

// Reads the objects behind the pages.  `password` opens an encrypted file, "" one that is not.  What is damaged is left out; nothing is
// thrown but std::bad_alloc.  Fields that ask for a password are left out.
PdfObjects read_pdf_objects(std::string_view bytes, const std::string& password);

}  // namespace rag
