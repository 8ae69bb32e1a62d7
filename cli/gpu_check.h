#pragma once

#include <vector>

#include "cli/finding.h"

namespace rag::cli {

// What a GPU is to this program: the module, the driver, each device with its memory, what it is used for, and a small search on each compared with the
// processor's.  In the user's language.  Slow where there is none to use, Bad where one computes wrongly.
std::vector<Finding> look_at_gpus();

}  // namespace rag::cli
