// What poppler makes of a page goes through our layout: the input is the page's content, in an otherwise sound file.
#include <string>
#include <vector>

#include "fuzz.h"
#include "ingest/format.h"

namespace {

std::string pdf_with(std::string_view content) {
  const std::string objects[] = {
      "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R/G 6 0 R>>>>>>",
      "<</Length " + std::to_string(content.size()) + ">>stream\n" + std::string(content) + "\nendstream",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "<</Type/Font/Subtype/Type1/BaseFont/Courier-Bold>>"};
  std::string file = "%PDF-1.4\n", table;
  int number = 0;
  for (const std::string& object : objects) {
    std::string place = std::to_string(file.size());
    table += std::string(10 - place.size(), '0') + place + " 00000 n \n";
    file += std::to_string(++number) + " 0 obj" + object + "endobj\n";
  }
  const std::string start = std::to_string(file.size());
  return file + "xref\n0 7\n0000000000 65535 f \n" + table + "trailer<</Size 7/Root 1 0 R>>startxref\n" + start + "\n%%EOF";
}

}  // namespace

FUZZ(bytes) {
  static const rag::Format& format = *rag::find_format("application/pdf");
  rag::ParseLimits limits;
  limits.ocr.enabled = false;
  std::vector<std::string> warnings;
  const rag::Document document = format.read_within(pdf_with(bytes), "a.pdf", "application/pdf", limits, warnings);
  for (const rag::Page& page : document.pages) rag::fuzz::require(page.begin <= document.text.size());
}
