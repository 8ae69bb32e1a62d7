#include "ingest/picture_text.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/listing.h"
#include "ingest/archive_reader.h"
#include "ingest/ascii_lower.h"
#include "ingest/compound_file.h"
#include "ingest/document_builder.h"
#include "ingest/inflate.h"
#include "ingest/media_type.h"
#include "ingest/page_recognizer.h"
#include "ingest/pdf_text.h"
#include "ingest/zip_directory.h"

namespace rag {
namespace {

constexpr std::size_t kHardlyAnyLetters = 200;      // a heading and a date above what was scanned
constexpr std::size_t kMostPictures = 500;
constexpr std::uint64_t kLeastBytes = 20'000;       // of a picture that may be a page; logos have fewer
constexpr std::int64_t kLeastPixels = 250'000;      // likewise; a sheet of A4 at 75 dots an inch has half a million
constexpr std::string_view kHwp = "application/x-hwp", kOpenDocument = "application/vnd.oasis.opendocument.";

bool may_have_pictures(std::string_view media_type) {
  return media_type.starts_with("application/vnd.openxmlformats-officedocument.") || media_type.starts_with(kOpenDocument) || media_type == kHwp ||
         media_type == "application/hwp+zip" || media_type == "application/epub+zip";
}

struct Picture {
  std::string name;
  std::uint64_t bytes = 0;  // packed
};

// Not the small copies of the first page that programs keep for file managers.
bool is_picture(std::string_view name) {
  static constexpr std::string_view kExtensions[] = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"};
  const std::string lower = ascii_lower(name);
  if (lower.find("thumbnail") != std::string::npos || lower.starts_with("preview/")) return false;
  return std::any_of(std::begin(kExtensions), std::end(kExtensions), [&](std::string_view extension) { return lower.ends_with(extension); });
}

// "image2.png" before "image10.png".
bool is_before(const Picture& left, const Picture& right) {
  const auto digits_at = [](const std::string& name) { return name.find_last_not_of("0123456789", name.rfind('.') - 1) + 1; };
  const auto number = [&](const std::string& name) { return std::atol(name.c_str() + digits_at(name)); };
  const auto stem = [&](const std::string& name) { return std::string_view(name).substr(0, digits_at(name)); };
  if (stem(left.name) != stem(right.name)) return stem(left.name) < stem(right.name);
  return number(left.name) < number(right.name);
}

class Pictures {
 public:
  // Throws Error(Ingest) for what is damaged.
  Pictures(std::string_view bytes, std::string_view media_type) : bytes_(bytes) {
    if (media_type == kHwp) {
      storage_.emplace(bytes, "HWP");
      for (const std::string& name : storage_->streams("BinData")) add({name, storage_->size(name)});
    } else if (const auto directory = read_zip_directory(bytes, ArchiveLimits().max_members)) {
      for (const ZipEntry& entry : directory->entries) add({std::string(entry.name), entry.end - entry.begin});
    }
    std::sort(all_.begin(), all_.end(), is_before);
    if (media_type.starts_with(kOpenDocument) && !all_.empty()) sort_as_in(member("content.xml"));  // the flat form is no zip
  }

  const std::vector<Picture>& all() const { return all_; }

  std::string read(const Picture& picture) const {
    if (!storage_) return member(picture.name);
    std::string stored = storage_->read(picture.name);
    return media_type_of_signature(stored).starts_with("image/") ? stored : inflate_raw(stored).bytes;
  }

 private:
  void add(Picture picture) {
    if (is_picture(picture.name)) all_.push_back(std::move(picture));
  }

  std::string member(const std::string& wanted) const {
    auto members = read_zip(bytes_, [&](std::string_view name) { return name == wanted; });
    return members.empty() ? "" : std::move(members.begin()->second);
  }

  // Their names are sums of their bytes and say nothing.
  void sort_as_in(const std::string& content) {
    std::vector<std::pair<std::size_t, Picture>> placed;
    for (Picture& picture : all_) placed.emplace_back(content.find(picture.name), std::move(picture));
    std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    all_.clear();
    for (auto& [at, picture] : placed) all_.push_back(std::move(picture));
  }

  std::string_view bytes_;
  std::optional<CompoundFile> storage_;
  std::vector<Picture> all_;
};

// The words on the pictures, a paragraph or more each.
class Words {
 public:
  Words(const Pictures& pictures, bool has_text, const ParseLimits& limits, std::vector<std::string>& warnings)
      : pages_(limits, "picture"), has_text_(has_text), warnings_(warnings) {
    if (!pages_.recognizer()) return;
    for (const Picture& picture : pictures.all()) {
      if (number_ == static_cast<int>(kMostPictures) || !pages_.has_time()) break;
      ++number_;
      if (!has_text || picture.bytes >= kLeastBytes) read(pictures, picture);
    }
    mend_pdf_pages(texts_);
    if (number_ < static_cast<int>(pictures.all().size()))
      warnings.push_back("from picture " + std::to_string(number_ + 1) + " on: not recognised (" +
                         counted(pictures.all().size() - static_cast<std::size_t>(number_), "picture") + ")");
    if (const auto& empty = pages_.empty_pages(); !has_text && !empty.empty() && texts_.size() > empty.size())
      warnings.push_back(std::to_string(empty.size()) + " of " + counted(texts_.size(), "picture") + " in it have no text (" + pages_.reason() + "): " + page_list(empty));
    pages_.warn(warnings);
  }

  // Below what the document says itself.
  void add_to(Document& document) {
    DocumentBuilder builder;
    for (const std::string& text : texts_) builder.paragraph(text);
    if (builder.empty()) return;
    Document words = builder.finish();
    document.text += (document.text.empty() ? "" : "\n\n") + words.text;
    document.pages.clear();  // a slide's words would be said to stand on the last one
    if (document.language.empty()) document.language = words.language;
    pages_.describe(document.metadata);
  }

  std::string why_none() const { return pages_.reason(); }
  bool looked() { return pages_.recognizer() != nullptr; }

 private:
  // One that is damaged costs itself.
  void read(const Pictures& pictures, const Picture& picture) {
    std::string file;
    try {
      file = pictures.read(picture);
    } catch (const Error& damage) {
      warnings_.push_back("picture " + std::to_string(number_) + ": " + damage.what());
      return;
    }
    pages_.recognizer()->decode(file, [&](DecodedImage decoded) {
      if (!decoded.problem.empty()) {
        if (!has_text_) warnings_.push_back("picture " + std::to_string(number_) + ": " + decoded.problem);
        return false;
      }
      const auto pixels = static_cast<std::int64_t>(decoded.image.width) * decoded.image.height;
      if (!has_text_ || pixels >= kLeastPixels) texts_.push_back(pages_.read(number_, [&] { return std::move(decoded.image); }));
      return pages_.has_time();
    });
  }

  PageRecognizer pages_;
  const bool has_text_;
  std::vector<std::string>& warnings_;
  std::vector<std::string> texts_;
  int number_ = 0;
};

}  // namespace

Document read_with_pictures(const Format& format, std::string_view bytes, const std::string& uri, const std::string& media_type, const ParseLimits& limits,
                            std::vector<std::string>& warnings) {
  if (!may_have_pictures(media_type)) return format.read_within(bytes, uri, media_type, limits, warnings);
  Document document;
  std::string why_empty;
  try {
    document = format.read_within(bytes, uri, media_type, limits, warnings);
    if (count_letters_and_digits(document.text) >= kHardlyAnyLetters) return document;
  } catch (NoText& empty) {
    document = std::move(empty.document);
    why_empty = empty.what();
  }
  const Pictures pictures(bytes, media_type);
  const bool has_text = why_empty.empty();
  const auto large = static_cast<std::size_t>(
      std::count_if(pictures.all().begin(), pictures.all().end(), [](const Picture& picture) { return picture.bytes >= kLeastBytes; }));
  if (has_text && large == 0) return document;
  if (pictures.all().empty()) throw Error(ErrorKind::Ingest, why_empty);
  Words words(pictures, has_text, limits, warnings);
  words.add_to(document);
  if (has_text && !words.looked()) warnings.push_back(counted(large, "picture") + " in it not read (" + words.why_none() + ")");
  if (!has_letter_or_digit(document.text))
    throw Error(ErrorKind::Ingest, why_empty + ", but with " + counted(pictures.all().size(), "picture") + " (" + words.why_none() + ")");
  return document;
}

}  // namespace rag
