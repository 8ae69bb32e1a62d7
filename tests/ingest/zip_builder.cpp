#include "zip_builder.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <locale.h>
#include <zlib.h>

#include "compound_file_builder.h"

namespace rag::test {
namespace {

std::uint32_t crc_of(const std::string& content) {
  return static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
}

// What local header and directory have in common.
std::string common_head(const ZipMember& member, std::size_t packed_size) {
  return le16(20) + le16(member.flags) + le16(member.deflate ? 8 : 0) + le16(0) + le16(0x5821) + le32(crc_of(member.content) + member.wrong_crc) +
         le32(static_cast<std::uint32_t>(packed_size)) + le32(static_cast<std::uint32_t>(member.content.size())) +
         le16(static_cast<std::uint16_t>(member.name.size()));
}

std::string local_entry(const ZipMember& member) {
  const std::string packed = member.deflate ? deflate_raw(member.content) : member.content;
  return "PK\x03\x04" + common_head(member, packed.size()) + le16(0) + member.name + packed;
}

std::string directory_entry(const ZipMember& member, std::size_t offset) {
  const std::size_t packed_size = member.deflate ? deflate_raw(member.content).size() : member.content.size();
  return "PK\x01\x02" + le16(20) + common_head(member, packed_size) + le16(static_cast<std::uint16_t>(member.extra.size())) + le16(0) + le16(0) +
         le16(0) + le32(0) + le32(static_cast<std::uint32_t>(offset)) + member.name + member.extra;
}

std::string with_directory(const std::string& body, const std::vector<ZipMember>& members, const std::vector<std::size_t>& offsets) {
  std::string directory;
  for (std::size_t i = 0; i < members.size(); ++i) directory += directory_entry(members[i], offsets[i]);
  const auto count = static_cast<std::uint16_t>(members.size());
  return body + directory + "PK\x05\x06" + le16(0) + le16(0) + le16(count) + le16(count) + le32(static_cast<std::uint32_t>(directory.size())) +
         le32(static_cast<std::uint32_t>(body.size())) + le16(0);
}

struct Body {
  std::string bytes;
  std::vector<std::size_t> offsets;
};
Body body_of(const std::vector<ZipMember>& members) {
  Body body;
  for (const ZipMember& member : members) {
    body.offsets.push_back(body.bytes.size());
    body.bytes += local_entry(member);
  }
  return body;
}

std::string le64(std::uint64_t value) { return le32(static_cast<std::uint32_t>(value)) + le32(static_cast<std::uint32_t>(value >> 32)); }

std::string byte(unsigned value) { return std::string(1, static_cast<char>(value)); }

// A block of a RAR of version 4: the lower half of its checksum, then what it covers.
std::string rar4_block(const std::string& covered) { return le16(static_cast<std::uint16_t>(crc_of(covered))) + covered; }

std::string build_rar4(const std::string& name, const std::string& content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  const std::string fields = le32(size) + le32(size) + byte(3) + le32(crc_of(content)) + le32(0x58210000) + byte(20) + byte(0x30) +
                             le16(static_cast<std::uint16_t>(name.size())) + le32(0100644) + name;
  const std::string file = byte(0x74) + le16(0x8000) + le16(static_cast<std::uint16_t>(7 + fields.size())) + fields;
  return "Rar!\x1A\x07" + byte(0) + rar4_block(byte(0x73) + le16(0) + le16(13) + le16(0) + le32(0)) + rar4_block(file) + content +
         rar4_block(byte(0x7B) + le16(0x4000) + le16(7));
}

// Numbers of RAR 5 have seven bits a byte.
std::string vint(std::size_t value) {
  std::string bytes;
  for (; value > 0x7F; value >>= 7) bytes += byte(static_cast<unsigned>(value & 0x7F) | 0x80);
  return bytes + byte(static_cast<unsigned>(value));
}

std::string rar5_block(const std::string& fields) {
  const std::string covered = vint(fields.size()) + fields;
  return le32(crc_of(covered)) + covered;
}

std::string build_rar5(const std::string& name, const std::string& content) {
  const std::string file = vint(2) + vint(2) + vint(content.size()) + vint(4) + vint(content.size()) + vint(0100644) + le32(crc_of(content)) + vint(0) +
                           vint(1) + vint(name.size()) + name;
  return "Rar!\x1A\x07\x01" + byte(0) + rar5_block(vint(1) + vint(0) + vint(0)) + rar5_block(file) + content + rar5_block(vint(5) + vint(0) + vint(0));
}

// libarchive converts names through the thread's charset.
class Utf8Locale {
 public:
  Utf8Locale() : utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(::uselocale(utf8_)) {}
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() {
    ::uselocale(before_);
    ::freelocale(utf8_);
  }

 private:
  locale_t utf8_, before_;
};

class ArchiveWriter {
 public:
  ArchiveWriter(const std::string& format, const std::string& filter, const std::string& options = "", const std::string& password = "")
      : archive_(archive_write_new()) {
    EXPECT_EQ(archive_write_set_format_by_name(archive_, format.c_str()), ARCHIVE_OK) << format;
    if (!options.empty()) {
      EXPECT_EQ(archive_write_set_options(archive_, options.c_str()), ARCHIVE_OK) << archive_error_string(archive_);
    }
    if (!password.empty()) archive_write_set_passphrase(archive_, password.c_str());
    if (filter != "none") {
      EXPECT_GE(archive_write_add_filter_by_name(archive_, filter.c_str()), ARCHIVE_WARN) << filter;
    }
    archive_write_set_bytes_in_last_block(archive_, 1);
    archive_write_open(archive_, &bytes_, nullptr, append, nullptr);
  }
  void add(const std::string& name, const std::string& content, const char* link = nullptr) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, link ? AE_IFLNK : AE_IFREG);
    if (link) archive_entry_set_symlink(entry, link);
    else archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_perm(entry, 0644);
    EXPECT_GE(archive_write_header(archive_, entry), ARCHIVE_WARN) << archive_error_string(archive_);
    if (!content.empty()) archive_write_data(archive_, content.data(), content.size());
    archive_entry_free(entry);
  }
  std::string take() {
    archive_write_close(archive_);
    archive_write_free(archive_);
    return std::move(bytes_);
  }

 private:
  static la_ssize_t append(archive*, void* target, const void* data, size_t size) {
    static_cast<std::string*>(target)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }

  Utf8Locale utf8_;
  archive* archive_;
  std::string bytes_;
};

}  // namespace

std::string build_zip(const std::vector<ZipMember>& members) {
  const Body body = body_of(members);
  return with_directory(body.bytes, members, body.offsets);
}

std::string build_zip_with_shared_bytes(const std::vector<ZipMember>& members, std::size_t which, std::size_t instead) {
  Body body = body_of(members);
  body.offsets[which] = body.offsets[instead];
  return with_directory(body.bytes, members, body.offsets);
}

std::string build_overlapping_zip(const std::string& inner_name, const std::string& inner_content) {
  const ZipMember inner{.name = inner_name, .content = inner_content};
  const ZipMember outer{.name = "outer.txt", .content = "words before " + local_entry(inner) + " and after"};
  const std::string body = local_entry(outer);
  return with_directory(body, {outer, inner}, {0, body.find("PK\x03\x04", 4)});
}

std::string make_archive(const std::string& format, const std::string& filter, const std::vector<std::pair<std::string, std::string>>& members) {
  ArchiveWriter writer(format, filter);
  for (const auto& [name, content] : members) writer.add(name, content);
  return writer.take();
}

std::string make_encrypted_zip(const std::string& encryption, const std::string& password, const std::vector<std::pair<std::string, std::string>>& members) {
  ArchiveWriter writer("zip", "none", "zip:encryption=" + encryption, password);
  for (const auto& [name, content] : members) writer.add(name, content);
  return writer.take();
}

std::string build_zip64(const std::vector<ZipMember>& members) {
  const Body body = body_of(members);
  std::string directory;
  for (std::size_t i = 0; i < members.size(); ++i) {
    ZipMember far = members[i];
    far.extra = le16(1) + le16(8) + le64(body.offsets[i]);
    directory += directory_entry(far, 0xFFFFFFFF);
  }
  const std::uint64_t count = members.size(), at = body.bytes.size();
  return body.bytes + directory + "PK\x06\x06" + le64(44) + le16(45) + le16(45) + le32(0) + le32(0) + le64(count) + le64(count) + le64(directory.size()) +
         le64(at) + "PK\x06\x07" + le32(0) + le64(at + directory.size()) + le32(1) + "PK\x05\x06" + le16(0) + le16(0) + le16(0xFFFF) + le16(0xFFFF) +
         le32(0xFFFFFFFF) + le32(0xFFFFFFFF) + le16(0);
}

std::string build_rar(int version, const std::string& name, const std::string& content) {
  return version == 4 ? build_rar4(name, content) : build_rar5(name, content);
}

std::string make_tar_with_link(const std::string& name) {
  ArchiveWriter writer("gnutar", "none");
  writer.add(name, "", "/etc/passwd");
  writer.add("real.txt", "words");
  return writer.take();
}

}  // namespace rag::test
