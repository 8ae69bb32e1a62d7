#pragma once

#include <span>
#include <string>

#include "generate/generator.h"

namespace rag {

// The question to search for: a follow-up that does not stand alone ("그럼 병가는?", "and for part-timers?", "how long does it last?")
// gets the content words of the questions before it, back to the one that stood alone; any other question comes back as it is.
std::string standalone_question(const std::string& question, std::span<const Turn> history);

}  // namespace rag
