// How well and how fast the lexical index finds: a folder in the BEIR layout, one chunk a document (title and text).
//
//   bench_lexical FOLDER... [--k1 X] [--characters-k1 X] [--b X] [--segments N] [--repeat N] [--copies N] [--no-stem] [--no-stop] [--no-hyphen]
//                 [--no-bigrams] [--cjk-words] [--keep-particles]
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/chunk.h"
#include "core/error.h"
#include "index/analyzer_options.h"
#include "index/lexical_segment.h"

namespace {

// Seconds of processor time: all of this is one thread, and other programs must not count.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
double seconds_since(double start) { return processor_seconds() - start; }

struct Settings {
  rag::AnalyzerOptions analyzer;
  rag::Bm25Options bm25;
  std::size_t segments = 1;
  std::size_t repeat = 1;  // of all questions, when timing
  std::size_t copies = 1;  // of the corpus, to see a larger one
  std::vector<std::string> folders;
};

struct Question {
  std::string id;
  std::string text;
  std::map<std::string, int> gains;
};

struct DataSet {
  std::vector<std::string> ids;
  std::vector<std::string> texts;
  std::vector<Question> questions;
};

std::vector<nlohmann::json> read_lines(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw rag::Error(rag::ErrorKind::Io, file.string() + ": cannot be read; expected a folder in the BEIR layout");
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

DataSet read_data_set(const std::filesystem::path& folder) {
  DataSet set;
  for (const auto& line : read_lines(folder / "corpus.jsonl")) {
    set.ids.push_back(line.at("_id"));
    rag::Chunk chunk;
    chunk.text = line.value("text", "");
    set.texts.push_back(rag::text_with_context(line.value("title", ""), chunk));
  }
  std::map<std::string, std::map<std::string, int>> gains;
  std::ifstream qrels(folder / "qrels" / "test.tsv");
  std::string line;
  std::getline(qrels, line);  // the header
  while (std::getline(qrels, line)) {
    std::istringstream cells(line);
    std::string question, document, gain;
    std::getline(cells, question, '\t');
    std::getline(cells, document, '\t');
    std::getline(cells, gain, '\t');
    if (std::stoi(gain) > 0) gains[question][document] = std::stoi(gain);
  }
  for (const auto& q : read_lines(folder / "queries.jsonl"))
    if (gains.contains(q.at("_id"))) set.questions.push_back({q.at("_id"), q.at("text"), gains[q.at("_id")]});
  return set;
}

// Segments on disk for as long as they are needed.
class BuiltIndex {
 public:
  BuiltIndex(const DataSet& set, const rag::Analyzer& analyzer, const Settings& settings)
      : folder_(std::filesystem::temp_directory_path() / ("rag-bench-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    const std::size_t total = set.texts.size() * settings.copies;
    const std::size_t each = (total + settings.segments - 1) / settings.segments;
    for (std::size_t begin = 0; begin < total; begin += each) {
      rag::LexicalSegmentBuilder builder(analyzer);
      for (std::size_t i = begin; i < std::min(total, begin + each); ++i)
        builder.add({static_cast<std::int64_t>(i)}, set.texts[i % set.texts.size()]);
      const auto file = folder_ / (std::to_string(begin) + ".lex");
      rag::write_file_atomically(file, builder.finish());
      bytes += std::filesystem::file_size(file);
      segments_.push_back(rag::open_lexical_segment(rag::MappedFile(file), file.filename()));
    }
    std::vector<rag::LexicalSegmentView> views;
    for (const auto& segment : segments_) views.push_back({segment.get(), nullptr});
    index = rag::make_lexical_index(views, analyzer);
  }
  ~BuiltIndex() { std::filesystem::remove_all(folder_); }

  std::uint64_t bytes = 0;
  std::unique_ptr<rag::LexicalIndex> index;

 private:
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<rag::LexicalSegment>> segments_;
};

struct Quality {
  double ndcg10 = 0;
  double recall100 = 0;
};

Quality judge(const Question& question, const std::vector<rag::Hit>& hits, const DataSet& set) {
  Quality quality;
  double ideal = 0;
  std::vector<int> gains;
  for (const auto& [document, gain] : question.gains) gains.push_back(gain);
  std::sort(gains.rbegin(), gains.rend());
  for (std::size_t i = 0; i < std::min<std::size_t>(10, gains.size()); ++i) ideal += gains[i] / std::log2(i + 2.0);
  for (std::size_t rank = 0; rank < hits.size(); ++rank) {
    const auto found = question.gains.find(set.ids[static_cast<std::size_t>(hits[rank].chunk.value) % set.ids.size()]);
    if (found == question.gains.end()) continue;
    if (rank < 10) quality.ndcg10 += found->second / std::log2(rank + 2.0) / ideal;
    quality.recall100 += 1.0 / static_cast<double>(gains.size());
  }
  return quality;
}

double questions_per_second(const rag::LexicalIndex& index, const DataSet& set, std::size_t k, const Settings& settings) {
  const auto start = processor_seconds();
  std::size_t found = 0;
  for (std::size_t i = 0; i < settings.repeat; ++i)
    for (const Question& q : set.questions) found += index.search(q.text, k, nullptr, settings.bm25).size();
  return found == 0 ? 0 : static_cast<double>(settings.repeat * set.questions.size()) / seconds_since(start);
}

void measure(const std::string& folder, const Settings& settings) {
  const DataSet set = read_data_set(folder);
  const auto analyzer = rag::make_analyzer(settings.analyzer);
  std::size_t text_bytes = 0, terms = 0;
  auto start = processor_seconds();
  for (const std::string& text : set.texts) {
    text_bytes += text.size();
    terms += analyzer->terms(text).size();
  }
  const double analysis = seconds_since(start);
  start = processor_seconds();
  const BuiltIndex built(set, *analyzer, settings);
  const double building = seconds_since(start);
  Quality sum;
  for (const Question& q : set.questions) {
    if (settings.copies > 1) break;  // copies of a gold document would count as found again
    const Quality one = judge(q, built.index->search(q.text, 100, nullptr, settings.bm25), set);
    sum.ndcg10 += one.ndcg10;
    sum.recall100 += one.recall100;
  }
  const double count = static_cast<double>(set.questions.size());
  std::printf(
      "%-16s nDCG@10 %.4f  recall@100 %.4f  %7.0f q/s k=10  %7.0f q/s k=100  index %.2f MB (text %.2f MB, %zu terms)  analysis %.1f MB/s  "
      "build %.2f s\n",
      std::filesystem::path(folder).filename().c_str(), sum.ndcg10 / count, sum.recall100 / count,
      questions_per_second(*built.index, set, 10, settings), questions_per_second(*built.index, set, 100, settings),
      static_cast<double>(built.bytes) / 1e6, static_cast<double>(text_bytes) / 1e6, terms,
      static_cast<double>(text_bytes) / 1e6 / analysis, building);
}

Settings read_arguments(const std::vector<std::string>& arguments) {
  Settings settings;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const auto value = [&] {
      return i + 1 < arguments.size() ? arguments[++i] : throw rag::Error(rag::ErrorKind::Usage, name + ": no value");
    };
    if (name == "--k1")
      settings.bm25.k1 = std::stod(value());
    else if (name == "--characters-k1")
      settings.bm25.characters_k1 = std::stod(value());
    else if (name == "--b")
      settings.bm25.b = std::stod(value());
    else if (name == "--segments")
      settings.segments = std::stoul(value());
    else if (name == "--repeat")
      settings.repeat = std::stoul(value());
    else if (name == "--copies")
      settings.copies = std::stoul(value());
    else if (name == "--no-stem")
      settings.analyzer.stem = false;
    else if (name == "--no-stop")
      settings.analyzer.drop_stop_words = false;
    else if (name == "--no-hyphen")
      settings.analyzer.hyphenated = false;
    else if (name == "--no-bigrams")
      settings.analyzer.cjk_bigrams = false, settings.analyzer.cjk_words = true;
    else if (name == "--cjk-words")
      settings.analyzer.cjk_words = true;
    else if (name == "--keep-particles")
      settings.analyzer.drop_particles = false;
    else if (name.starts_with("--"))
      throw rag::Error(rag::ErrorKind::Usage, name + ": no such option");
    else
      settings.folders.push_back(name);
  }
  return settings;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Settings settings = read_arguments({argv + 1, argv + argc});
    for (const std::string& folder : settings.folders) measure(folder, settings);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
