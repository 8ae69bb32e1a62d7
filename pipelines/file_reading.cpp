#include "pipelines/file_reading.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "pipelines/corpus_file.h"
#include "pipelines/held_file.h"
#include "pipelines/source_plan.h"

namespace rag {
namespace {

constexpr int kReadings = 3;  // of a file that changes while it is read

bool is_as_it_was(const KnownFile& known, const ReadingRules& rules) {
  const FileRecord& record = known.record;
  // A document that was taken out with 'rag rm' comes back when its file changes, or the user asks for it.
  const bool by_hand = record.skipped.empty() && known.documents == 0;
  // What could not be read may have been the parser's fault, or this machine's on that day, or it had none for it yet.
  // So may what was read with loss: pages that are pictures, while a language pack was missing.
  const bool lossy = !record.skipped.empty() || !record.warnings.empty();
  if ((rules.reread && (by_hand || lossy)) || can_read_more_now(record, rules.listens)) return false;
  return !rules.redescribe || by_hand || !record.skipped.empty();
}

// The uri stands before it already, and files with the same trouble are one line of 'rag skipped'.
std::string without_path(std::string_view reason, const std::string& path) {
  return std::string(reason.starts_with(path + ": ") ? reason.substr(path.size() + 2) : reason);
}

FileReading read_once(ParserSandbox& sandbox, const FoundFile& found, const KnownFile* known, const ReadingRules& rules, const MakeRoom& make_room) {
  FileReading reading{.what = FileReading::What::Gone, .file = found};
  const std::optional<FoundFile> file = look_again(found);
  if (!file) return reading;
  reading.file = *file;
  reading.mtime_ns = trusted_mtime(file->mtime_ns);
  const HeldFile held(file->path, rules.root);
  const auto cannot_be_read = [&](std::string reason) {
    reading.what = look_again(found) ? FileReading::What::Unreadable : FileReading::What::Gone;
    reading.reason = std::move(reason);
    return reading;
  };
  if (!held.reason().empty()) return cannot_be_read(held.reason());
  const bool corpus = is_corpus(held.path(), file->uri);
  // A corpus is read line by line, of any size; hashing ten sparse gigabytes only to refuse them takes a while.
  if (const auto refusal = sandbox.refuse_size(file->size, file->uri); refusal && !corpus) {
    reading.what = FileReading::What::Refused;
    reading.reason = *refusal;
    return reading;
  }
  try {
    reading.content_hash = sha256_file(held.path());
  } catch (const Error& error) {
    return cannot_be_read(without_path(error.what(), held.path().string()));
  }
  reading.same_content = known && known->record.content_hash == reading.content_hash;
  if (reading.same_content && is_as_it_was(*known, rules)) {
    reading.what = FileReading::What::AsItWas;
  } else if (corpus) {
    reading.what = FileReading::What::Corpus;
  } else {
    reading.what = FileReading::What::Parsed;
    reading.outcome = sandbox.parse(held.path(), file->uri, make_room);
    // It grew, shrank or went meanwhile: what was read may be of no moment at all.
    reading.unsteady = !is_unchanged(*file);
  }
  return reading;
}

}  // namespace

std::size_t FileReading::weight() const {
  constexpr std::size_t kEach = 512;  // uri, hashes, metadata
  std::size_t bytes = kEach;
  for (const Document& document : outcome.documents)
    bytes += kEach + document.text.size() + sizeof(Page) * document.pages.size() + 2 * sizeof(Heading) * document.headings.size() + sizeof(Table) * document.tables.size();
  return bytes + kEach * outcome.members.size();
}

// A file written in the same moment it is read may change again without its time changing.  Such a time is not
// remembered, so that the next run looks at the content (git calls these entries racily clean).
std::int64_t trusted_mtime(std::int64_t mtime_ns) {
  using namespace std::chrono;
  const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  return now - mtime_ns < 50'000'000 ? 0 : mtime_ns;
}

bool is_unchanged(const FoundFile& file) {
  const std::optional<FoundFile> now = look_again(file);
  return now && now->size == file.size && now->mtime_ns == file.mtime_ns;
}

FileReading read_found_file(ParserSandbox& sandbox, const FoundFile& found, const KnownFile* known, const ReadingRules& rules, const MakeRoom& make_room) {
  using Clock = std::chrono::steady_clock;
  Clock::duration waited{};  // for others to take what was read before: no time that this file takes
  MakeRoom wait_for_room;
  if (make_room) wait_for_room = [&](std::size_t bytes, std::chrono::milliseconds most) {
    const auto asked = Clock::now();
    const bool made = make_room(bytes, most);
    waited += Clock::now() - asked;
    return made;
  };
  const auto start = Clock::now();
  FileReading reading = read_once(sandbox, found, known, rules, wait_for_room);
  for (int readings = 1; reading.unsteady && readings < kReadings; ++readings) reading = read_once(sandbox, found, known, rules, wait_for_room);
  reading.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start - waited).count();
  return reading;
}

}  // namespace rag
