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

// Told before each member is read.
class MemberWatch {
 public:
  virtual ~MemberWatch() = default;
  // `so_far`: what has been read since the last call, to be taken away or left.
  virtual void before(const std::string& member_uri, ParseOutcome& so_far) = 0;
};

// Reads a file and what lies in it: the members of an archive, the attachments of a mail, each a document "a.zip!/b.docx" of its own.
// A member that gives none is named in ParseOutcome::members; one that cannot be read costs no other.
// `after`: a member's uri; what comes up to it, itself included, was read before and is passed over.  "": nothing was.
ParseOutcome parse_with_members(std::string_view bytes, const std::string& uri, const ParseLimits& limits = {},
                                const ContainerLimits& container_limits = {}, MemberWatch* watch = nullptr, const std::string& after = "");

// Where nothing in a file could be read, says why; `outcome` is all that became of it.
void conclude(ParseOutcome& outcome, const std::string& uri);

// The document of this file alone, what lies in it left aside.  Never throws for what the file holds.
ParseOutcome parse_alone(std::string_view bytes, const std::string& uri, const std::string& media_type, const ParseLimits& limits);

// Runs `work` and says in one line why it failed; "" where it did not.
std::string failure_of(const ParseLimits& limits, const std::function<void()>& work);

}  // namespace rag
