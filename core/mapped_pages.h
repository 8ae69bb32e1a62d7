#pragma once

#include <string_view>

namespace rag {

// Gives the whole pages among these bytes of a mapped file back to the system, for one who has read them and will hardly read them again:
// they no longer count as this process's memory, and come in again when touched.
void let_go(std::string_view mapped);

}  // namespace rag
