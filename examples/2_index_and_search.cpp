// Lesson 2: a folder becomes an index, a question finds passages.
//
// index_paths brings an index up to date with a folder; run it again and only what changed is read.  A Session is an open
// index with its encoder.  Hybrid search joins two legs: dense (meaning) and lexical (words).

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "index/analyzer.h"
#include "index/index_writer.h"
#include "pipelines/index_folder.h"
#include "pipelines/open_model.h"
#include "pipelines/session.h"

namespace {

class Quiet : public rag::Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / ("rag-lesson-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "docs");
  std::ofstream(folder / "docs/vpn.md") << "# VPN\n\nError E-4417 means that the certificate has expired. Ask the service desk for a new one.\n";
  std::ofstream(folder / "docs/휴가.md") << "# 휴가 규정\n\n연차 휴가는 1년에 15일입니다.\n";

  const auto embedder = rag::open_model("hash");
  const rag::IndexFolderOptions options;
  Quiet progress;
  {
    // The settings are stored with the index; another encoder or chunker is refused later, with the command that mends it.
    const auto writer = rag::open_index_writer(folder / ".rag", {.model = "hash",
                                                                 .embedder = embedder->name(),
                                                                 .chunker = rag::chunker_name(options, *embedder),
                                                                 .analyzer = rag::default_analyzer().name(),
                                                                 .dimension = embedder->dimension()});
    const auto report = rag::index_paths(*writer, folder / ".rag", *embedder, {folder / "docs"}, options, progress);
    std::printf("%zu new documents, generation %llu\n", report.added, static_cast<unsigned long long>(report.generation));
  }

  rag::Session session({.index = folder / ".rag"});
  std::size_t found = 0;
  for (const char* question : {"What does E-4417 mean?", "연차는 며칠인가요?"}) {
    for (const rag::Passage& passage : session.search(question, {.k = 1})) {
      std::printf("%s -> %s: %s\n", question, passage.uri.c_str(), passage.chunk.text.c_str());
      ++found;
    }
  }
  std::filesystem::remove_all(folder);
  return found == 2 ? 0 : 1;
}
