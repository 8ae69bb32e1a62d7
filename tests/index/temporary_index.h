#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/hash.h"
#include "index/analyzer.h"
#include "index/index_reader.h"
#include "index/index_writer.h"

namespace rag {

inline constexpr std::size_t kTestDimension = 16;

// A folder of its own for one test, gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    // In memory where there is such a place: a commit then costs no disk its time.
    const std::filesystem::path memory = "/dev/shm";
    const auto base = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (base / "rag-index-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, error);
    std::filesystem::remove_all(path_, error);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path index() const { return path_ / ".rag"; }

 private:
  std::filesystem::path path_;
};

inline IndexSettings test_settings() {
  return {.model = "hashing",
          .embedder = "hashing/16",
          .chunker = "lines/1",
          .analyzer = default_analyzer().name(),
          .dimension = kTestDimension};
}

// A vector of length 1 that only depends on the text.
inline std::vector<float> test_vector(const std::string& text) {
  std::vector<float> vector;
  double length = 0;
  for (std::size_t i = 0; i < kTestDimension; ++i) {
    vector.push_back(static_cast<float>(checksum64(text + "#" + std::to_string(i)) % 2001) / 1000.0F - 1.0F);
    length += double{vector.back()} * vector.back();
  }
  for (float& value : vector) value = static_cast<float>(value / std::sqrt(length));
  return vector;
}

// A document with one chunk a line.
inline IndexedDocument test_document(const std::string& id, const std::string& text, const std::string& source = "/docs") {
  IndexedDocument out{
      .document = {.id = id, .uri = "folder/" + id, .title = "Title of " + id, .media_type = "text/plain", .language = "en", .text = text},
      .source = source,
      .file_uri = "folder/" + id,
      .content_hash = sha256_hex(text),
      .cut_tokens = 1};
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    Chunk chunk{.document_id = id, .span = {begin, end}, .text = text.substr(begin, end - begin), .heading_path = {"Top", "Line"}};
    chunk.token_count = static_cast<int>(chunk.text.size());
    for (const float value : test_vector(text_with_context(out.document.title, chunk))) out.vectors.push_back(value);
    out.chunks.push_back(std::move(chunk));
    begin = end + 1;
  }
  return out;
}

inline std::vector<float> test_embed(const std::vector<TitledChunk>& chunks) {
  std::vector<float> vectors;
  for (const TitledChunk& it : chunks)
    for (const float value : test_vector(text_with_context(it.title, it.chunk))) vectors.push_back(value);
  return vectors;
}

// Commits these documents, one commit for all.
inline std::uint64_t store(const std::filesystem::path& index, const std::vector<IndexedDocument>& documents) {
  const auto writer = open_index_writer(index, test_settings());
  for (const IndexedDocument& document : documents) writer->put(document);
  return writer->commit();
}

inline std::vector<std::filesystem::path> segment_files(const std::filesystem::path& index, const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(index / "segments"))
    if (entry.path().extension() == extension) files.push_back(entry.path());
  return files;
}

inline void flip_byte(const std::filesystem::path& file, std::uint64_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const char old = static_cast<char>(stream.get());
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(old ^ 0x10));
}

}  // namespace rag
