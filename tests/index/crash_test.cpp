// kill -9 at any moment: what was acknowledged is there whole, what was not is not there at all.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "core/error.h"
#include "index/maintenance.h"
#include "temporary_index.h"
#include "tests/patience.h"

namespace rag {
namespace {

constexpr int kDocumentsPerCommit = 3;

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

std::string id_of(int commit, int i) { return "commit" + std::to_string(commit) + "-" + std::to_string(i); }

std::string text_of(int commit, int i) {
  std::string text;
  for (int line = 0; line < 4; ++line) text += "line " + std::to_string(line) + " of " + id_of(commit, i) + "\n";
  return text;
}

// Puts, replaces and removes; tells the pipe the number of every commit that returned.
[[noreturn]] void write_until_killed(const std::filesystem::path& index, int first, int pipe) {
  try {
    const auto writer = open_index_writer(index, test_settings());
    for (int commit = first;; ++commit) {
      for (int i = 0; i < kDocumentsPerCommit; ++i) writer->put(test_document(id_of(commit, i), text_of(commit, i)));
      writer->put(test_document("latest", "commit " + std::to_string(commit)));
      if (commit % 5 == 4) writer->remove(id_of(commit - 2, 0));
      writer->commit();
      if (::write(pipe, &commit, sizeof commit) != sizeof commit) break;
      if (commit % 11 == 10) writer->compact();
    }
  } catch (...) {
  }
  ::_exit(1);
}

bool was_removed(int commit, int i, int last) { return i == 0 && commit % 5 == 2 && commit + 2 <= last; }

// All documents of commits up to `last`, nothing of later ones.
void expect_exactly(const IndexReader& reader, int last) {
  std::size_t documents = last >= 0 ? 1 : 0;
  for (int commit = 0; commit <= last; ++commit)
    for (int i = 0; i < kDocumentsPerCommit; ++i) {
      if (was_removed(commit, i, last)) {
        EXPECT_FALSE(reader.find_document(id_of(commit, i)));
        continue;
      }
      ++documents;
      EXPECT_EQ(reader.load_document(id_of(commit, i)).text, text_of(commit, i));
    }
  EXPECT_EQ(reader.statistics().documents, documents) << "nothing half visible";
  if (last >= 0) {
    EXPECT_EQ(reader.load_document("latest").text, "commit " + std::to_string(last));
  }
  EXPECT_EQ(reader.vectors().search(test_vector("x"), 1000000, nullptr).size(), reader.statistics().chunks);
}

TEST(KillNine, LosesNothingAcknowledgedAndShowsNothingHalf) {
  const TemporaryFolder folder;
  std::mt19937 random(3);
  int last = -1;
  Silence silence;
  for (int round = 0; round < 50; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      write_until_killed(folder.index(), last + 1, ends[1]);
    }
    ::close(ends[1]);
    const std::chrono::microseconds longest = test::patience(std::chrono::milliseconds(40));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % longest.count()));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed by itself";
    int acknowledged = last;
    for (int commit; ::read(ends[0], &commit, sizeof commit) == sizeof commit;) acknowledged = commit;
    ::close(ends[0]);

    if (!std::filesystem::exists(folder.index() / "catalog.sqlite")) {
      EXPECT_EQ(acknowledged, -1);
      continue;  // killed before there was an index
    }
    const auto reader = open_index_reader(folder.index());
    const auto latest = reader->find_document("latest");
    last = latest ? std::stoi(reader->load_document("latest").text.substr(7)) : -1;
    EXPECT_TRUE(last == acknowledged || last == acknowledged + 1) << "acknowledged " << acknowledged << ", found " << last;
    expect_exactly(*reader, last);
    const auto findings = verify_index(folder.index(), round % 10 == 0, silence);
    for (const VerifyFinding& finding : findings) ADD_FAILURE() << finding.where << ": " << finding.what;
  }
  EXPECT_GT(last, 20) << "the killer was too fast to test anything";
  open_existing_index_writer(folder.index());
  EXPECT_EQ(segment_files(folder.index(), ".vec").size(), open_index_reader(folder.index())->statistics().segments) << "strays are gone";
}

TEST(Concurrency, ReadersSeeWholeCommitsWhileAWriterMergesAndCompacts) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("latest", "commit -1")});
  std::atomic<bool> done = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      std::uint64_t seen = 0;
      while (!done) {
        const auto reader = open_index_reader(folder.index());
        EXPECT_GE(reader->generation(), seen) << "time does not run backwards";
        seen = reader->generation();
        EXPECT_EQ(reader->vectors().search(test_vector("x"), 1000000, nullptr).size(), reader->statistics().chunks);
        EXPECT_EQ(reader->lexical().search("commit", 1000000, nullptr).size(), reader->statistics().chunks);
      }
    });
  {
    const auto writer = open_index_writer(folder.index(), test_settings());
    for (int commit = 0; commit < 120; ++commit) {
      writer->put(test_document(id_of(commit, 0), "commit " + std::to_string(commit) + "\ncommit again"));
      writer->put(test_document("latest", "commit " + std::to_string(commit)));
      writer->commit();
      if (commit % 30 == 29) writer->compact();
    }
  }
  done = true;
}

}  // namespace
}  // namespace rag
