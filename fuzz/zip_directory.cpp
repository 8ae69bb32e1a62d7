// The directory at a ZIP's end: all of an entry lies within the file, and each can be told alone to another reader.
#include <algorithm>
#include <string>

#include "fuzz.h"
#include "ingest/zip_directory.h"

namespace {

constexpr std::size_t kMost = 1000;
constexpr std::uint64_t kLow = 0xFFFFFFFF;

bool lies_in(std::string_view part, std::string_view whole) { return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()); }

// Where the end of a record could be taken for what leads to a directory of 64 bits, that is looked for first.
bool ends_as_locator(std::string_view record) { return record.size() >= 20 && record.substr(record.size() - 20).starts_with("PK\x06\x07"); }

}  // namespace

FUZZ(bytes) {
  rag::is_part_of_split_zip(bytes);
  const auto directory = rag::read_zip_directory(bytes, kMost);
  if (!directory) return;
  rag::fuzz::require(directory->entries.size() <= kMost);
  const auto before = [](const rag::ZipEntry& a, const rag::ZipEntry& b) { return a.begin < b.begin; };
  rag::fuzz::require(std::is_sorted(directory->entries.begin(), directory->entries.end(), before));
  std::size_t asked = 0;
  for (const rag::ZipEntry& entry : directory->entries) {
    rag::fuzz::require(lies_in(entry.name, bytes) && lies_in(entry.record, bytes) && entry.begin <= entry.end);
    if (ends_as_locator(entry.record) || (entry.begin & kLow) == kLow || ++asked > 20) continue;
    const std::string alone = std::string(bytes) + rag::directory_of_one(entry, bytes.size());
    const auto one = rag::read_zip_directory(alone, kMost);
    rag::fuzz::require(one && one->entries.size() == 1 && one->claimed == 1);
    rag::fuzz::require(one->entries[0].name == entry.name && one->entries[0].begin == (entry.begin & kLow));
  }
}
