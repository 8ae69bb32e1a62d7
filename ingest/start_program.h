#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

namespace rag {

struct HandedDescriptor {
  int ours;
  int theirs;
};

// Starts words[0] with the rest as arguments.  Nothing of ours reaches it but `handed`, which are to be in ascending order of `theirs` and
// without a gap from 0 on (-1 as ours: /dev/null): no other descriptors, no signal mask, no place in the terminal's foreground group, where
// a Ctrl-C meant for us would find it.  Throws Error(Io) where it cannot be started.
pid_t start_program(std::vector<std::string> words, std::span<const HandedDescriptor> handed);

}  // namespace rag
