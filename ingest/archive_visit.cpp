// Archives whose files are documents of their own, walked through file by file.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/libarchive.h"
#include "ingest/split_archive.h"
#include "ingest/zip_directory.h"

namespace rag {
namespace {

constexpr std::string_view kZip = "application/zip", kTar = "application/x-tar", kSevenZip = "application/x-7z-compressed", kRar = "application/vnd.rar";
constexpr std::size_t kMaxEntries = 100'000;  // folders among them
constexpr int kMostReopenings = 8;            // each of them may unpack again what lies before the damage

[[noreturn]] void fail(const std::string& reason) { throw Error(ErrorKind::Ingest, reason); }

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
    {kTar, archive_read_support_format_tar, false},
    {kSevenZip, archive_read_support_format_7zip, false},
    {kRar, support_rar, false},
    {"application/gzip", archive_read_support_filter_gzip, true},
    {"application/x-bzip2", archive_read_support_filter_bzip2, true},
    {"application/x-xz", archive_read_support_filter_xz, true},
    {"application/zstd", archive_read_support_filter_zstd, true},
}};

// A ZIP and behind it a directory that leads to one of its members, for libarchive to read from.
class ZipOfOne {
 public:
  ZipOfOne(std::string_view bytes, const ZipEntry& entry) : bytes_(bytes), directory_(directory_of_one(entry, bytes.size())) {}
  ZipOfOne(const ZipOfOne&) = delete;
  ZipOfOne& operator=(const ZipOfOne&) = delete;

  int open(archive* a) {
    archive_read_set_callback_data(a, this);
    archive_read_set_read_callback(a, read);
    archive_read_set_seek_callback(a, seek);
    return archive_read_open1(a);
  }

 private:
  std::size_t size() const { return bytes_.size() + directory_.size(); }

  static la_ssize_t read(archive*, void* self, const void** block) {
    auto& from = *static_cast<ZipOfOne*>(self);
    const bool in_directory = from.at_ >= from.bytes_.size();
    const std::string_view left = in_directory ? std::string_view(from.directory_).substr(from.at_ - from.bytes_.size()) : from.bytes_.substr(from.at_);
    *block = left.data();
    from.at_ += left.size();
    return static_cast<la_ssize_t>(left.size());
  }

  static la_int64_t seek(archive*, void* self, la_int64_t offset, int whence) {
    auto& from = *static_cast<ZipOfOne*>(self);
    const std::size_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? from.at_ : from.size();
    const la_int64_t to = static_cast<la_int64_t>(base) + offset;
    if (to < 0) return ARCHIVE_FATAL;
    from.at_ = std::min(static_cast<std::size_t>(to), from.size());
    return static_cast<la_int64_t>(from.at_);
  }

  std::string_view bytes_;
  std::string directory_;
  std::size_t at_ = 0;
};

class Visit {
 public:
  Visit(std::string_view bytes, const ArchiveType& type, MemberVisitor& visitor, const MemberLimits& limits, const std::vector<std::string>& passwords,
        std::uint64_t& total)
      : bytes_(bytes), type_(type), visitor_(visitor), limits_(limits), passwords_(passwords), total_(total) {}

  std::string run() {
    if (type_.media_type == kZip) {
      if (const auto directory = read_zip_directory(bytes_, kMaxEntries)) return by_directory(*directory);
    }
    return in_order();
  }

 private:
  struct Trouble {
    std::string reason;  // empty where all of it was unpacked
    bool ends_visit = false;
    bool wrong_password = false;  // or damaged: nobody can tell
  };

  // Each member for itself, so that a damaged one costs itself alone, and whatever it costs is paid once.
  std::string by_directory(const ZipDirectory& directory) {
    if (is_part_of_split_zip(bytes_)) fail(kPartOfSeveral);
    for (const ZipEntry& entry : directory.entries) {
      if (entry.is_folder) continue;
      const MemberVisitor::Wish wish = visitor_.next(std::string(entry.name));
      if (wish == MemberVisitor::Wish::Stop) return "";
      // Members that share their packed bytes with one another are how a small ZIP becomes endless.
      const bool overlaps = entry.begin < end_of_last_;
      if (wish == MemberVisitor::Wish::PassOver) {
        if (!overlaps) end_of_last_ = std::min<std::uint64_t>(entry.end, bytes_.size());
        continue;
      }
      const Trouble trouble = overlaps ? Trouble{"overlaps another member"} : unpack_alone(entry);
      tell(trouble);
      if (trouble.ends_visit) return trouble.reason;
    }
    if (directory.claimed > directory.entries.size() && !directory.has_more)
      visitor_.lost(std::to_string(directory.claimed - directory.entries.size()) + " of the " + std::to_string(directory.claimed) +
                    " entries of its directory cannot be read");
    return directory.has_more ? too_many_entries() : "";
  }

  Trouble unpack_alone(const ZipEntry& entry) {
    Trouble trouble = unpack_with(entry, nullptr);
    if (!trouble.wrong_password) return trouble;
    if (passwords_.empty()) return {"encrypted: it needs a password; put it in a --password-file"};
    // Whether one is right, the old encryption can say for one byte only: the content's checksum decides.
    for (const std::string& password : passwords_)
      if (trouble = unpack_with(entry, &password); !trouble.wrong_password) return trouble;
    return {"encrypted: no password of the --password-file opens it"};
  }

  Trouble unpack_with(const ZipEntry& entry, const std::string* password) {
    ZipOfOne source(bytes_, entry);
    archive_.reset(archive_read_new());
    archive_read_support_format_zip_seekable(archive_.get());
    if (password) archive_read_add_passphrase(archive_.get(), password->c_str());
    archive_entry* header = nullptr;
    is_damage_ = false;
    const bool opened = source.open(archive_.get()) == ARCHIVE_OK && archive_read_next_header(archive_.get(), &header) >= ARCHIVE_WARN;
    Trouble trouble = opened ? Trouble{obstacle(header)} : Trouble{"damaged: " + why()};
    const bool is_encrypted = opened && archive_entry_is_encrypted(header);
    if (trouble.reason.empty() && (!is_encrypted || password)) trouble = unpack(true);
    else if (trouble.reason.empty()) trouble.wrong_password = true;
    if (password && is_damage_) trouble.wrong_password = true;
    archive_.reset();
    return trouble;
  }

  void open() {
    archive_.reset(archive_read_new());
    type_.support(archive_.get());
    if (type_.is_filter) {
      archive_read_support_format_tar(archive_.get());
      archive_read_support_format_raw(archive_.get());
    }
    if (archive_read_open_memory(archive_.get(), bytes_.data(), bytes_.size()) != ARCHIVE_OK) fail("not a readable archive: " + why());
  }

  // As the files come.
  std::string in_order() {
    open();
    for (bool in_damage = false;;) {
      archive_entry* entry = nullptr;
      const int outcome = archive_read_next_header(archive_.get(), &entry);
      if (outcome == ARCHIVE_EOF) return "";
      if (outcome == ARCHIVE_RETRY) {  // of a TAR: what is no header, the next one is looked for
        if (!std::exchange(in_damage, true)) visitor_.lost("a damaged header in it; what stands behind that, up to the next one, is not read");
        continue;
      }
      if (outcome < ARCHIVE_WARN) {
        if (entries_ == 0) fail(is_encrypted() ? kEncryptedNames : "not a readable archive: " + why());
        const std::string reason = "damaged or cut short: " + why();
        if (!go_on_behind_damage()) return with_count(reason);
        continue;
      }
      in_damage = false;
      if (++entries_ > kMaxEntries) return too_many_entries();
      if (archive_entry_filetype(entry) == AE_IFDIR) continue;
      const MemberVisitor::Wish wish = visitor_.next(name_of(entry));
      if (wish == MemberVisitor::Wish::Stop) return "";
      const Trouble trouble = visit(entry, wish == MemberVisitor::Wish::Unpack);
      if (!trouble.ends_visit) continue;
      if (!is_damage_ || !go_on_behind_damage()) return with_count(trouble.reason);
    }
  }

  Trouble visit(archive_entry* entry, bool wanted) {
    is_damage_ = false;
    Trouble trouble{obstacle(entry)};
    if (trouble.reason.empty() && archive_entry_is_encrypted(entry)) trouble.reason = kEncrypted;
    if (trouble.reason.empty()) trouble = unpack(wanted);
    if (wanted) tell(trouble);
    content_ = {};
    return trouble;
  }

  void tell(const Trouble& trouble) {
    if (trouble.reason.empty()) visitor_.unpacked(std::move(content_));
    else visitor_.cannot_unpack(trouble.reason);
    content_ = {};
  }

  // libarchive gives an archive up at the first damage; these know where their other files are.  A TAR within a damaged stream does not.
  bool go_on_behind_damage() {
    if ((type_.media_type != kSevenZip && type_.media_type != kRar) || ++reopenings_ > kMostReopenings) return false;
    open();
    return pass_over(entries_) == entries_;
  }

  // How many entries could be passed over without unpacking them.
  std::size_t pass_over(std::size_t entries, std::size_t* files = nullptr) {
    archive_entry* entry = nullptr;
    for (std::size_t passed = 0; passed < entries; ++passed) {
      const int outcome = archive_read_next_header(archive_.get(), &entry);
      if (outcome == ARCHIVE_EOF || outcome < ARCHIVE_WARN) return passed;
      if (files && archive_entry_filetype(entry) != AE_IFDIR) ++*files;
    }
    return entries;
  }

  // With how many files lie behind the place where the visit ended, where the archive tells.
  std::string with_count(const std::string& reason) {
    if (type_.media_type != kSevenZip && type_.media_type != kRar) return reason;
    open();
    std::size_t files = 0;
    if (pass_over(entries_) == entries_) pass_over(kMaxEntries, &files);
    return files == 0 ? reason : reason + " (" + counted(files, "file") + " behind it)";
  }

  static std::string too_many_entries() { return "more than " + std::to_string(kMaxEntries) + " entries"; }

  std::string why() const { return rag::why(archive_.get()); }
  bool is_encrypted() const { return archive_read_has_encrypted_entries(archive_.get()) == 1; }
  std::uint64_t packed_position() const { return static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_filter_bytes(archive_.get(), -1))); }

  std::string name_of(archive_entry* entry) const {
    if (archive_format(archive_.get()) == ARCHIVE_FORMAT_RAW) return "";
    const char* name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    return name ? name : "";
  }

  static std::string obstacle(archive_entry* entry) {
    const auto kind = archive_entry_filetype(entry);
    if (archive_entry_hardlink(entry) || kind == AE_IFLNK) return "a link, not a file";
    if (kind != AE_IFREG && kind != 0) return "not a regular file";
    return "";
  }

  // Files of a ZIP are packed one by one; in the others they share a stream with those before them.
  bool is_alone() const { return type_.media_type == kZip; }

  Trouble unpack(bool keep) {
    content_.clear();
    const std::uint64_t start = is_alone() ? packed_position() : 0;
    std::uint64_t size = 0;
    for (;;) {
      const void* block = nullptr;
      std::size_t block_size = 0;
      la_int64_t offset = 0;
      const int outcome = archive_read_data_block(archive_.get(), &block, &block_size, &offset);
      end_of_last_ = std::max(end_of_last_, packed_position());
      // What a block was made of counts as read only when the next one is asked for, so this looks at the blocks before.
      const std::uint64_t unpacked = is_alone() ? size : unpacked_, packed = packed_position() - start;
      if (is_bomb(unpacked, packed)) return bomb(unpacked, packed);
      if (outcome == ARCHIVE_EOF) return {};
      if (outcome != ARCHIVE_OK) {
        is_damage_ = true;
        return {(outcome == ARCHIVE_FAILED ? "cannot be unpacked: " : "damaged: ") + why(), outcome == ARCHIVE_FATAL && !is_alone()};
      }
      // A sparse file's holes come as a jump of the offset: bytes that were never written.
      if (offset < 0 || static_cast<std::uint64_t>(offset) != size) return {"a file with holes"};
      size += block_size;
      unpacked_ += block_size;
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
    return {"unpacks to more than " + std::to_string(unpacked >> 10) + " KB from " + std::to_string(packed) + " bytes: refused as a bomb", !is_alone()};
  }

  static constexpr const char* kEncrypted = "encrypted; passwords are tried on PDFs and ZIPs only";
  static constexpr const char* kEncryptedNames = "encrypted, the names of its files too; passwords are tried on PDFs and ZIPs only";

  std::string_view bytes_;
  const ArchiveType& type_;
  MemberVisitor& visitor_;
  const MemberLimits& limits_;
  const std::vector<std::string>& passwords_;
  std::uint64_t& total_;         // unpacked so far, of other archives too
  std::uint64_t unpacked_ = 0;   // likewise, of this one
  ArchiveHandle archive_;
  std::string content_;
  std::uint64_t end_of_last_ = 0;  // of a ZIP: behind the packed bytes of the members so far
  std::size_t entries_ = 0;
  int reopenings_ = 0;
  bool is_damage_ = false;  // what ended the last file
};

const ArchiveType* find_archive_type(std::string_view media_type) {
  const auto found = std::find_if(kArchiveTypes.begin(), kArchiveTypes.end(), [&](const ArchiveType& type) { return type.media_type == media_type; });
  return found == kArchiveTypes.end() ? nullptr : found;
}

}  // namespace

bool is_archive(std::string_view media_type) { return find_archive_type(media_type) != nullptr; }

std::string visit_members(std::string_view bytes, std::string_view media_type, MemberVisitor& visitor, std::uint64_t& total,
                          const MemberLimits& limits, const std::vector<std::string>& passwords) {
  const ArchiveType* type = find_archive_type(media_type);
  if (!type) fail("not an archive this build opens: " + std::string(media_type));
  const Utf8Names names;
  return Visit(bytes, *type, visitor, limits, passwords, total).run();
}

}  // namespace rag
