#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "core/list_on_disk.h"

namespace rag {

struct SkipReason {
  std::string uri;
  std::string reason;
  bool earlier = false;  // found in an earlier run already, and nothing has changed since
};

// What a run could not read, or not whole, and why: in the order it was found, in the same memory however much it is (core/list_on_disk).
//
//     for (ReasonList::Cursor reasons(list); auto skip = reasons.next();) ...
class ReasonList {
 public:
  ReasonList() = default;
  explicit ReasonList(std::filesystem::path folder) : list_(std::move(folder)) {}

  // Throws Error(Io) where the disk is full or refuses.
  void add(const SkipReason& reason);

  std::size_t size() const { return list_.size(); }
  bool empty() const { return list_.empty(); }
  std::size_t fresh() const { return fresh_; }  // of them not found earlier

  // Goes through a list to which nothing is added any more, and which outlives it.
  class Cursor {
   public:
    explicit Cursor(const ReasonList& list) : pieces_(list.list_) {}
    std::optional<SkipReason> next();  // nothing behind the last; throws Error(Io) where the file on disk cannot be read

   private:
    ListOnDisk::Cursor pieces_;
  };

 private:
  ListOnDisk list_;
  std::size_t fresh_ = 0;
};

}  // namespace rag
