#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <utility>

#include "core/list_on_disk.h"
#include "core/text_signature.h"

namespace rag {

// The signatures of many documents, numbered from 0 as they are added: in the same memory however many (core/list_on_disk).
class StoredSignatures {
 public:
  explicit StoredSignatures(std::filesystem::path folder = {}) : list_(std::move(folder), "a list of signatures") {}

  void add(const TextSignature& signature);  // throws Error(Io) where the disk is full or refuses
  std::size_t size() const { return list_.size(); }

  // Both throw Error(Io) where the file on disk cannot be read.
  TextSignature at(std::size_t number) const;
  void for_each(const std::function<void(std::size_t number, const TextSignature&)>& visit) const;

 private:
  ListOnDisk list_;
};

}  // namespace rag
