// How fast a tokenizer is, on one thread.  bench/tokenizer.py runs it beside its peers.
//
//   bench_tokenizer MODEL_DIRECTORY TEXTS [--rounds N] [--max-tokens N]
//
// TEXTS: a JSON string a line.  Prints one JSON object: megabytes (10^6 bytes of UTF-8) a second of processor time, the rounds' median.
// A round encodes every text on its own until half a second has passed.
#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/bench_program.h"
#include "core/error.h"
#include "models/tokenizer.h"

namespace {

using rag::bench::read_texts;

struct Settings {
  std::string model;
  std::string texts;
  std::size_t rounds = 5;
  std::size_t max_tokens = 0;
};

Settings read_arguments(const std::vector<std::string>& arguments) {
  Settings settings;
  std::vector<std::string> positional;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool is_option = arguments[i] == "--rounds" || arguments[i] == "--max-tokens";
    if (is_option && i + 1 == arguments.size()) throw rag::Error(rag::ErrorKind::Usage, arguments[i] + ": no value");
    if (arguments[i] == "--rounds")
      settings.rounds = std::max(1UL, std::stoul(arguments[++i]));
    else if (arguments[i] == "--max-tokens")
      settings.max_tokens = std::stoul(arguments[++i]);
    else
      positional.push_back(arguments[i]);
  }
  if (positional.size() != 2) throw rag::Error(rag::ErrorKind::Usage, "expected MODEL_DIRECTORY and TEXTS");
  settings.model = positional[0];
  settings.texts = positional[1];
  return settings;
}

// Of this thread: what else the machine does then counts least.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Round {
  double megabytes_a_second = 0;
  std::size_t tokens = 0;  // of all texts once
};

Round run_round(const rag::Tokenizer& tokenizer, const std::vector<std::string>& texts, std::size_t max_tokens) {
  Round round;
  std::size_t bytes = 0;
  const double start = processor_seconds();
  double now = start;
  while (now - start < 0.5) {
    round.tokens = 0;
    for (const std::string& text : texts) {
      round.tokens += tokenizer.encode(text, max_tokens).ids.size();
      bytes += text.size();
    }
    now = processor_seconds();
  }
  round.megabytes_a_second = static_cast<double>(bytes) / 1e6 / (now - start);
  return round;
}

void run(const Settings& settings) {
  const std::vector<std::string> texts = read_texts(settings.texts);
  const double start = processor_seconds();
  const std::unique_ptr<rag::Tokenizer> tokenizer = rag::open_tokenizer(settings.model);
  const double opened = processor_seconds() - start;
  run_round(*tokenizer, texts, settings.max_tokens);
  std::vector<Round> rounds;
  for (std::size_t i = 0; i < settings.rounds; ++i) rounds.push_back(run_round(*tokenizer, texts, settings.max_tokens));
  std::ranges::sort(rounds, {}, &Round::megabytes_a_second);
  const Round& median = rounds[rounds.size() / 2];
  std::cout << nlohmann::json{{"tokenizer", tokenizer->name()},
                              {"texts", texts.size()},
                              {"tokens", median.tokens},
                              {"open_s", opened},
                              {"mb_per_s", median.megabytes_a_second},
                              {"slowest_mb_per_s", rounds.front().megabytes_a_second},
                              {"fastest_mb_per_s", rounds.back().megabytes_a_second}}
                   .dump()
            << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return rag::bench::run_program("bench_tokenizer", [&] { run(read_arguments({argv + 1, argv + argc})); });
}
