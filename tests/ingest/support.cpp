#include "support.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <iconv.h>
#include <stdlib.h>

#include <fstream>

namespace rag::test {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rag-ingest-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::string& name, std::string_view bytes) const {
  const std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

std::string encode(std::string_view utf8, const char* charset) {
  const iconv_t encoder = ::iconv_open(charset, "UTF-8");
  EXPECT_NE(encoder, reinterpret_cast<iconv_t>(-1)) << charset;
  std::string out(utf8.size() * 4 + 16, '\0');
  char* in = const_cast<char*>(utf8.data());
  char* to = out.data();
  std::size_t left = utf8.size(), room = out.size();
  EXPECT_NE(::iconv(encoder, &in, &left, &to, &room), static_cast<std::size_t>(-1)) << charset;
  ::iconv(encoder, nullptr, nullptr, &to, &room);
  ::iconv_close(encoder);
  out.resize(out.size() - room);
  return out;
}

std::string make_zip(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string bytes;
  archive* zip = archive_write_new();
  archive_write_set_format_zip(zip);
  const auto append = [](archive*, void* target, const void* data, size_t size) -> la_ssize_t {
    static_cast<std::string*>(target)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  };
  archive_write_open(zip, &bytes, nullptr, append, nullptr);
  for (const auto& [name, content] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(zip, entry);
    archive_write_data(zip, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(zip);
  archive_write_free(zip);
  return bytes;
}

std::string make_docx(const std::string& body, std::vector<std::pair<std::string, std::string>> more) {
  const std::string space = R"( xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main")";
  more.insert(more.begin(), {{"[Content_Types].xml", "<Types/>"},
                             {"word/document.xml", "<w:document" + space + "><w:body>" + body + "</w:body></w:document>"}});
  return make_zip(more);
}

std::string pdf_stream(const std::string& content, const std::string& entries) {
  return "<< " + entries + " /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream";
}

std::string pdf_of_objects(const std::vector<std::string>& objects, const std::string& trailer) {
  std::string pdf = "%PDF-1.4\n";
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    offsets.push_back(pdf.size());
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t table = pdf.size();
  pdf += "xref\n0 " + std::to_string(objects.size() + 1) + "\n0000000000 65535 f \n";
  for (const std::size_t offset : offsets)
    pdf += std::string(10 - std::to_string(offset).size(), '0') + std::to_string(offset) + " 00000 n \n";
  return pdf + "trailer << /Size " + std::to_string(objects.size() + 1) + " /Root 1 0 R " + trailer + " >>\nstartxref\n" +
         std::to_string(table) + "\n%%EOF\n";
}

std::string make_picture_pdf(const std::vector<PdfPicture>& pictures) {
  std::vector<std::string> objects{"<< /Type /Catalog /Pages 2 0 R >>", ""};
  std::string kids;
  for (const PdfPicture& picture : pictures) {
    const std::string width = std::to_string(picture.width * 0.24), height = std::to_string(picture.height * 0.24);
    const std::string resources = picture.jpeg.empty() ? "" : "/XObject << /Im " + std::to_string(objects.size() + 1) + " 0 R >>";
    if (!picture.jpeg.empty())
      objects.push_back(pdf_stream(picture.jpeg, "/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Width " +
                                                     std::to_string(picture.width) + " /Height " + std::to_string(picture.height)));
    objects.push_back(pdf_stream(picture.jpeg.empty() ? "" : "q " + width + " 0 0 " + height + " 0 0 cm /Im Do Q"));
    objects.push_back("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 " + width + " " + height + "] /Contents " + std::to_string(objects.size()) +
                      " 0 R /Resources << " + resources + " >> >>");
    kids += std::to_string(objects.size()) + " 0 R ";
  }
  objects[1] = "<< /Type /Pages /Kids [" + kids + "] /Count " + std::to_string(pictures.size()) + " >>";
  return pdf_of_objects(objects);
}

std::string make_pdf(const std::vector<std::vector<PdfTextLine>>& pages, const std::string& title) {
  std::vector<std::string> objects{"<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
                                   "<< /Title (" + title + ") >>"};
  std::string kids;
  for (const auto& page : pages) {
    std::string content = "BT\n";
    double y = 760;
    for (const PdfTextLine& line : page) {
      content += "/F1 " + std::to_string(line.size) + " Tf\n";
      int column = 0;
      for (std::size_t at = 0; at <= line.text.size(); ++column) {
        const std::size_t end = std::min(line.text.find('|', at), line.text.size());
        content +=
            "1 0 0 1 " + std::to_string(60 + 150 * column) + " " + std::to_string(y) + " Tm (" + line.text.substr(at, end - at) + ") Tj\n";
        at = end + 1;
      }
      y -= line.size * 1.3;
    }
    content += "ET";
    objects.push_back("<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream");
    objects.push_back("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents " + std::to_string(objects.size()) +
                      " 0 R /Resources << /Font << /F1 3 0 R >> >> >>");
    kids += std::to_string(objects.size()) + " 0 R ";
  }
  objects[1] = "<< /Type /Pages /Kids [" + kids + "] /Count " + std::to_string(pages.size()) + " >>";
  return pdf_of_objects(objects, "/Info 4 0 R");
}

Document only_document(const ParseOutcome& outcome) {
  EXPECT_EQ(outcome.skipped, "");
  EXPECT_EQ(outcome.documents.size(), 1U);
  return outcome.documents.empty() ? Document{} : outcome.documents[0];
}

void expect_read_or_refused_when_damaged(const std::string& whole, const std::string& name, std::size_t step, int mask, int even_mask) {
  for (std::size_t at = 0; at < whole.size(); at += step) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (at % 2 == 0 && even_mask != 0 ? even_mask : mask));
    for (const std::string& bytes : {whole.substr(0, at), flipped}) {
      const ParseOutcome outcome = parse_bytes(bytes, name);
      EXPECT_NE(outcome.skipped.empty(), outcome.documents.empty()) << at;
    }
  }
}

std::filesystem::path shared_folder() {
  if (const char* named = ::getenv("RAG_SHARED"); named && std::filesystem::exists(named)) return named;
  const std::filesystem::path beside = std::filesystem::path(RAG_SOURCE_DIR) / ".." / "shared";
  return std::filesystem::exists(beside) ? beside : std::filesystem::path();
}

}  // namespace rag::test
