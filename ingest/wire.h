#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/contained_files.h"
#include "ingest/sandbox.h"

namespace rag {

// What parent and child of the parser sandbox say to one another, over one stream socket:
//
//     parent, once: length of what follows (8 bytes) and ParseLimits::passwords, each ended by a line feed.  Not among the child's arguments,
//             which every user of the machine can read.
//     parent: length of the request (8 bytes, native order, with the open file attached to the first) and the request: the uri, and
//             where the reading is to go on after a member, a NUL and an encoded MembersRead;
//             kWithoutOcr is added to the length where no page is to be recognised, kWithRecordings where somebody listens to members
//             for a corpus kCorpus is added to the length, and behind the NUL stands an encoded CorpusPlace
//     child:  any number of times kMoreTime (8 bytes): it is about to recognise a page
//             before each member, length + kPart (8 bytes) and an encoded Part
//             where that is a recording and somebody listens, length + kRecording (8 bytes) and an encoded MemberRecording
//     parent, asked for that: kSend and the child sends its bytes, or kKeep (8 bytes)
//             length of the answer (8 bytes) and the answer, an encoded ParseOutcome
//             or, for a corpus, any number of times length + kPart (8 bytes) and an encoded CorpusPart, the last one without kPart
//
// Parts let the parent keep what was read when the child dies of a member or a line, and give each part limits of its own.
//
// Both ends are one build on one machine, so there are no versions and no byte orders.  The parent does not trust the answer:
// decode_outcome() checks every length and offset.

std::string encode_outcome(const ParseOutcome& outcome);

// Throws Error(Corrupt) for bytes that encode_outcome() cannot have written.
ParseOutcome decode_outcome(std::string_view bytes);

constexpr std::uint64_t kWithoutOcr = std::uint64_t{1} << 63, kWithRecordings = std::uint64_t{1} << 61;
constexpr std::uint64_t kMoreTime = ~std::uint64_t{0};

// What a file's members gave up to here, and the member that is read next.
struct Part {
  std::string next;
  ParseOutcome so_far;
  std::uint64_t unpacked = 0, text_bytes = 0;  // as MembersRead has them
};
constexpr std::uint64_t kPart = std::uint64_t{1} << 63, kRecording = std::uint64_t{1} << 62;
constexpr std::uint64_t kKeep = 0, kSend = 1;

std::string encode_part(const Part& part);
Part decode_part(std::string_view bytes);  // these throw as decode_outcome() does

std::string encode_members_read(const MembersRead& read);
MembersRead decode_members_read(std::string_view bytes);

std::string encode_recording(const MemberRecording& recording);
MemberRecording decode_recording(std::string_view bytes);

// Where the reading of a corpus begins, or goes on.  The file stands there already.
struct CorpusPlace {
  std::uint64_t lines = 0;       // before it
  std::uint64_t bytes = 0;       // likewise
  bool pass_over = false;        // leave the first line aside
  std::uint64_t slow_until = 0;  // of the file, in bytes: up to there each line is a part, so that one which ends the child is known
};
constexpr std::uint64_t kCorpus = std::uint64_t{1} << 62;

std::string encode_corpus_place(const CorpusPlace& place);
CorpusPlace decode_corpus_place(std::string_view bytes);  // these throw as decode_outcome() does

std::string encode_corpus_part(const CorpusPart& part);
CorpusPart decode_corpus_part(std::string_view bytes);  // numbers of lines ascend, up to that of the last one

// What an answer or a part may have at most, for documents of such a text: metadata, headings and offsets come on top of it.
constexpr std::uint64_t largest_answer(std::uint64_t max_text_bytes) { return 2 * max_text_bytes + (std::uint64_t{64} << 20); }

// The descriptor at which the child finds its end of the socket.
constexpr int kChildSocket = 3;

}  // namespace rag
