#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/compound_file.h"

namespace rag {

// A message, recipient or attachment in an Outlook file: properties under numbers ([MS-OXPROPS]), some of them streams.
class MsgStorage {
 public:
  // `prefix`: "" for the message itself, else the storage's path with a '/' at its end.  `file` must outlive the object.
  // `charset`: how text that is not UTF-16 is encoded, "" for the message to find out.
  MsgStorage(const CompoundFile& file, std::string prefix, std::string charset = "");

  std::string text(std::uint16_t id) const;                       // UTF-8; "" where absent
  std::string bytes(std::uint16_t id) const;                      // of a binary property, else of the text's raw bytes
  std::uint64_t number(std::uint16_t id) const;                   // 0 where absent
  bool has_utf16(std::uint16_t id) const;                         // its text is stored as UTF-16
  std::size_t size(std::uint16_t id) const;                       // bytes of a binary property
  std::vector<MsgStorage> children(std::string_view kind) const;  // "__recip_version1.0_#", "__attach_version1.0_#": in their order
  MsgStorage inner_message(std::uint16_t id) const;               // of an attachment that is a message
  bool has_inner_message(std::uint16_t id) const;
  const std::string& charset() const { return charset_; }

 private:
  std::string stream(std::uint16_t id, const char* type) const;
  void read_numbers();
  std::string find_charset() const;

  const CompoundFile* file_;
  std::string prefix_;
  std::map<std::uint16_t, std::uint64_t> numbers_;
  std::string charset_;
};

}  // namespace rag
