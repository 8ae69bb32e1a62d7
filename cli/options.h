#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/gpu.h"
#include "models/embedder.h"
#include "pipelines/index_folder.h"
#include "pipelines/session.h"
#include "retrieve/retriever.h"

// Private to cli/: the one header of this room that knows Boost.Program_options.
namespace rag::cli {

namespace po = boost::program_options;

// Parses one command's arguments.  `--help` prints usage, options and `epilogue` and throws HelpShown.
// A wrong option throws Error(Usage) that names the option and 'rag COMMAND --help'.
struct HelpShown {};
po::variables_map parse_options(const std::string& command, const std::string& usage, const po::options_description& options,
                                const po::positional_options_description& positional, const std::vector<std::string>& arguments,
                                const std::string& epilogue = "");

// --index, in every command that reads or writes one.
void add_index_option(po::options_description& options);
std::string index_option(const po::variables_map& values, const Globals& globals);

// --model, --precision, --threads, --device.
void add_model_options(po::options_description& options);
EmbedderOptions embedder_options(const po::variables_map& values, const Config& config);
// What --device says, of which add_model_options tells, or `device` in rag.toml.
DeviceChoice device_option(const po::variables_map& values, const Config& config);
// The same for a measurement, which says what it was computed in: a GPU only where it was named, never by Auto's choice.
DeviceChoice named_device(const DeviceChoice& device);

// -k, --mode, --filter, --as, --candidates, --vectors, --probes, --dense-weight, --fusion, --k1, --characters-k1, --b, --max-per-document, --copies, --reranker, --rerank-depth.
void add_search_options(po::options_description& options);
RetrieveOptions retrieve_options(const po::variables_map& values, const Config& config, std::size_t default_k);
// Run files and measures count documents, so there copies are folded only where --copies asks for it.
void count_every_copy(const po::variables_map& values, RetrieveOptions& options);

// --vectors alone, for commands that write an index: whether it gets lists.
void add_vector_lists_option(po::options_description& options);
// What both say, and rag.toml.
VectorSearchOptions vector_search_options(const po::variables_map& values, const Config& config);

// An index with the encoder and the reranker that the options above and --model name.
SessionOptions session_options(const po::variables_map& values, const Config& config, const std::filesystem::path& index);

// --chunker, --one-chunk, --max-tokens, --overlap-tokens.
void add_chunk_options(po::options_description& options);
void read_chunk_options(const po::variables_map& values, const Config& config, IndexFolderOptions& out);

// --speech, --speech-language.
void add_speech_options(po::options_description& options);
void read_speech_options(const po::variables_map& values, const Config& config, SpeechOptions& out);

// --no-ocr, --ocr-languages, --ocr-seconds.
void add_ocr_options(po::options_description& options);
void read_ocr_options(const po::variables_map& values, const Config& config, OcrOptions& out);

// The lines of a --password-file.  Throws Error(Usage) where it cannot be read, is larger than 64 KiB or holds an empty line alone.
std::vector<std::string> read_passwords(const std::string& file);

// What an index made in this run remembers.  Asks on the terminal before much is removed.
IndexSettings settings_for(const std::string& model, const Embedder& embedder, const IndexFolderOptions& options);
bool ask_before_removal(const RemovalQuestion& question);

// --parse-memory, --parse-cpu, --parse-wall, --parse-text: what one file may cost; --parse-processes: how many at a time.  Throws Error(Usage) for none of it.
void add_parse_options(po::options_description& options);
void read_parse_options(const po::variables_map& values, const Config& config, ParseLimits& out);

// --format, one of `formats` in words, and --json.
void add_format_options(po::options_description& options, const char* formats);
// The format asked for.  Throws Error(Usage) where it is not one of `allowed`, or --json stands beside another one.
std::string output_format(const po::variables_map& values, const std::vector<std::string>& allowed);

// One of `allowed`, else Error(Usage) that lists them.
std::string choice(const std::string& option, const std::string& value, const std::vector<std::string>& allowed);

// The option's value where it was given, else the configured one, else the default.
template <typename T>
T pick(const po::variables_map& values, const char* option, const std::optional<T>& configured, T otherwise) {
  if (values.count(option)) return values[option].as<T>();
  return configured.value_or(otherwise);
}

}  // namespace rag::cli
