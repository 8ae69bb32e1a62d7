// 'rag index' from files to a committed index, with the encoder on a GPU.
//
//   bench_gpu_index RAG [PASSAGES] [DEVICE] [FOLDER]      default: 1000000 cuda, a folder of its own below /dev/shm
//
// Makes texts of made words, as frequent as in a language, in files of 200 passages, and a model of all-MiniLM-L6's shape with random weights (speed does
// not depend on them); a million take 1 GB there, their index 3.  Prints seconds, passages a second and the largest memory of a process, and a table of
// 'rag status'.  Exit code 1 where 'rag index' fails or is slower than a million in five minutes; fewer than 100,000 are no measurement.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "bench_program.h"
#include "core/file.h"
#include "core/parallel.h"
#include "models/random_weights.h"

namespace rag {
namespace {

constexpr std::size_t kWords = 20000;
constexpr std::size_t kWordsOfAPassage = 124, kPassagesOfAFile = 200;  // new ones: chunks of 160 tokens overlap
constexpr double kLeastSpeed = 1'000'000 / 300.0;  // passages a second
constexpr std::size_t kWorthMeasuring = 100'000;

std::vector<std::string> made_words() {
  std::mt19937 random(17);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kWords; ++i) {  // in order of syllables, so that none comes twice
    std::string word;
    for (std::size_t rest = i + 1; rest > 0; rest /= 65) word += std::string{"bdfgklmnprstv"[rest % 65 / 5], "aeiou"[rest % 5]};
    words.push_back(word);
  }
  std::ranges::shuffle(words, random);
  return words;
}

void make_model(const std::filesystem::path& folder, const std::vector<std::string>& words) {
  std::filesystem::create_directories(folder / "1_Pooling");
  std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n.\n";
  for (const std::string& word : words) vocabulary += word + '\n';
  const EncoderConfig config{.architecture = "bert", .hidden_size = 384, .layers = 6, .heads = 12, .intermediate_size = 1536, .vocabulary_size = kWords + 6, .positions = 512, .token_types = 2};
  write_file_atomically(folder / "vocab.txt", vocabulary);
  write_file_atomically(folder / "config.json",
                        nlohmann::json{{"model_type", "bert"}, {"hidden_size", 384}, {"num_hidden_layers", 6}, {"num_attention_heads", 12}, {"intermediate_size", 1536},
                                       {"vocab_size", kWords + 6}, {"type_vocab_size", 2}, {"max_position_embeddings", 512}}.dump());
  write_file_atomically(folder / "tokenizer_config.json", R"({"do_lower_case":true,"model_max_length":256})");
  write_file_atomically(folder / "modules.json", R"([{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},)"
                                                 R"({"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}])");
  write_file_atomically(folder / "1_Pooling/config.json", R"({"word_embedding_dimension":384,"pooling_mode_mean_tokens":true})");
  write_random_weights(folder / "model.safetensors", config);
}

std::string made_text(const std::vector<std::string>& words, std::size_t passages, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> even;
  std::string text;
  std::size_t left_of_sentence = 0;
  for (std::size_t i = 0; i < passages * kWordsOfAPassage; ++i) {
    if (left_of_sentence == 0) {
      if (i > 0) text += i % 5 == 0 ? ".\n\n" : ". ";
      left_of_sentence = 10 + random() % 19;
    } else {
      text += ' ';
    }
    text += words[static_cast<std::size_t>(std::pow(static_cast<double>(kWords), even(random))) - 1];  // the n-th comes 1/n as often as the first
    --left_of_sentence;
  }
  return text + ".\n";
}

void make_texts(const std::filesystem::path& folder, const std::vector<std::string>& words, std::size_t passages) {
  const std::size_t files = (passages + kPassagesOfAFile - 1) / kPassagesOfAFile;
  in_parallel(0, files, [&](std::size_t i) {
    const std::filesystem::path place = folder / std::to_string(i / 100);
    std::filesystem::create_directories(place);
    std::ofstream(place / (std::to_string(i) + ".txt")) << made_text(words, std::min(kPassagesOfAFile, passages - i * kPassagesOfAFile), static_cast<unsigned>(i));
  });
}

// Its exit code.
int run_program_of(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(const std::string& rag, std::size_t passages, const std::string& device, const std::filesystem::path& folder) {
  struct Remove {
    const std::filesystem::path& folder;
    ~Remove() {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    }
  } remove_at_end{folder};
  std::filesystem::remove_all(folder);
  const std::vector<std::string> words = made_words();
  make_model(folder / "minilm-shape", words);
  std::printf("making texts of %zu passages: %.1f s\n", passages, bench::milliseconds_of([&] { make_texts(folder / "docs", words, passages); }) / 1000);
  std::fflush(stdout);
  int code = 0;
  const std::string index = (folder / "index").string();
  const double seconds = bench::milliseconds_of([&] {
                           code = run_program_of({rag, "index", (folder / "docs").string(), "--index", index, "--model", (folder / "minilm-shape").string(), "--device", device, "--vectors", "exact"});
                         }) / 1000;
  struct rusage usage {};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  std::printf("rag index --device %s: %.1f s, %.0f passages/s, at most %ld MiB in a process; exit code %d\n", device.c_str(), seconds, static_cast<double>(passages) / seconds, usage.ru_maxrss / 1024, code);
  std::fflush(stdout);
  run_program_of({rag, "status", "--index", index});
  const bool slow = passages >= kWorthMeasuring && static_cast<double>(passages) / seconds < kLeastSpeed;
  if (slow) std::printf("slower than the aim, %.0f passages/s\n", kLeastSpeed);
  return code != 0 || slow ? 1 : 0;
}

}  // namespace
}  // namespace rag

int main(int argc, char** argv) {
  int code = 2;
  const int failed = rag::bench::run_program("bench_gpu_index", [&] {
    if (argc < 2) throw rag::Error(rag::ErrorKind::Usage, "the path of rag comes first");
    code = rag::run(argv[1], argc > 2 ? std::stoul(argv[2]) : 1'000'000, argc > 3 ? argv[3] : "cuda",
                    std::filesystem::path(argc > 4 ? argv[4] : "/dev/shm/bench-gpu-index-" + std::to_string(::getpid())));
  });
  return failed != 0 ? failed : code;
}
