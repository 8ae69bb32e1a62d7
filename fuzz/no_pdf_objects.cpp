// Stands in for ingest/pdf_objects.cpp, which clang cannot compile.  No target reads PDF: poppler and qpdf are fuzzed by their own people.
#include "ingest/pdf_objects.h"

namespace rag {

PdfObjects read_pdf_objects(std::string_view, const std::string&) { return {}; }

}  // namespace rag
