#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ingest/archive_reader.h"
#include "ingest/sandbox.h"

namespace rag {

// How far files within files are followed.  All of it holds for one outer file.
struct ContainerLimits {
  std::size_t max_members = 1000;
  int max_nested_archives = 1;  // an archive in an archive is opened, one in that is not
  int max_nested_mails = 1;     // the same for a mail attached to a mail; mails and archives do not count for each other
  std::size_t max_text_bytes = std::size_t{256} << 20;  // of all documents together
  MemberLimits unpack;
};

// What was read of a file before the reading was broken off, for it to go on from there.
struct MembersRead {
  std::string last;              // a member's uri: what comes up to it, itself included, is passed over.  "": nothing was read
  std::uint64_t unpacked = 0;    // so much of the limits is used up: bytes ...
  std::uint64_t text_bytes = 0;  // ... and bytes of documents
};

// A recording in a file, which is for others to listen to.
struct MemberRecording {
  std::string uri, media_type;
  Metadata mail;  // of the mail it was attached to
  std::uint64_t bytes = 0;
};

// Told of each member.
class MemberWatch {
 public:
  virtual ~MemberWatch() = default;
  // Before it is read.  `so_far`: what has been read since the last call, to be taken away or left; `read`: to go on behind this one with.
  virtual void before(const std::string& member_uri, ParseOutcome& so_far, const MembersRead& read) = 0;
  // False where nobody listens: then it is named as what it is.
  virtual bool take(const MemberRecording&, std::string_view /*bytes*/) { return false; }
};

// Reads a file and what lies in it: the members of an archive, the attachments of a mail, each a document "a.zip!/b.docx" of its own.
// A member that gives none is named in ParseOutcome::members; one that cannot be read costs no other.
// `read`: what was read before and is passed over.
ParseOutcome parse_with_members(std::string_view bytes, const std::string& uri, const ParseLimits& limits = {},
                                const ContainerLimits& container_limits = {}, MemberWatch* watch = nullptr, const MembersRead& read = {});

// Where nothing in a file could be read, says why; `outcome` is all that became of it.
void conclude(ParseOutcome& outcome, const std::string& uri);

// The document of this file alone, what lies in it left aside.  Never throws for what the file holds.
ParseOutcome parse_alone(std::string_view bytes, const std::string& uri, const std::string& media_type, const ParseLimits& limits);

// Runs `work` and says in one line why it failed; "" where it did not.
std::string failure_of(const ParseLimits& limits, const std::function<void()>& work);

}  // namespace rag
