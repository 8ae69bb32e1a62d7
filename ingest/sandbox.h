#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "core/make_room.h"
#include "ingest/ocr.h"

namespace rag {

struct ParseLimits {
  std::size_t max_file_bytes = std::size_t{512} << 20;   // larger files are refused before they are opened
  std::size_t max_address_space = std::size_t{1} << 30;  // of the child process
  std::size_t max_text_bytes = std::size_t{32} << 20;    // of a file's extracted text; what is beyond it is left out with a warning
  std::chrono::seconds max_cpu{30};                      // for one file, and once more for each page that is recognised
  std::chrono::seconds max_wall{60};                     // likewise, waiting for its bytes included
  OcrOptions ocr;
  std::vector<std::string> passwords;                    // tried in turn on encrypted PDFs, after the empty one, and ZIPs

  std::size_t processes = 0;                             // that read a file each at the same time; 0: one for each core

  // Called before a page is recognised: max_cpu and max_wall begin anew.  Empty where nobody counts.
  std::function<void()> grant_more_time;
  // Told by a sandbox that its child recognises the n-th page, or picture, of a file; on the thread that waits for it.
  std::function<void(const std::string& uri, std::size_t page)> on_page;
};

// A file within a file that gave no document, or was read with loss.
struct MemberOutcome {
  std::string uri;      // "a.zip!/b.exe"
  std::string skipped;  // why it has no document, one line; empty where it was read
  std::vector<std::string> warnings;
};

// What became of one file: its documents (several for a JSON Lines corpus, an archive, a mail with attachments), or the reason there
// are none.
struct ParseOutcome {
  std::vector<Document> documents;
  std::string skipped;                // one line, empty where the file was read
  std::vector<std::string> warnings;  // what was read with loss: "3 of 12 pages have no text"
  std::vector<MemberOutcome> members;  // those there is something to say of
};

// A piece of a corpus of JSON lines (ingest/json_lines.h).
struct CorpusPart {
  struct Line {
    std::uint64_t number = 0;  // from 1
    Document document;
  };
  std::vector<Line> documents;        // in the order of their lines
  std::vector<std::string> warnings;  // what was passed over: "line 7: no \"text\" field"
  std::uint64_t lines = 0;            // of the file, up to the end of this part
  std::uint64_t bytes = 0;            // likewise
  std::string trouble;                // why nothing behind it can be read; "" where it can, or there is nothing
};

// False where no more is wanted.
using TakeCorpusPart = std::function<bool(CorpusPart)>;

// Listens to the recordings among the files within a file: an archive, a mail.
class MemberListener {
 public:
  virtual ~MemberListener() = default;
  // Why no recording is listened to, asked before one is taken in; "" where they are.
  virtual std::string why_not() const = 0;
  // From an open file without a name.  Throws as ParserSandbox::parse() does.
  virtual ParseOutcome listen(int file, const std::string& uri, const std::string& media_type) = 0;
};

// Parses files in a child process under limits, so that a crash, a hang or a memory bomb costs one document, never the run.
// A child is kept and used for many files; a file that kills it gets a reason and the next file a new child.
// Safe to use from several threads at once: each file that is being read has a child of its own, up to ParseLimits::processes.
//
// The child can do nothing but compute: ingest/confinement.h.
class ParserSandbox {
 public:
  virtual ~ParserSandbox() = default;

  // Reads `file`, detects what it is, parses it.  Never throws for what the file holds.
  // `make_room`, where there is one, is asked for the bytes of each answer before that is taken in; the child stands still until it has them,
  // and none of its limits runs meanwhile.  `listener`, where there is one, gets the recordings that lie in the file.
  virtual ParseOutcome parse(const std::filesystem::path& file, const std::string& uri, const MakeRoom& make_room = {},
                             MemberListener* listener = nullptr) = 0;

  // Reads a corpus of JSON lines of any size, and hands over part after part: about a megabyte of text each, or one line where that has more.
  // Each part has max_cpu and max_wall for itself, each document max_text_bytes.  A line that ends the child is named in a warning and passed
  // over; after some of them the rest is not read.  Returns why the reading ended before the end of the file, in one line; "" where it did not.
  // Throws Error(Interrupted), and what `take` throws.
  virtual std::string read_corpus(const std::filesystem::path& file, const std::string& uri, const TakeCorpusPart& take) = 0;

  // Why a file of such a size and name is not to be read, nothing where it is.  Asked before its content is hashed, so that a sparse
  // file of ten gigabytes costs nothing.
  virtual std::optional<std::string> refuse_size(std::uint64_t bytes, const std::string& uri) const = 0;
};

// Starts one child, more when they are needed.  Fails with Error(Io) where none can be started.
std::unique_ptr<ParserSandbox> start_parser_sandbox(const ParseLimits& limits = {});

// The same work without the protection, in this process: for standard input, for tests, and what the child itself calls.
ParseOutcome parse_bytes(std::string_view bytes, const std::string& uri, const ParseLimits& limits = {});

}  // namespace rag
