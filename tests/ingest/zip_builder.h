#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rag::test {

// A ZIP made byte by byte, for what no archiver would write.
struct ZipMember {
  std::string name;  // bytes as they are stored
  std::string content;
  bool deflate = false;
  std::uint16_t flags = 0;          // 1: encrypted, 0x800: the name is UTF-8
  std::uint32_t wrong_crc = 0;      // added to the right one
  std::string extra;                // fields of the directory's entry
};

std::string build_zip(const std::vector<ZipMember>& members);

// The same, but the directory's entry `which` points to the local header of entry `instead`.
std::string build_zip_with_shared_bytes(const std::vector<ZipMember>& members, std::size_t which, std::size_t instead);

// Two members of which the second lies within the packed bytes of the first.
std::string build_overlapping_zip(const std::string& inner_name, const std::string& inner_content);

// An archive as libarchive writes it: format "ustar", "gnutar", "7zip", "raw"; filter "none", "gzip", "bzip2", "xz", "zstd".
std::string make_archive(const std::string& format, const std::string& filter, const std::vector<std::pair<std::string, std::string>>& members);

// A ZIP whose members are encrypted: "aes256", or "zipcrypt", the old way.
std::string make_encrypted_zip(const std::string& encryption, const std::string& password, const std::vector<std::pair<std::string, std::string>>& members);

// With 64-bit numbers where a ZIP of more than 4 GB would have them: a second end record, and the place of each member.
std::string build_zip64(const std::vector<ZipMember>& members);

// A RAR with one stored member, in the format of version 4 or 5.
std::string build_rar(int version, const std::string& name, const std::string& content);

// A TAR with one symbolic link of this name, to "/etc/passwd".
std::string make_tar_with_link(const std::string& name);

}  // namespace rag::test
