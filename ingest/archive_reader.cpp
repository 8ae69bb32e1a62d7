#include "ingest/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

struct ArchiveDeleter {
  void operator()(archive* a) const { archive_read_free(a); }
};

[[noreturn]] void fail(const std::string& reason) { throw Error(ErrorKind::Ingest, reason); }

// libarchive's own words, on one line.
std::string why(archive* a) {
  const char* text = archive_error_string(a);
  return text ? escape_for_terminal(collapse_white_space(replace_invalid_utf8(text))) : "unknown trouble";
}

}  // namespace

std::map<std::string, std::string> read_zip(std::string_view bytes, const std::function<bool(std::string_view)>& wanted,
                                            const ArchiveLimits& limits) {
  constexpr std::size_t kRatioMattersFrom = std::size_t{16} << 20;
  const std::unique_ptr<archive, ArchiveDeleter> zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) fail("not a readable zip: " + why(zip.get()));
  std::map<std::string, std::string> members;
  std::size_t total = 0;
  archive_entry* entry = nullptr;
  for (;;) {
    const int outcome = archive_read_next_header(zip.get(), &entry);
    if (outcome == ARCHIVE_EOF) break;
    if (outcome < ARCHIVE_WARN) fail("damaged zip: " + why(zip.get()));
    const char* name = archive_entry_pathname(entry);
    if (!name || !wanted(name)) continue;
    if (archive_entry_is_encrypted(entry)) fail("encrypted; save it without a password");
    std::string content;
    std::array<char, 1 << 16> buffer;
    for (;;) {
      const la_ssize_t got = archive_read_data(zip.get(), buffer.data(), buffer.size());
      if (got == 0) break;
      if (got < 0) fail("damaged zip, in " + escape_for_terminal(name) + ": " + why(zip.get()));
      content.append(buffer.data(), static_cast<std::size_t>(got));
      total += static_cast<std::size_t>(got);
      if (content.size() > limits.max_member_bytes || total > limits.max_total_bytes ||
          (total > kRatioMattersFrom && total / limits.max_ratio > bytes.size()))
        fail("unpacks to more than " + std::to_string(total >> 20) + " MB from " + std::to_string(bytes.size() >> 10) +
             " KB: refused as a zip bomb");
    }
    members[name] = std::move(content);
  }
  return members;
}

std::vector<std::string> list_zip(std::string_view bytes, std::size_t most) {
  std::vector<std::string> names;
  const std::unique_ptr<archive, ArchiveDeleter> zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return names;
  archive_entry* entry = nullptr;
  while (names.size() < most && archive_read_next_header(zip.get(), &entry) >= ARCHIVE_WARN)
    if (const char* name = archive_entry_pathname(entry)) names.emplace_back(name);
  return names;
}

}  // namespace rag
