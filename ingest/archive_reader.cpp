// The only place of this room that knows libarchive.
#include "ingest/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/error.h"
#include "core/text.h"
#include "ingest/little_endian.h"

namespace rag {
namespace {

struct ArchiveDeleter {
  void operator()(archive* a) const { archive_read_free(a); }
};

[[noreturn]] void fail(const std::string& reason) { throw Error(ErrorKind::Ingest, reason); }

// libarchive hands out names in the thread's charset; names in UTF-8 come through whole only where that is UTF-8 too.
class Utf8Names {
 public:
  Utf8Names() : before_(::uselocale(utf8())) {}
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() { ::uselocale(before_); }

 private:
  // None, and the thread's stays, where a system lacks it.
  static locale_t utf8() {
    static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;
  }
  locale_t before_;
};

// libarchive's own words, on one line.
std::string why(archive* a) {
  const char* text = archive_error_string(a);
  return text ? escape_for_terminal(collapse_white_space(replace_invalid_utf8(text))) : "unknown trouble";
}

la_int64_t packed_position(archive* a) { return archive_filter_bytes(a, -1); }

}  // namespace

std::map<std::string, std::string> read_zip(std::string_view bytes, const std::function<bool(std::string_view)>& wanted,
                                            const ArchiveLimits& limits) {
  const Utf8Names names;
  const std::unique_ptr<archive, ArchiveDeleter> zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) fail("not a readable zip: " + why(zip.get()));
  std::map<std::string, std::string> members;
  std::size_t total = 0;
  la_int64_t end_of_last = 0;
  archive_entry* entry = nullptr;
  for (;;) {
    const int outcome = archive_read_next_header(zip.get(), &entry);
    if (outcome == ARCHIVE_EOF) break;
    if (outcome < ARCHIVE_WARN) fail("damaged zip: " + why(zip.get()));
    const char* name = archive_entry_pathname(entry);
    if (!name || !wanted(name)) continue;
    if (members.size() >= limits.max_members) fail("more than " + std::to_string(limits.max_members) + " members to unpack: refused as a zip bomb");
    if (members.contains(name)) fail("damaged zip: two members are called " + escape_for_terminal(name));
    if (archive_entry_is_encrypted(entry)) fail("encrypted; save it without a password");
    // Members that share their packed bytes are how a small zip becomes endless; they come in the order of their places.
    if (packed_position(zip.get()) < end_of_last) fail("damaged zip: " + escape_for_terminal(name) + " lies within another member");
    std::string content;
    std::array<char, 1 << 16> buffer;
    for (;;) {
      const la_ssize_t got = archive_read_data(zip.get(), buffer.data(), buffer.size());
      if (got == 0) break;
      if (got < 0) fail("damaged zip, in " + escape_for_terminal(name) + ": " + why(zip.get()));
      content.append(buffer.data(), static_cast<std::size_t>(got));
      total += static_cast<std::size_t>(got);
      if (content.size() > limits.max_member_bytes || total > limits.max_total_bytes || limits.is_bomb(total, bytes.size()))
        fail("unpacks to more than " + std::to_string(total >> 10) + " KB from " + std::to_string(bytes.size() >> 10) +
             " KB: refused as a zip bomb");
    }
    end_of_last = packed_position(zip.get());
    members[name] = std::move(content);
  }
  return members;
}

std::vector<std::string> list_zip(std::string_view bytes, std::size_t most) {
  std::vector<std::string> names;
  const Utf8Names in_utf8;
  const std::unique_ptr<archive, ArchiveDeleter> zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return names;
  archive_entry* entry = nullptr;
  while (names.size() < most && archive_read_next_header(zip.get(), &entry) >= ARCHIVE_WARN)
    if (const char* name = archive_entry_pathname(entry)) names.emplace_back(name);
  return names;
}

namespace {

constexpr std::string_view kZip = "application/zip";

struct ArchiveType {
  std::string_view media_type;
  int (*support)(archive*);
  bool is_filter;  // around a TAR or a single file
};

// Both of its formats, before version 5 and since; encrypted ones and parts of several are refused as such.
int support_rar(archive* a) {
  archive_read_support_format_rar(a);
  return archive_read_support_format_rar5(a);
}

constexpr std::array<ArchiveType, 8> kArchiveTypes{{
    {kZip, archive_read_support_format_zip, false},
    {"application/x-tar", archive_read_support_format_tar, false},
    {"application/x-7z-compressed", archive_read_support_format_7zip, false},
    {"application/vnd.rar", support_rar, false},
    {"application/gzip", archive_read_support_filter_gzip, true},
    {"application/x-bzip2", archive_read_support_filter_bzip2, true},
    {"application/x-xz", archive_read_support_filter_xz, true},
    {"application/zstd", archive_read_support_filter_zstd, true},
}};

class Visit {
 public:
  Visit(std::string_view bytes, const ArchiveType& type, MemberVisitor& visitor, const MemberLimits& limits, std::uint64_t& total)
      : bytes_(bytes), type_(type), visitor_(visitor), limits_(limits), total_(total), archive_(archive_read_new()) {
    type.support(archive_.get());
    if (type.is_filter) {
      archive_read_support_format_tar(archive_.get());
      archive_read_support_format_raw(archive_.get());
    }
    if (archive_read_open_memory(archive_.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) fail("not a readable archive: " + why());
  }

  std::string run() {
    for (bool any = false;; any = true) {
      archive_entry* entry = nullptr;
      const int outcome = archive_read_next_header(archive_.get(), &entry);
      if (outcome == ARCHIVE_EOF) return unseen();
      if (outcome < ARCHIVE_WARN) {
        if (!any) fail("not a readable archive: " + why());
        return "damaged or cut short: " + why();
      }
      if (++entries_ > kMaxEntries) return "more than " + std::to_string(kMaxEntries) + " entries";
      if (archive_entry_filetype(entry) == AE_IFDIR) continue;
      const MemberVisitor::Wish wish = visitor_.next(name_of(entry));
      if (wish == MemberVisitor::Wish::Stop) return "";
      if (std::string reason = visit(entry, wish == MemberVisitor::Wish::Unpack); !reason.empty()) return reason;
    }
  }

 private:
  static constexpr std::size_t kMaxEntries = 100'000;  // folders among them

  std::string why() const { return rag::why(archive_.get()); }
  bool is_zip() const { return type_.media_type == kZip; }
  std::uint64_t packed_position() const { return static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_filter_bytes(archive_.get(), -1))); }

  // libarchive leaves out of a ZIP what shares its place with another entry, and says nothing.
  std::string unseen() const {
    const std::size_t end = is_zip() ? bytes_.rfind("PK\x05\x06") : std::string_view::npos;
    constexpr std::size_t kMany = 0xFFFF;  // stands for "see elsewhere", too
    if (end == std::string_view::npos || end + 12 > bytes_.size()) return "";
    const std::size_t named = little_endian::u16(bytes_, end + 10);
    if (named == kMany || named <= entries_) return "";
    return std::to_string(named - entries_) + " of the " + std::to_string(named) + " entries of its directory lead to bytes of another";
  }

  std::string name_of(archive_entry* entry) const {
    if (archive_format(archive_.get()) == ARCHIVE_FORMAT_RAW) return "";
    const char* name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    return name ? name : "";
  }

  // Why nothing behind this member can be read; empty where it can.
  std::string visit(archive_entry* entry, bool wanted) {
    if (const std::string reason = obstacle(entry); !reason.empty()) {
      if (wanted) visitor_.cannot_unpack(reason);
      return "";
    }
    if (!wanted && is_zip()) return "";
    content_.clear();
    const Trouble trouble = unpack(wanted);
    if (wanted && trouble.reason.empty()) visitor_.unpacked(std::move(content_));
    if (wanted && !trouble.reason.empty()) visitor_.cannot_unpack(trouble.reason);
    content_ = {};
    return trouble.ends_visit ? trouble.reason : "";
  }

  std::string obstacle(archive_entry* entry) const {
    const auto kind = archive_entry_filetype(entry);
    if (archive_entry_hardlink(entry) || kind == AE_IFLNK) return "a link, not a file";
    if (kind != AE_IFREG && kind != 0) return "not a regular file";
    if (archive_entry_is_encrypted(entry)) return "encrypted; its password is not known";
    // Members that share their packed bytes with one another are how a small ZIP becomes endless.
    if (is_zip() && packed_position() < end_of_last_) return "overlaps another member";
    return "";
  }

  struct Trouble {
    std::string reason;  // empty where all of it was unpacked
    bool ends_visit = false;
  };

  Trouble unpack(bool keep) {
    const std::uint64_t start = is_zip() ? packed_position() : 0;
    std::uint64_t size = 0;
    for (;;) {
      const void* block = nullptr;
      std::size_t block_size = 0;
      la_int64_t offset = 0;
      const int outcome = archive_read_data_block(archive_.get(), &block, &block_size, &offset);
      end_of_last_ = std::max(end_of_last_, packed_position());
      // What a block was made of counts as read only when the next one is asked for, so this looks at the blocks before.
      if (const std::uint64_t of = is_zip() ? size : total_; is_bomb(of, packed_position() - start)) return bomb(of, packed_position() - start);
      if (outcome == ARCHIVE_EOF) return {};
      if (outcome != ARCHIVE_OK) return {"damaged: " + why(), outcome == ARCHIVE_FATAL};
      // A sparse file's holes come as a jump of the offset: bytes that were never written.
      if (offset < 0 || static_cast<std::uint64_t>(offset) != size) return {"a file with holes", false};
      size += block_size;
      total_ += block_size;
      if (total_ > limits_.max_total_bytes)
        return {"the files up to here unpack to more than " + std::to_string(limits_.max_total_bytes >> 20) + " MB", true};
      if (keep) content_.append(static_cast<const char*>(block), block_size);
    }
  }

  bool is_bomb(std::uint64_t unpacked, std::uint64_t packed) const {
    return unpacked > limits_.ratio_matters_from && unpacked / limits_.max_ratio > packed;
  }
  Trouble bomb(std::uint64_t unpacked, std::uint64_t packed) const {
    return {"unpacks to more than " + std::to_string(unpacked >> 10) + " KB from " + std::to_string(packed) + " bytes: refused as a bomb", !is_zip()};
  }

  std::string_view bytes_;
  const ArchiveType& type_;
  MemberVisitor& visitor_;
  const MemberLimits& limits_;
  std::uint64_t& total_;  // unpacked so far
  std::unique_ptr<archive, ArchiveDeleter> archive_;
  std::string content_;
  std::uint64_t end_of_last_ = 0;  // of a ZIP: behind the packed bytes of the members so far
  std::size_t entries_ = 0;
};

const ArchiveType* find_archive_type(std::string_view media_type) {
  const auto found = std::find_if(kArchiveTypes.begin(), kArchiveTypes.end(), [&](const ArchiveType& type) { return type.media_type == media_type; });
  return found == kArchiveTypes.end() ? nullptr : found;
}

}  // namespace

bool is_archive(std::string_view media_type) { return find_archive_type(media_type) != nullptr; }

std::string visit_members(std::string_view bytes, std::string_view media_type, MemberVisitor& visitor, std::uint64_t& total,
                          const MemberLimits& limits) {
  const ArchiveType* type = find_archive_type(media_type);
  if (!type) fail("not an archive this build opens: " + std::string(media_type));
  const Utf8Names names;
  return Visit(bytes, *type, visitor, limits, total).run();
}

}  // namespace rag
