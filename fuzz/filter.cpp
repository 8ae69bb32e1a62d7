#include "fuzz.h"
#include "index/records.h"
#include "retrieve/filter.h"

FUZZ(bytes) {
  const auto filter = rag::parse_filter(bytes);
  rag::DocumentRecord document;
  document.uri = "hr/leave.pdf";
  document.metadata["dept"] = {"hr", "인사"};
  if (filter) filter->accepts(document);
}
