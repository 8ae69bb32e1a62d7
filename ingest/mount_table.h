#pragma once

#include <filesystem>
#include <vector>

#include "core/file_descriptor.h"

namespace rag {

// What is mounted where, as this process sees it.  Where the system has no /proc, nothing is and nothing changes.
class MountTable {
 public:
  MountTable();

  // Something was mounted or taken off since this was last asked.  Costs a system call.
  bool has_changed();

  // The mount points below a folder, not at it, sorted; one that another covers is named twice.
  std::vector<std::filesystem::path> below(const std::filesystem::path& folder) const;

 private:
  FileDescriptor table_;
};

}  // namespace rag
