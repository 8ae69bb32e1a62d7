// Zips that are documents, and what is in a zip.  This and archive_visit.cpp are the only places of this room that know libarchive.
#include "ingest/archive_reader.h"

#include <array>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "ingest/libarchive.h"
#include "ingest/zip_directory.h"

namespace rag {
namespace {

[[noreturn]] void fail(const std::string& reason) { throw Error(ErrorKind::Ingest, reason); }

la_int64_t packed_position(archive* a) { return archive_filter_bytes(a, -1); }

}  // namespace

std::string why(archive* a) {
  const char* text = archive_error_string(a);
  return text ? escape_for_terminal(collapse_white_space(replace_invalid_utf8(text))) : "unknown trouble";
}

std::map<std::string, std::string> read_zip(std::string_view bytes, const std::function<bool(std::string_view)>& wanted,
                                            const ArchiveLimits& limits) {
  const Utf8Names names;
  const ArchiveHandle zip(archive_read_new());
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
  if (const std::optional<ZipDirectory> directory = read_zip_directory(bytes, most)) {
    for (const ZipEntry& entry : directory->entries) names.emplace_back(entry.name);
    return names;
  }
  const Utf8Names in_utf8;
  const ArchiveHandle zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return names;
  archive_entry* entry = nullptr;
  while (names.size() < most && archive_read_next_header(zip.get(), &entry) >= ARCHIVE_WARN)
    if (const char* name = archive_entry_pathname(entry)) names.emplace_back(name);
  return names;
}

}  // namespace rag
