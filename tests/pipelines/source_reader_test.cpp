#include "pipelines/source_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "core/file.h"

namespace rag {
namespace {

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

// Reads a file as text, and meanwhile something happens to it.
class DisturbedSandbox final : public ParserSandbox {
 public:
  explicit DisturbedSandbox(std::function<void(int reading)> meanwhile) : meanwhile_(std::move(meanwhile)) {}

  ParseOutcome parse(const std::filesystem::path& file, const std::string& uri) override {
    Document document{.uri = uri, .title = uri, .text = read_file(file), .pages = {{0, 1}}};
    meanwhile_(++readings);
    return {{std::move(document)}, "", {}};
  }

  int readings = 0;

  std::optional<std::string> refuse_size(std::uint64_t, const std::string&) const override { return std::nullopt; }

 private:
  std::function<void(int)> meanwhile_;
};

class SourceReaderTest : public testing::Test {
 protected:
  SourceReaderTest() {
    std::filesystem::create_directories(folder_ / "인사");
    std::ofstream(file_) << "one";
  }
  ~SourceReaderTest() override { std::filesystem::remove_all(folder_); }

  void grow() { std::ofstream(file_, std::ios::app) << "+"; }

  void read(ParserSandbox& sandbox, const SourceRules& rules = {}) {
    const SourceScope scope{folder_.string(), "", rules};
    SourceReader reader(nullptr, sandbox, report_, [this](IngestEvent event) { return events_.push_back(std::move(event)), true; });
    Silence silence;
    reader.read(scope, plan_source(scope, nullptr, {}), silence);
  }

  template <typename Event>
  std::vector<Event> all() const {
    std::vector<Event> found;
    for (const IngestEvent& event : events_)
      if (const auto* it = std::get_if<Event>(&event)) found.push_back(*it);
    return found;
  }

  std::filesystem::path folder_ = std::filesystem::canonical(std::filesystem::temp_directory_path()) / ("source-reader-" + std::to_string(::getpid()));
  std::filesystem::path file_ = folder_ / "인사/log.txt";
  IndexFolderReport report_;
  std::vector<IngestEvent> events_;
};

TEST_F(SourceReaderTest, ReadsAFileAgainThatGrewWhileItWasRead) {
  DisturbedSandbox sandbox([this](int reading) {
    if (reading == 1) grow();
  });
  read(sandbox);
  EXPECT_EQ(sandbox.readings, 2);
  ASSERT_EQ(all<PutDocument>().size(), 1U);
  EXPECT_EQ(all<PutDocument>()[0].document.text, "one+");
  EXPECT_EQ(all<PutFile>().at(0).file.size, 4U);
  EXPECT_TRUE(report_.warnings.empty());
  EXPECT_EQ(report_.added, 1U);
}

TEST_F(SourceReaderTest, ReportsAFileThatNeverRestsAndHasItReadAgain) {
  DisturbedSandbox sandbox([this](int) { grow(); });
  read(sandbox);
  EXPECT_EQ(sandbox.readings, 3);
  EXPECT_EQ(all<PutDocument>().size(), 1U) << "what could be read is kept";
  ASSERT_EQ(all<PutFile>().size(), 1U);
  EXPECT_EQ(all<PutFile>()[0].file.mtime_ns, 0) << "the next run would trust its time";
  ASSERT_EQ(report_.warnings.size(), 1U);
  EXPECT_EQ(report_.warnings[0].uri, "인사/log.txt");
  EXPECT_EQ(all<NoteFile>().at(0).entry.warnings.size(), 1U);
}

TEST_F(SourceReaderTest, NamesAFileThatVanishesWhileItIsRead) {
  DisturbedSandbox sandbox([this](int) { std::filesystem::remove(file_); });
  read(sandbox);
  EXPECT_TRUE(all<PutDocument>().empty());
  EXPECT_TRUE(all<DropDocument>().empty()) << "that is for a run that finds it gone";
  ASSERT_EQ(report_.warnings.size(), 1U);
  ASSERT_EQ(all<NoteFile>().size(), 1U);
  EXPECT_EQ(all<NoteFile>()[0].entry.state, "skipped");
  EXPECT_EQ(all<NoteFile>()[0].entry.reason, "gone before it could be read");
}

TEST_F(SourceReaderTest, PutsTheMetadataOfItsSourceOnADocument) {
  DisturbedSandbox sandbox([](int) {});
  read(sandbox, SourceRules(SourceSettings{.metadata = {"dept = path segment 1"}, .access = {"staff"}}));
  ASSERT_EQ(all<PutDocument>().size(), 1U);
  EXPECT_EQ(all<PutDocument>()[0].document.metadata, (Metadata{{"dept", {"인사"}}}));
  EXPECT_EQ(all<PutDocument>()[0].document.acl, std::vector<std::string>{"staff"});
  const FileEntry entry = all<NoteFile>().at(0).entry;
  EXPECT_EQ(entry.state, "added");
  EXPECT_EQ(entry.pages, 1U);
}

}  // namespace
}  // namespace rag
