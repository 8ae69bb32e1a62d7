#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "cli/finding.h"
#include "cli/gpu_check.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/vector_lists.h"
#include "core/companion.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "index/build_info.h"
#include "index/index_reader.h"
#include "ingest/ocr.h"
#include "ingest/parser.h"
#include "ingest/speech/recogniser.h"
#include "ingest/speech/sound.h"
#include "models/cross_encoder.h"
#include "models/kernels/byte_product.h"
#include "models/model_store.h"
#include "pipelines/json_output.h"
#include "pipelines/open_model.h"

namespace rag::cli {
namespace {

bool processor_has(const std::string& flag) {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("flags")) return (line + " ").find(" " + flag + " ") != std::string::npos;
  return false;
}

Finding look_at_processor() {
  std::string kinds;
  for (const char* flag : {"avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8"})
    if (processor_has(flag)) kinds += (kinds.empty() ? "" : " ") + std::string(flag);
  return {processor_has("avx2") ? Health::Good : Health::Slow, "processor",
          fmt::format("{}, {}; int8 products with {}", counted(std::thread::hardware_concurrency(), "core"),
                      kinds.empty() ? "no AVX2: embedding will be slow" : kinds, name_of(fastest_byte_instructions()))};
}

Finding look_at_vector_search() {
  const std::string build = vector_search_build();
  return build == "generic" ? Finding{Health::Slow, "vector search", "Debian's generic FAISS: 2.5 to 10 times slower; scripts/build_faiss.sh builds it for AVX2"}
                            : Finding{Health::Good, "vector search", "FAISS built for " + build};
}

Finding look_at_blas() {
  const char* kernels = std::getenv("OPENBLAS_CORETYPE");
  if (kernels) return {Health::Good, "OpenBLAS", std::string("kernels for ") + kernels};
  return {processor_has("avx2") ? Health::Slow : Health::Good, "OpenBLAS", "chooses its kernels itself; set OPENBLAS_CORETYPE=SkylakeX or Haswell"};
}

Finding look_at_companion(const char* what, const char* file) {
  const auto path = find_companion(file);
  return path.empty() ? Finding{Health::Bad, what, std::string(file) + " is not beside the program; build or install again"}
                      : Finding{Health::Good, what, path.string()};
}

// Optional: without it pictures and scans are named instead of read.
Finding look_at_text_recognition() {
  const std::string languages = OcrOptions{}.languages;
  std::string problem;
  const bool there = open_recognizer(ocr_languages(languages), problem) != nullptr;
  return {Health::Good, "text recognition", there ? "tesseract with " + languages : "none; for pictures and scans " + problem};
}

// The only look that counts: one text through the encoder, or one pair through the reranker.
Finding look_at_model(const InstalledModel& model) {
  if (!model.problem.empty()) return {Health::Bad, "model " + model.name, model.problem};
  try {
    if (model.kind == ModelKind::Reranker) {
      open_cross_encoder(model.directory)->score("a look", std::vector<std::string>{"at it"});
      return {Health::Good, "model " + model.name, fmt::format("{}, a reranker, {} tokens, runs", model.architecture, model.max_tokens)};
    }
    const auto embedder = open_embedder(model.directory);
    embedder->embed(std::vector<std::string>{"a look"}, TextKind::Query);
    return {Health::Good, "model " + model.name, fmt::format("{}, {} dimensions, {} tokens, runs", model.architecture, model.dimension, model.max_tokens)};
  } catch (const Error& error) {
    return {Health::Bad, "model " + model.name, error.what()};
  }
}

// Damaged lists are a loss of time only.
Finding look_at_vector_lists(const std::filesystem::path& directory) {
  try {
    const VectorListsState state = vector_lists_state(directory, ListCheck::EveryByte);
    return {state.kind == VectorListsState::Kind::Damaged ? Health::Slow : Health::Good, "vectors of the index", vector_lists_line(state)};
  } catch (const Error& error) {
    return {Health::Bad, "vectors of the index", error.what()};
  }
}

Finding look_at_index(const std::filesystem::path& directory) {
  try {
    const auto index = open_index_reader(directory);
    const IndexStatistics statistics = index->statistics();
    return {Health::Good, "index", fmt::format("{}: {}, {}, generation {}", directory.string(), counted(statistics.documents, "document"),
                                               counted(statistics.chunks, "chunk"), statistics.generation)};
  } catch (const Error& error) {
    return {Health::Bad, "index", error.what()};
  }
}

// Both are optional: without them recordings are skipped with a reason.
Finding look_at_ffmpeg() {
  const SoundTools tools = find_sound_tools();
  return {Health::Good, "ffmpeg", tools.found() ? tools.ffmpeg.string() : "none with an ffprobe beside it, so recordings are not read; ./scripts/setup_speech.sh installs it"};
}

Finding look_at_recogniser() {
  const std::filesystem::path program = find_recogniser();
  if (program.empty()) return {Health::Good, "speech recogniser", "none, so recordings are not read; ./scripts/setup_speech.sh installs one"};
  try {
    return {Health::Good, "speech recogniser", fmt::format("{}, runs ({})", start_recogniser(program)->name(), program.string())};
  } catch (const Error& error) {
    return {Health::Bad, "speech recogniser", program.string() + ": " + error.what()};
  }
}

std::string parsers() {
  return joined(all_parsers(), ", ", [](const Parser* parser) { return parser->name(); });
}

std::vector<Finding> look_at_everything(const std::filesystem::path& index_asked, const Config& config) {
  std::vector<Finding> findings = {look_at_processor(), look_at_vector_search(), look_at_blas(), look_at_companion("encoder engine", "librag_torch.so"),
                                   look_at_companion("parser process", "rag-parse"), look_at_companion("limits process", "rag-limit"), {Health::Good, "formats", parsers()},
                                   look_at_text_recognition(), look_at_ffmpeg(), look_at_recogniser()};
  const auto models = list_models();
  for (const InstalledModel& model : models) findings.push_back(look_at_model(model));
  if (models.empty()) findings.push_back({Health::Bad, "models", "none installed; run ./quickstart.sh, or 'rag model add DIR'"});
  try {
    const auto directory = existing_index(index_asked, config);
    findings.push_back(look_at_index(directory));
    if (findings.back().health == Health::Good) findings.push_back(look_at_vector_lists(directory));
  } catch (const Error&) {
    findings.push_back({Health::Good, "index", "none here yet; 'rag index FOLDER' makes one"});
  }
  return findings;
}

}  // namespace

int run_doctor(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("gpu", po::bool_switch(), "look at the GPUs alone: driver, memory, and a small search on each that is compared with the processor's");
  add_format_options(options, "text or json");
  const auto values = parse_options("doctor", "doctor [OPTIONS]", options, {}, arguments,
                                    "Exit code 6: something is missing without which rag does not work, or a GPU computes wrongly.\n");
  const bool json = output_format(values, {"text", "json"}) == "json";
  const std::vector<Finding> findings = values["gpu"].as<bool>() ? look_at_gpus() : look_at_everything(index_option(values, globals), globals.config);
  bool bad = false;
  if (json) std::cout << fmt::format("{{\"schema_version\":{},\"findings\":[", kSchemaVersion);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto& [health, what, detail] = findings[i];
    const char* word = health == Health::Good ? "ok" : health == Health::Slow ? "slow" : "bad";
    bad = bad || health == Health::Bad;
    if (json) std::cout << fmt::format("{}{{\"health\":\"{}\",\"what\":{},\"detail\":{}}}", i ? "," : "", word, json_string(what), json_string(detail));
    else std::cout << fmt::format("{:<5}{} {}\n", word, padded(what, 30), escape_for_terminal(detail));
  }
  if (json) std::cout << "]}\n";
  return bad ? exit_code(ErrorKind::Backend) : 0;
}

}  // namespace rag::cli
