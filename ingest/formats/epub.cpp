// Books: the chapters in the order of the spine, each read as the page of HTML it is.  A chapter without a heading of its own is
// headed by its name in the table of contents, which itself is not read.
#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/document_builder.h"
#include "ingest/epub_package.h"
#include "ingest/format.h"
#include "ingest/html_links.h"
#include "ingest/html_reader.h"
#include "ingest/member_path.h"
#include "ingest/text_file.h"
#include "ingest/xhtml.h"

namespace rag {
namespace {

using MemberSet = std::set<std::string, std::less<>>;

bool has_heading(std::string_view html) {
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1))
    if (at + 3 < html.size() && (html[at + 1] | 0x20) == 'h' && html[at + 2] >= '1' && html[at + 2] <= '6') return true;
  return false;
}

class Epub final : public Format {
 public:
  std::string name() const override { return "epub"; }
  std::vector<std::string> media_types() const override { return {"application/epub+zip"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    EpubPackage package = read_epub_package(bytes);
    const MemberSet wanted(package.chapters.begin(), package.chapters.end());
    const auto members = read_zip(bytes, [&](std::string_view name) { return wanted.contains(name); });
    DocumentBuilder builder;
    std::size_t missing = 0;
    for (const std::string& chapter : package.chapters) {
      const auto found = members.find(chapter);
      if (found == members.end()) {
        ++missing;
        continue;
      }
      add_chapter(found->second, chapter, package, wanted, builder, warnings);
    }
    if (missing > 0)
      warnings.push_back(std::to_string(missing) + " of " + std::to_string(package.chapters.size()) + " chapters are not in the file");
    // The book's own words, not those of a chapter's page.
    builder.title = package.title;
    builder.metadata = std::move(package.metadata);
    return builder.finish(package.chapters.empty() ? "a book without chapters" : "a book without text");
  }

 private:
  static void add_chapter(const std::string& bytes, const std::string& member, const EpubPackage& package, const MemberSet& wanted,
                          DocumentBuilder& builder, std::vector<std::string>& warnings) {
    constexpr std::size_t kMaxWarnings = 10;
    try {
      Metadata ignored;
      std::vector<std::string> losses;
      const std::string html = close_empty_elements(decode_file(bytes, losses, ignored, declared_charset(bytes)));
      for (const std::string& loss : losses)
        if (warnings.size() < kMaxWarnings) warnings.push_back(escape_for_terminal(member) + ": " + loss);
      // A table of contents that is a chapter like any other says again what the headings say.
      const LinkShare share = measure_links(html, [&](const std::string& href) {
        const std::string target = resolve_member(member, href);
        return target != member && wanted.contains(target);
      });
      if (share.is_contents()) return;
      const auto label = package.labels.find(member);
      if (label != package.labels.end() && share.text_bytes > 0 && !has_heading(html))
        builder.heading(label->second.level, label->second.text);
      add_html(html, builder);
    } catch (const Error& e) {
      if (warnings.size() < kMaxWarnings) warnings.push_back("chapter " + escape_for_terminal(member) + " is left out: " + e.what());
    }
  }
};

}  // namespace

std::unique_ptr<Format> make_epub_format() { return std::make_unique<Epub>(); }

}  // namespace rag
