#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/sandbox.h"

namespace rag::test {

// A folder of its own that is gone when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const;  // makes the folders above it

 private:
  std::filesystem::path path_;
};

std::string encode(std::string_view utf8, const char* charset);  // with iconv; the test fails where that is not possible
std::string make_zip(const std::vector<std::pair<std::string, std::string>>& members);

// A DOCX of this body XML (what stands inside <w:body>) and further members.
std::string make_docx(const std::string& body, std::vector<std::pair<std::string, std::string>> more = {});

// A one-column PDF in Helvetica: for each page, its lines, each with a font size.
struct PdfTextLine {
  double size = 11;
  std::string text;  // ASCII; '|' jumps to the next table column
};
std::string make_pdf(const std::vector<std::vector<PdfTextLine>>& pages, const std::string& title = "");

// A PDF of the bytes of these objects, the first one its catalogue; `trailer`: more of what stands in the trailer.
std::string pdf_of_objects(const std::vector<std::string>& objects, const std::string& trailer = "");
std::string pdf_stream(const std::string& content, const std::string& entries = "");

// A page for each picture, a grey JPEG that fills it at 300 dots an inch; an empty page where there is no JPEG.
struct PdfPicture {
  std::string jpeg;
  int width = 0, height = 0;
};
std::string make_picture_pdf(const std::vector<PdfPicture>& pictures);

// The single document, or a failed test and an empty one.
Document only_document(const ParseOutcome& outcome);

// Cuts the file at every `step` bytes, and instead flips bits of the byte there (`mask` at odd places, `even_mask`, unless 0, at even ones):
// each must give a reason or a document.
void expect_read_or_refused_when_damaged(const std::string& whole, const std::string& name, std::size_t step, int mask, int even_mask = 0);

// ../shared beside the checkout or $RAG_SHARED; empty where neither is there.
std::filesystem::path shared_folder();

}  // namespace rag::test
