#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "ingest/contained_files.h"
#include "ingest/parser_process.h"

namespace rag {

// Takes a recording in from the child that told of it, into memory and nowhere else, and has it listened to.  What comes of it is the recording's
// document, or a member with the reason why there is none; nothing where the child did not live to hand it over.
// `before`: as ParserProcess::receive() has it.
std::optional<ParseOutcome> listen_to_member(ParserProcess& child, const MemberRecording& recording, MemberListener& listener,
                                             const std::function<void(std::size_t bytes)>& before);

}  // namespace rag
