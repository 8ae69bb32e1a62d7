#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "index/records.h"
#include "ingest/folder_walk.h"
#include "ingest/sandbox.h"

namespace rag {

// What a run does beside the usual with files that were read before.
struct ReadingRules {
  bool reread = false;      // tries what could not be read once more, or what was taken out by hand
  bool listens = true;      // recordings are transcribed in this run
  bool redescribe = false;  // the source's settings have changed: its documents get their metadata anew
  std::filesystem::path root;  // of the source: what does not lie in it is not read.  Empty: everything is
};

// What can be found out about a file without the index, and so on any thread.
struct FileReading {
  enum class What {
    Gone,        // it was there when the folder was listed
    Unreadable,  // `reason` says why; nothing is known of its content
    Refused,     // for its size, `reason` says so
    AsItWas,     // the same content as when it was last read, and nothing to do about it
    Corpus,      // of JSON lines, to be read one after the other
    Parsed,
  };
  What what = What::Gone;
  FoundFile file;            // as it looked right before it was read
  std::int64_t mtime_ns = 0;  // to remember; 0 where it is not to be trusted
  std::string reason;
  std::string content_hash;
  bool same_content = false;  // as when it was last read
  ParseOutcome outcome;       // where it was parsed
  bool unsteady = false;      // it changed while it was read, each time
  std::int64_t milliseconds = 0;

  std::size_t weight() const;  // about as many bytes as it takes
};

// Looks at a file of a plan, hashes it, and parses it where that is needed.  `known`: as the index has it, or nullptr.  A file that changes
// meanwhile is read again, up to three times.  `make_room`: see ParserSandbox::parse().  Throws what the sandbox throws: Error(Interrupted), Error(Io).
FileReading read_found_file(ParserSandbox& sandbox, const FoundFile& found, const KnownFile* known, const ReadingRules& rules, const MakeRoom& make_room = {});

// Whether it looks as it did.
bool is_unchanged(const FoundFile& file);

// The time to remember of a file that is being read; 0 where it may yet change without its time changing.
std::int64_t trusted_mtime(std::int64_t mtime_ns);

}  // namespace rag
