#include "cli/options.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>

#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"

namespace rag::cli {
namespace {

// boost reads "-1" as a very large count.
void refuse_negative_counts(const po::variables_map& values) {
  for (const auto& [name, value] : values) {
    const auto* count = boost::any_cast<std::size_t>(&value.value());
    if (count && *count > std::numeric_limits<std::size_t>::max() / 2)
      throw Error(ErrorKind::Usage, (name.size() == 1 ? "-" : "--") + name + ": must not be negative");
  }
}

std::optional<Precision> precision_of(const std::string& name) {
  const std::string checked = choice("--precision", name, {"auto", "fp32", "bf16", "int8"});
  if (checked == "auto") return std::nullopt;
  return checked == "fp32" ? Precision::Fp32 : checked == "bf16" ? Precision::Bf16 : Precision::Int8;
}

}  // namespace

po::variables_map parse_options(const std::string& command, const std::string& usage, const po::options_description& options,
                                const po::positional_options_description& positional, const std::vector<std::string>& arguments,
                                const std::string& epilogue) {
  po::options_description all;
  all.add(options);
  all.add_options()("help,h", "this text");
  po::variables_map values;
  try {
    // No guessing: an abbreviated option would mean something else once a longer one comes.
    const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(all).positional(positional).style(style).run(), values);
    if (values.count("help")) {
      po::options_description shown("Options");
      for (const auto& option : all.options())
        if (!option->description().empty()) shown.add(option);
      std::cout << "Usage: rag " << usage << "\n\n" << shown << (epilogue.empty() ? "" : "\n" + epilogue) << std::flush;
      throw HelpShown{};
    }
    po::notify(values);
    refuse_negative_counts(values);
  } catch (const po::error& trouble) {
    throw Error(ErrorKind::Usage, "rag " + command + ": " + trouble.what() + "; 'rag " + command + " --help' lists what there is");
  }
  return values;
}

std::string choice(const std::string& option, const std::string& value, const std::vector<std::string>& allowed) {
  for (const std::string& candidate : allowed)
    if (value == candidate) return value;
  throw Error(ErrorKind::Usage, option + " " + value + ": not one of " + joined(allowed));
}

void add_format_options(po::options_description& options, const char* formats) {
  options.add_options()("format", po::value<std::string>()->value_name("F")->default_value("text"), formats)("json", po::bool_switch(),
                                                                                                             "the same as --format json");
}

std::string output_format(const po::variables_map& values, const std::vector<std::string>& allowed) {
  const std::string format = choice("--format", values["format"].as<std::string>(), allowed);
  if (!values["json"].as<bool>()) return format;
  if (format != "json" && !values["format"].defaulted())
    throw Error(ErrorKind::Usage, "--json and --format " + format + ": two formats; give one of them");
  return "json";
}

void add_index_option(po::options_description& options) {
  options.add_options()("index", po::value<std::string>()->value_name("DIR"),
                        "the index; default: RAG_INDEX, else the nearest .rag folder at or above this one");
}

std::string index_option(const po::variables_map& values, const Globals& globals) {
  return values.count("index") ? values["index"].as<std::string>() : globals.index;
}

void add_model_options(po::options_description& options) {
  options.add_options()("model", po::value<std::string>()->value_name("NAME|DIR"),
                        "the encoder: a name from 'rag model list', a Hugging Face model folder, or \"hash\" (no weights, finds shared "
                        "words only); default: the index's own, "
                        "for a new index multilingual-e5-small")(
      "precision", po::value<std::string>()->value_name("P"),
      "what the encoder computes in: fp32 (exact), bf16, int8 (three times as fast where the processor has AVX-512 VNNI), or auto "
      "(default): int8 there, fp32 elsewhere, with 'embed' and with 'eval --one-chunk'; a GPU computes in bf16")("threads", po::value<std::size_t>()->value_name("N"), "threads of the encoder; default: all cores")(
      "device", po::value<std::string>()->value_name("D"),
      "where to compute: cpu, cuda or cuda:N (a GPU; an error where that cannot be) or auto (default: a GPU for much text, in a build for CUDA that "
      "finds one, else the processor)");
}

EmbedderOptions embedder_options(const po::variables_map& values, const Config& config) {
  EmbedderOptions options;
  options.precision = precision_of(pick<std::string>(values, "precision", config.precision, "auto"));
  options.threads = pick<std::size_t>(values, "threads", config.threads, 0);
  options.device = device_option(values, config);
  return options;
}

DeviceChoice device_option(const po::variables_map& values, const Config& config) {
  return device_choice("--device", pick<std::string>(values, "device", config.device, "auto"));
}

DeviceChoice named_device(const DeviceChoice& device) { return device.kind == DeviceChoice::Kind::Auto ? DeviceChoice{DeviceChoice::Kind::Cpu, std::nullopt} : device; }

void add_search_options(po::options_description& options) {
  options.add_options()("k,k", po::value<std::size_t>()->value_name("N"),
                        "how many passages; default: 5 for search, 8 for ask and chat (eval keeps --depth documents)")(
      "mode", po::value<std::string>()->value_name("M"),
      "hybrid (default: both, scores joined), dense (meaning) or lexical (words; needs no encoder)")(
      "filter", po::value<std::string>()->value_name("EXPR")->default_value(""),
      "only documents that fit, e.g. 'ext=pdf AND dept=hr AND year>=2024'; keys: path, ext, title, lang, type, source, id and all "
      "metadata")("as", po::value<std::vector<std::string>>()->value_name("GROUP")->composing(),
                  "search as a member of this group (repeatable): only documents without an access list, or that one of the groups may read; "
                  "default: everything")("candidates", po::value<std::size_t>()->value_name("N"),
                  "chunks taken from each leg before they are joined; default: 200")(
      "vectors", po::value<std::string>()->value_name("V"),
      "how the dense leg finds the nearest vectors: exact (compares all of them), ivf (looks into the nearest lists: faster on large indexes, may miss some; "
      "exact where 'rag index --vectors ivf' has made no lists) or auto (default: exact up to 500,000 chunks, ivf above)")(
      "probes", po::value<std::size_t>()->value_name("N"),
      "lists that ivf looks into; more finds more and takes longer, all of them are the exact search; default: by their number and by what is asked for")(
      "fusion", po::value<std::string>()->value_name("F"),
      "how hybrid joins its legs: convex (default: weighted sum of scores scaled to 0..1) or rrf (reciprocal ranks)")(
      "dense-weight", po::value<double>()->value_name("W"), "weight of meaning against words in convex fusion, 0 to 1; default: 0.5")(
      "k1", po::value<double>()->value_name("X"), "BM25: larger counts repeated words more, 0 to 100; default: 1.5")(
      "characters-k1", po::value<double>()->value_name("X"),
      "the same for pairs of Korean, Chinese and Japanese characters, which come back by chance; default: 0.2")(
      "b", po::value<double>()->value_name("X"), "BM25: 0 ignores a passage's length, 1 counts it in full; default: 0.75")(
      "max-per-document", po::value<std::size_t>()->value_name("N")->default_value(0),
      "at most so many passages of one document; 0: no limit")(
      "copies", po::value<std::string>()->value_name("C"),
      "once (default): a passage that near-duplicate documents share is shown once, with the others' names, and -k counts it once; each: in every "
      "one of them (default of eval and of --format trec)")(
      "reranker", po::value<std::string>()->value_name("NAME|DIR"),
      "a cross-encoder that reads the best passages together with the question and sorts them anew: a name from 'rag model list' or a Hugging Face "
      "folder; \"none\": without one, also where rag.toml names one; default: none")(
      "rerank-depth", po::value<std::size_t>()->value_name("N"),
      "passages the reranker reads; more finds more and takes longer, those behind keep their order; default: 50");
}

void add_vector_lists_option(po::options_description& options) {
  options.add_options()("vectors", po::value<std::string>()->value_name("V"),
                        "lists for searching large indexes quickly: auto (default: made above 500,000 chunks), ivf (made whatever the size; search with "
                        "--vectors ivf, or set both by search.vectors in rag.toml) or exact (not made)");
}

VectorSearchOptions vector_search_options(const po::variables_map& values, const Config& config) {
  VectorSearchOptions options;
  const std::string method = choice("--vectors", pick<std::string>(values, "vectors", config.vectors, "auto"), {"auto", "exact", "ivf"});
  options.method = method == "exact" ? VectorMethod::Exact : method == "ivf" ? VectorMethod::Ivf : VectorMethod::Auto;
  options.probes = pick<std::size_t>(values, "probes", config.probes, 0);
  if (values.count("probes") && options.probes == 0) throw Error(ErrorKind::Usage, "--probes 0: must be at least 1; leave it out for the default");
  options.ivf_from = config.ivf_from.value_or(options.ivf_from);
  options.device = device_option(values, config);
  return options;
}

RetrieveOptions retrieve_options(const po::variables_map& values, const Config& config, std::size_t default_k) {
  RetrieveOptions options;
  options.k = pick<std::size_t>(values, "k", config.k, default_k);
  if (options.k == 0 || options.k > 100000) throw Error(ErrorKind::Usage, "-k " + std::to_string(options.k) + ": must be from 1 to 100000");
  const std::string mode = choice("--mode", pick<std::string>(values, "mode", config.mode, "hybrid"), {"hybrid", "dense", "lexical"});
  options.mode = mode == "dense" ? SearchMode::Dense : mode == "lexical" ? SearchMode::Lexical : SearchMode::Hybrid;
  options.filter = values["filter"].as<std::string>();
  if (values.count("as")) options.groups = values["as"].as<std::vector<std::string>>();
  for (const std::string& group : options.groups.value_or(std::vector<std::string>{}))
    if (trim(group).empty()) throw Error(ErrorKind::Usage, "--as: an empty name, expected a group such as one of 'rag sources add --access'");
  options.candidates = std::max(options.k, pick<std::size_t>(values, "candidates", config.candidates, options.candidates));
  options.vectors = vector_search_options(values, config);
  const std::string fusion = choice("--fusion", pick<std::string>(values, "fusion", config.fusion, "convex"), {"convex", "rrf"});
  options.fusion.method = fusion == "rrf" ? FusionMethod::ReciprocalRank : FusionMethod::Convex;
  options.fusion.dense_weight = pick<double>(values, "dense-weight", config.dense_weight, options.fusion.dense_weight);
  options.bm25.k1 = pick<double>(values, "k1", config.k1, options.bm25.k1);
  options.bm25.characters_k1 = pick<double>(values, "characters-k1", config.characters_k1, options.bm25.characters_k1);
  options.bm25.b = pick<double>(values, "b", config.b, options.bm25.b);
  const auto within = [](double value, double low, double high) { return std::isfinite(value) && value >= low && value <= high; };
  if (!within(options.fusion.dense_weight, 0, 1)) throw Error(ErrorKind::Usage, "--dense-weight: must be from 0 to 1");
  if (!within(options.bm25.k1, 0, 100)) throw Error(ErrorKind::Usage, "--k1: must be from 0 to 100");
  if (!within(options.bm25.characters_k1, 0, 100)) throw Error(ErrorKind::Usage, "--characters-k1: must be from 0 to 100");
  if (!within(options.bm25.b, 0, 1)) throw Error(ErrorKind::Usage, "--b: must be from 0 to 1");
  options.max_per_document = values["max-per-document"].as<std::size_t>();
  options.fold_copies = !values.count("copies") || choice("--copies", values["copies"].as<std::string>(), {"once", "each"}) == "once";
  options.rerank_depth = pick<std::size_t>(values, "rerank-depth", config.rerank_depth, options.rerank_depth);
  if (options.rerank_depth == 0 || options.rerank_depth > 10000)
    throw Error(ErrorKind::Usage, "--rerank-depth " + std::to_string(options.rerank_depth) + ": must be from 1 to 10000");
  return options;
}

void count_every_copy(const po::variables_map& values, RetrieveOptions& options) {
  if (!values.count("copies")) options.fold_copies = false;
}

SessionOptions session_options(const po::variables_map& values, const Config& config, const std::filesystem::path& index) {
  SessionOptions options{.index = index,
                         .model = values.count("model") ? values["model"].as<std::string>() : "",
                         .embedder = embedder_options(values, config)};
  options.reranker = pick<std::string>(values, "reranker", config.reranker, "");
  if (options.reranker == "none") options.reranker.clear();
  options.cross_encoder = {.precision = options.embedder.precision, .threads = options.embedder.threads, .device = options.embedder.device};
  return options;
}

void add_chunk_options(po::options_description& options) {
  options.add_options()("chunker", po::value<std::string>()->value_name("C"),
                        "structure (default: headings, paragraphs, sentences, table rows) or one (a document is one chunk)")(
      "one-chunk", po::bool_switch(), "the same as --chunker one: for comparing encoders with published figures")(
      "max-tokens", po::value<std::size_t>()->value_name("N"), "longest chunk, in the encoder's tokens; default: 160")(
      "overlap-tokens", po::value<std::size_t>()->value_name("N"),
      "tokens repeated at the start of the next chunk, whole sentences; default: 30");
}

void read_chunk_options(const po::variables_map& values, const Config& config, IndexFolderOptions& out) {
  const std::string chunker = choice("--chunker", pick<std::string>(values, "chunker", config.chunker, "structure"), {"structure", "one"});
  out.one_chunk = chunker == "one" || values["one-chunk"].as<bool>();
  out.chunk.max_tokens = pick<std::size_t>(values, "max-tokens", config.max_tokens, out.chunk.max_tokens);
  out.chunk.overlap_tokens = pick<std::size_t>(values, "overlap-tokens", config.overlap_tokens, out.chunk.overlap_tokens);
  if (out.chunk.max_tokens < 8) throw Error(ErrorKind::Usage, "--max-tokens " + std::to_string(out.chunk.max_tokens) + ": at least 8");
  if (out.chunk.overlap_tokens >= out.chunk.max_tokens) throw Error(ErrorKind::Usage, "--overlap-tokens must be smaller than --max-tokens");
}

void add_speech_options(po::options_description& options) {
  options.add_options()("speech", po::value<std::string>()->value_name("on|off"),
                        "listen to recordings, where scripts/setup_speech.sh has installed a recogniser; default: on")(
      "speech-language", po::value<std::string>()->value_name("L"),
      "what is spoken in them: ko, en, another language's two letters, several with commas between them (each stretch is then listened to for which), or any; "
      "default: ko,en");
}

void read_speech_options(const po::variables_map& values, const Config& config, SpeechOptions& out) {
  out.on = choice("--speech", pick<std::string>(values, "speech", config.speech, "on"), {"on", "off"}) == "on";
  std::string list = pick<std::string>(values, "speech-language", config.speech_language, "auto");
  if (list == "auto") return;
  out.languages.clear();
  if (list == "any") return;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    const std::string language = list.substr(at, comma - at);
    const bool is_code = (language.size() == 2 || language.size() == 3) &&
                         std::all_of(language.begin(), language.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!is_code)
      throw Error(ErrorKind::Usage, "--speech-language \"" + list + "\": expected auto, any, or languages by their letters, such as ko or ko,en,ja");
    out.languages.push_back(language);
    at = comma + 1;
  }
}

void add_ocr_options(po::options_description& options) {
  options.add_options()("no-ocr", po::bool_switch(), "do not recognise the text of pictures and of PDF pages without a text of their own")(
      "ocr-languages", po::value<std::string>()->value_name("L"),
      "tesseract's names of the languages in pictures, joined by +, the most frequent first; each takes time; default: kor+eng")(
      "ocr-seconds", po::value<std::size_t>()->value_name("N"),
      "processor time for recognising one file; pages beyond it are named; a page takes 2 to 5; default: 1800");
}

void read_ocr_options(const po::variables_map& values, const Config& config, OcrOptions& out) {
  out.enabled = !values["no-ocr"].as<bool>() && config.ocr.value_or(out.enabled);
  out.languages = pick<std::string>(values, "ocr-languages", config.ocr_languages, out.languages);
  ocr_languages(out.languages);
  constexpr std::size_t kMostSeconds = 1'000'000;
  const auto seconds = pick<std::size_t>(values, "ocr-seconds", config.ocr_seconds, static_cast<std::size_t>(out.max_cpu.count()));
  if (seconds == 0 || seconds > kMostSeconds)
    throw Error(ErrorKind::Usage, "--ocr-seconds " + std::to_string(seconds) + ": must be from 1 to 1000000; --no-ocr recognises nothing");
  out.max_cpu = std::chrono::seconds(seconds);
}

std::vector<std::string> read_passwords(const std::string& file) {
  constexpr std::size_t kMost = std::size_t{64} << 10;
  std::ifstream in(file, std::ios::binary);
  std::string bytes(kMost + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in && in.gcount() == 0 && !in.eof()) throw Error(ErrorKind::Usage, file + ": cannot be read; expected a file with one password a line");
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > kMost) throw Error(ErrorKind::Usage, file + ": more than 64 KiB; expected a file with one password a line");
  std::vector<std::string> passwords;
  std::istringstream lines(bytes);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) passwords.push_back(line);
  }
  if (passwords.empty()) throw Error(ErrorKind::Usage, file + ": no password in it, expected one a line");
  return passwords;
}

void add_parse_options(po::options_description& options) {
  const ParseLimits limits;
  const auto whole = [](const char* unit) { return po::value<std::size_t>()->value_name(unit); };
  static const std::string memory = "memory that reading one file may take, in MB; default: " + std::to_string(limits.max_address_space >> 20);
  static const std::string cpu = "processor time that it may take, in seconds; default: " + std::to_string(limits.max_cpu.count());
  static const std::string wall = "time that it may take in all, in seconds; default: " + std::to_string(limits.max_wall.count());
  static const std::string text = "text of one file that is kept, in MB; the rest is reported; default: " + std::to_string(limits.max_text_bytes >> 20);
  options.add_options()("parse-memory", whole("MB"), memory.c_str())("parse-cpu", whole("S"), cpu.c_str())("parse-wall", whole("S"), wall.c_str())(
      "parse-text", whole("MB"), text.c_str())("parse-processes", whole("N"), "files that are read at the same time, each in a process of its own; default: one for each core");
}

void read_parse_options(const po::variables_map& values, const Config& config, ParseLimits& out) {
  const auto within = [&](const char* option, const std::optional<std::size_t>& configured, std::size_t otherwise, std::size_t least, std::size_t most) {
    const std::size_t value = pick<std::size_t>(values, option, configured, otherwise);
    if (value < least || value > most)
      throw Error(ErrorKind::Usage, "--" + std::string(option) + " " + std::to_string(value) + ": expected " + std::to_string(least) + " to " + std::to_string(most));
    return value;
  };
  const auto seconds = [](std::size_t count) { return std::chrono::seconds(static_cast<std::chrono::seconds::rep>(count)); };
  constexpr std::size_t kDay = 86400;
  out.max_address_space = within("parse-memory", config.parse_memory_mb, out.max_address_space >> 20, 128, std::size_t{1} << 20) << 20;
  out.max_cpu = seconds(within("parse-cpu", config.parse_cpu_s, static_cast<std::size_t>(out.max_cpu.count()), 1, kDay));
  out.max_wall = seconds(within("parse-wall", config.parse_wall_s, static_cast<std::size_t>(out.max_wall.count()), 1, kDay));
  out.max_text_bytes = within("parse-text", config.parse_text_mb, out.max_text_bytes >> 20, 1, 1024) << 20;
  out.processes = within("parse-processes", config.parse_processes, out.processes, 0, 1024);
}

}  // namespace rag::cli
