// How fast one reranker is, and what it says: pairs a second, their scores, their tokens.  tests/nightly/compare_cross_encoder.py asks it.
//
//   bench_cross_encoder MODEL_DIRECTORY PAIRS [--precision fp32|bf16|int8] [--threads N] [--max-tokens N] [--rounds N] [--scores FILE]
//
// PAIRS: {"query": ..., "passages": [...]} a line.  Prints one JSON object.  --scores writes for each line {"scores", "cut_tokens", "ids",
// "types"}, one entry a passage; ids and types are the tokenizer's.
// A round scores all pairs, tokenising included, a line at a time as a search would; the rounds' median counts.
// On a busy machine processor_ms_a_pair says more.
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/bench_program.h"
#include "core/error.h"
#include "models/cross_encoder.h"

namespace {

using rag::bench::milliseconds_of;
using rag::bench::precision_of;

struct Question {
  std::string query;
  std::vector<std::string> passages;
};

struct Settings {
  std::string model;
  std::string pairs;
  rag::CrossEncoderOptions encoder;
  std::size_t rounds = 3;
  std::string scores;
};

// Of all threads, since the program began.
double processor_milliseconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

Settings read_arguments(const std::vector<std::string>& arguments) {
  Settings settings;
  std::vector<std::string> positional;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const auto value = [&] {
      return i + 1 < arguments.size() ? arguments[++i] : throw rag::Error(rag::ErrorKind::Usage, name + ": no value");
    };
    if (name == "--precision")
      settings.encoder.precision = precision_of(value());
    else if (name == "--threads")
      settings.encoder.threads = std::stoul(value());
    else if (name == "--max-tokens")
      settings.encoder.max_tokens = std::stoul(value());
    else if (name == "--rounds")
      settings.rounds = std::max(1UL, std::stoul(value()));
    else if (name == "--scores")
      settings.scores = value();
    else
      positional.push_back(name);
  }
  if (positional.size() != 2) throw rag::Error(rag::ErrorKind::Usage, "expected MODEL_DIRECTORY and PAIRS");
  settings.model = positional[0];
  settings.pairs = positional[1];
  return settings;
}

std::vector<Question> read_questions(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw rag::Error(rag::ErrorKind::Io, file + ": cannot be read");
  std::vector<Question> questions;
  for (std::string line; std::getline(in, line);) {
    const auto json = nlohmann::json::parse(line);
    questions.push_back({json.at("query"), json.at("passages")});
  }
  if (questions.empty()) throw rag::Error(rag::ErrorKind::Usage, file + ": empty, expected a JSON object a line");
  return questions;
}

void write_scores(const std::string& file, const rag::CrossEncoder& encoder, const std::vector<Question>& questions,
                  const std::vector<rag::PairScores>& found) {
  std::ofstream out(file);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    auto ids = nlohmann::json::array(), types = nlohmann::json::array();
    for (const std::string& passage : questions[i].passages) {
      const rag::TokenPair pair = encoder.tokenizer().encode_pair(questions[i].query, passage, encoder.max_tokens());
      ids.push_back(pair.ids);
      types.push_back(pair.types);
    }
    out << nlohmann::json{{"scores", found[i].scores}, {"cut_tokens", found[i].cut_tokens}, {"ids", ids}, {"types", types}}.dump() << '\n';
  }
}

void run(const Settings& settings) {
  const std::vector<Question> questions = read_questions(settings.pairs);
  std::unique_ptr<rag::CrossEncoder> encoder;
  const double load = milliseconds_of([&] {
    encoder = rag::open_cross_encoder(settings.model, settings.encoder);
    encoder->score("a question", std::vector<std::string>{"a passage"});
  });
  std::vector<double> rounds;
  std::vector<rag::PairScores> found;
  const double before = processor_milliseconds();
  for (std::size_t i = 0; i < settings.rounds; ++i) {
    found.clear();
    rounds.push_back(milliseconds_of([&] {
      for (const Question& question : questions) found.push_back(encoder->score(question.query, question.passages));
    }));
  }
  const double processor = (processor_milliseconds() - before) / static_cast<double>(rounds.size());
  std::ranges::sort(rounds);
  if (!settings.scores.empty()) write_scores(settings.scores, *encoder, questions, found);
  std::size_t pairs = 0, tokens = 0;
  for (const Question& question : questions)
    for (const std::string& passage : question.passages) {
      ++pairs;
      tokens += encoder->tokenizer().encode_pair(question.query, passage, encoder->max_tokens()).ids.size();
    }
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const double median = rounds[rounds.size() / 2];
  std::cout << nlohmann::json{{"model", encoder->name()},
                              {"pairs", pairs},
                              {"tokens_a_pair", pairs == 0 ? 0.0 : static_cast<double>(tokens) / static_cast<double>(pairs)},
                              {"pairs_per_s", static_cast<double>(pairs) / median * 1e3},
                              {"processor_ms_a_pair", pairs == 0 ? 0.0 : processor / static_cast<double>(pairs)},
                              {"question_ms", median / static_cast<double>(questions.size())},
                              {"load_s", load / 1e3},
                              {"peak_mb", static_cast<double>(used.ru_maxrss) / 1024}}
                   .dump()
            << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return rag::bench::run_program("bench_cross_encoder", [&] { run(read_arguments({argv + 1, argv + argc})); });
}
