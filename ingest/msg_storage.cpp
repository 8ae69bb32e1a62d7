#include "ingest/msg_storage.h"

#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/iconv_decoder.h"
#include "ingest/little_endian.h"
#include "ingest/summary_information.h"
#include "ingest/utf16.h"

namespace rag {
namespace {

constexpr const char* kUtf16 = "001F";
constexpr const char* kBytes8 = "001E";
constexpr const char* kBinary = "0102";
constexpr const char* kObject = "000D";

enum Id : std::uint16_t { kSubject = 0x0037, kSender = 0x0C1A, kBody = 0x1000, kInternetCodePage = 0x3FDE, kMessageCodePage = 0x3FFD };

}  // namespace

MsgStorage::MsgStorage(const CompoundFile& file, std::string prefix, std::string charset)
    : file_(&file), prefix_(std::move(prefix)), charset_(std::move(charset)) {
  read_numbers();
  if (charset_.empty()) charset_ = find_charset();
}

std::string MsgStorage::stream(std::uint16_t id, const char* type) const {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "__substg1.0_%04X%s", id, type);
  return prefix_ + name.data();
}

// Numbers and dates stand in one stream: after a head whose size says what kind of storage this is, sixteen bytes each.
void MsgStorage::read_numbers() {
  using namespace little_endian;
  const std::string path = prefix_ + "__properties_version1.0";
  if (!file_->has(path)) return;
  const std::string properties = file_->read(path);
  const std::size_t head = prefix_.empty() ? 32 : prefix_.ends_with("_3701000D/") ? 24 : 8;
  for (std::size_t at = head; at + 16 <= properties.size(); at += 16) numbers_[u16(properties, at + 2)] = u64(properties, at + 8);
}

// What the message says of its code page, unless its text means nothing in it; else what its text looks most like.
std::string MsgStorage::find_charset() const {
  std::string sample;
  for (const std::uint16_t id : {kSubject, kSender, kBody})
    if (file_->has(stream(id, kBytes8))) sample += file_->read(stream(id, kBytes8)) + "\n";
  if (sample.empty()) return "CP1252";
  std::string named;
  for (const std::uint16_t id : {kMessageCodePage, kInternetCodePage}) {
    const auto code_page = static_cast<std::uint32_t>(number(id));
    if (code_page == 0 || code_page == 1200 || code_page > 65535) continue;
    const std::string charset = charset_of_code_page(code_page);
    const Converted converted = convert_to_utf8(sample, charset);
    if (!converted.known) continue;
    if (converted.replaced == 0) return charset;
    if (named.empty()) named = charset;
  }
  try {
    return decode_text(sample, named).charset;
  } catch (const Error&) {
    return named.empty() ? "CP1252" : named;
  }
}

std::string MsgStorage::text(std::uint16_t id) const {
  std::string text;
  if (has_utf16(id))
    text = utf16le_to_utf8(file_->read(stream(id, kUtf16)));
  else if (file_->has(stream(id, kBytes8)))
    text = convert_to_utf8(file_->read(stream(id, kBytes8)), charset_).text;
  while (text.ends_with('\0')) text.pop_back();
  return text;
}

std::string MsgStorage::bytes(std::uint16_t id) const {
  for (const char* type : {kBinary, kBytes8})
    if (file_->has(stream(id, type))) return file_->read(stream(id, type));
  return "";
}

std::uint64_t MsgStorage::number(std::uint16_t id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? 0 : found->second;
}

bool MsgStorage::has_utf16(std::uint16_t id) const { return file_->has(stream(id, kUtf16)); }

std::size_t MsgStorage::size(std::uint16_t id) const { return file_->size(stream(id, kBinary)); }

std::vector<MsgStorage> MsgStorage::children(std::string_view kind) const {
  std::set<std::string> prefixes;
  for (const std::string& path : file_->streams(prefix_.substr(0, prefix_.empty() ? 0 : prefix_.size() - 1)))
    if (const std::size_t slash = path.find('/', prefix_.size());
        slash != std::string::npos && path.compare(prefix_.size(), kind.size(), kind) == 0)
      prefixes.insert(path.substr(0, slash + 1));
  std::vector<MsgStorage> found;
  for (const std::string& prefix : prefixes) found.emplace_back(*file_, prefix, charset_);
  return found;
}

bool MsgStorage::has_inner_message(std::uint16_t id) const { return file_->has(stream(id, kObject) + "/__properties_version1.0"); }

MsgStorage MsgStorage::inner_message(std::uint16_t id) const { return {*file_, stream(id, kObject) + "/"}; }

}  // namespace rag
