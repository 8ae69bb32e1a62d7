#include <algorithm>
#include <atomic>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "core/text.h"
#include "models/sentencepiece_charsmap.h"
#include "models/sentencepiece_model.h"
#include "models/sentencepiece_nmt_nfkc.h"
#include "models/sentencepiece_tokenizer.h"
#include "models/unigram_trie.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

const std::string kJoined = "\xE2\x80\x8D";

std::vector<SentencePiece> words() {
  return {{"▁", -3},      {"▁river", -2}, {"▁run", -2.5F}, {"s", -3}, {"r", -5}, {"i", -5}, {"ver", -4},   {"강", -4},
          {"▁강", -3.5F}, {"은", -4},     {"<", -6},       {"/", -6}, {">", -6}, {"a", -5}, {"aa", -7.5F}, {"aaa", -8}};
}

// fairseq's order, as in xlm-roberta's sentencepiece.bpe.model.
SentencePieceModel fairseq_model() {
  SentencePieceModel model;
  model.pieces = {{"<unk>", 0, PieceType::Unknown}, {"<s>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control}};
  for (const SentencePiece& piece : words()) model.pieces.push_back(piece);
  return model;
}

// The order of the ids, as 'rag model import' writes it.
SentencePieceModel own_model() {
  SentencePieceModel model;
  model.pieces = {
      {"<s>", 0, PieceType::Control}, {"<pad>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control}, {"<unk>", 0, PieceType::Unknown}};
  for (const SentencePiece& piece : words()) model.pieces.push_back(piece);
  return model;
}

class Unigram : public ModelFolder {
 protected:
  void put_model(const SentencePieceModel& model) { put("sentencepiece.model", write_sentencepiece_model(model)); }
  Tokens encode(const std::string& text, std::size_t max_tokens = 0) { return open_tokenizer(folder_)->encode(text, max_tokens); }
};

TEST_F(Unigram, TakesTheBestWayThroughAText) {
  put_model(own_model());
  EXPECT_EQ(encode("river runs").ids, (Ids{0, 5, 6, 7, 2}));
  EXPECT_EQ(encode("강은").ids, (Ids{0, 12, 13, 2}));
  EXPECT_EQ(encode("").ids, (Ids{0, 2}));
  EXPECT_EQ(encode("   ").ids, (Ids{0, 2}));
}

TEST_F(Unigram, MakesOneUnknownOfARunOfUnknownCharacters) {
  put_model(own_model());
  EXPECT_EQ(encode("river QQ\xF0\x9F\x98\x80").ids, (Ids{0, 5, 4, 3, 2}));
}

TEST_F(Unigram, ReadsInvalidBytesAsReplacementCharacters) {
  put_model(own_model());
  EXPECT_EQ(encode("river\xFF").ids, encode("river\xEF\xBF\xBD").ids);
}

TEST_F(Unigram, CountsWhatIsCutAndKeepsTheClosingToken) {
  put_model(own_model());
  const Tokens tokens = encode("river runs river runs", 5);
  EXPECT_EQ(tokens.ids, (Ids{0, 5, 6, 7, 2}));
  EXPECT_EQ(tokens.cut, 3U);
  EXPECT_EQ(open_tokenizer(folder_)->count("river runs river runs"), 6U);
}

TEST_F(Unigram, MovesTheIdsOfAnXlmRobertaDirectory) {
  put_model(fairseq_model());
  const Ids plain = encode("river runs 강 Q").ids;
  put("tokenizer_config.json", R"({"tokenizer_class": "XLMRobertaTokenizerFast"})");
  const Ids moved = encode("river runs 강 Q").ids;
  EXPECT_EQ(plain, (Ids{1, 4, 5, 6, 11, 3, 0, 2}));
  EXPECT_EQ(moved, (Ids{0, 5, 6, 7, 12, 4, 3, 2}));
  EXPECT_EQ(open_tokenizer(folder_)->vocabulary_size(), fairseq_model().pieces.size() + 2);
}

TEST_F(Unigram, MovesThemByTheModelTypeWhereNoClassIsNamed) {
  put_model(fairseq_model());
  put("config.json", R"({"model_type": "xlm-roberta"})");
  EXPECT_EQ(encode("river").ids, (Ids{0, 5, 2}));
}

TEST_F(Unigram, LeavesIdsThatAreAlreadyXlmRobertasOwn) {
  put_model(own_model());
  put("tokenizer_config.json", R"({"tokenizer_class": "XLMRobertaTokenizer"})");
  EXPECT_EQ(encode("river").ids, (Ids{0, 5, 2}));
}

TEST_F(Unigram, RefusesIdsOfAClassItDoesNotKnow) {
  put_model(own_model());
  put("tokenizer_config.json", R"({"tokenizer_class": "CamembertTokenizer"})");
  EXPECT_NE(refusal_to_open().find("CamembertTokenizer"), std::string::npos);
}

TEST_F(Unigram, FramesAsTheDirectorySays) {
  put_model(own_model());
  put("tokenizer_config.json", R"({"add_bos_token": true, "add_eos_token": false})");
  EXPECT_EQ(encode("river").ids, (Ids{0, 5}));
  put("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer"})");
  EXPECT_EQ(encode("river").ids, (Ids{5, 2}));
  put("tokenizer_config.json", R"({"cls_token": "<pad>", "sep_token": {"content": "</s>"}})");
  EXPECT_EQ(encode("river").ids, (Ids{1, 5, 2}));
}

TEST_F(Unigram, NeverReadsASpecialTokenOutOfText) {
  put_model(own_model());
  EXPECT_EQ(encode("</s>").ids, (Ids{0, 4, 14, 15, 7, 16, 2}));
  SentencePieceModel model = own_model();
  model.pieces.push_back({"<mask>", 0, PieceType::UserDefined});
  put_model(model);
  const auto mask = static_cast<std::int32_t>(model.pieces.size() - 1);
  EXPECT_NE(std::ranges::count(encode("<mask>").ids, mask), 0) << "a symbol of the user's own is found";
  put("special_tokens_map.json", R"({"mask_token": "<mask>"})");
  EXPECT_EQ(std::ranges::count(encode("<mask>").ids, mask), 0) << "unless the directory calls it special";
}

TEST_F(Unigram, MakesBlanksOfJoinersWhereTheMapMakesThemOfZeroWidthSpaces) {
  SentencePieceModel model = own_model();
  put_model(model);
  EXPECT_EQ(encode("river" + kJoined + "river").ids, (Ids{0, 5, 3, 8, 9, 10, 2})) << "unknown without a map";
  model.charsmap = nmt_nfkc_charsmap();
  put_model(model);
  EXPECT_EQ(encode("river" + kJoined + "river").ids, (Ids{0, 5, 5, 2}));
}

TEST_F(Unigram, CutsAsSentencePieceDoes) {
  SentencePieceModel model = own_model();
  model.charsmap = nmt_nfkc_charsmap();
  std::mt19937 random(3);
  const std::vector<std::string> bits{
      "river",        " ", "run",  "s", "aaaaaaa", "강", "은", "▁", "ﬁ", "Ａ", "\t", "e\xCC\x81", "\xE1\x84\x80\xE1\x85\xA1",
      "\xE2\x80\x8B", "Q", "\x01", "  "};
  for (const bool squeeze : {true, false}) {
    for (const bool prefix : {true, false}) {
      model.remove_extra_whitespaces = squeeze;
      model.add_dummy_prefix = prefix;
      const auto ours = make_sentencepiece_tokenizer(model, {}, "ours", "file");
      const auto theirs = make_sentencepiece_tokenizer(model, {.always_use_library = true}, "theirs", "file");
      for (int i = 0; i < 400; ++i) {
        std::string text;
        for (std::size_t n = random() % 12; n > 0; --n) text += bits[random() % bits.size()];
        ASSERT_EQ(ours->encode(text).ids, theirs->encode(text).ids) << text;
      }
    }
  }
}

TEST_F(Unigram, ServesSeveralThreadsAtOnce) {
  const std::string text = "river runs 강은 QQ aaaa";
  for (const bool library : {false, true}) {
    const auto tokenizer = make_sentencepiece_tokenizer(own_model(), {.always_use_library = library}, "name", "file");
    const Ids wanted = tokenizer->encode(text).ids;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 200; ++n) wrong += tokenizer->encode(text).ids != wanted;
      });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
  }
}

TEST_F(Unigram, ReadsTokenizerJsonLikeTheModelItWasMadeFrom) {
  SentencePieceModel model = own_model();
  put_model(model);
  const std::string text = "river runs  강은 <s> </s> QQ a aaa";
  const Ids wanted = encode(text).ids;
  std::filesystem::remove(folder_ / "sentencepiece.model");
  nlohmann::json vocabulary = nlohmann::json::array();
  for (const SentencePiece& piece : model.pieces) vocabulary.push_back({piece.text, piece.score});
  nlohmann::json added = nlohmann::json::array();
  for (int id = 0; id < 4; ++id)
    added.push_back({{"id", id}, {"content", model.pieces[static_cast<std::size_t>(id)].text}, {"special", true}});
  nlohmann::json json = {
      {"added_tokens", added},
      {"normalizer", nullptr},
      {"pre_tokenizer",
       {{"type", "Sequence"},
        {"pretokenizers", {{{"type", "WhitespaceSplit"}}, {{"type", "Metaspace"}, {"replacement", "▁"}, {"add_prefix_space", true}}}}}},
      {"post_processor",
       {{"type", "TemplateProcessing"},
        {"single", {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}, {{"SpecialToken", {{"id", "</s>"}}}}}},
        {"special_tokens", {{"<s>", {{"ids", {0}}}}, {"</s>", {{"ids", {2}}}}}}}},
      {"model", {{"type", "Unigram"}, {"unk_id", 3}, {"vocab", vocabulary}}}};
  put("tokenizer.json", json.dump());
  EXPECT_EQ(encode(text).ids, wanted);
  EXPECT_EQ(open_tokenizer(folder_)->vocabulary_size(), model.pieces.size());

  nlohmann::json damaged = json;
  damaged["model"]["unk_id"] = 4000;
  put("tokenizer.json", damaged.dump());
  EXPECT_NE(refusal_to_open(), "");
  damaged = json;
  damaged["normalizer"] = {{"type", "Lowercase"}};
  put("tokenizer.json", damaged.dump());
  EXPECT_NE(refusal_to_open().find("normaliser Lowercase"), std::string::npos);
  damaged["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", "AAQAAAAA"}};
  put("tokenizer.json", damaged.dump());
  EXPECT_NE(refusal_to_open().find("normalisation map"), std::string::npos);
  damaged = json;
  damaged["model"]["vocab"][5][1] = "x";
  put("tokenizer.json", damaged.dump());
  EXPECT_NE(refusal_to_open(), "");
}

TEST_F(Unigram, FallsBackToBytesWhereTheModelDoes) {
  SentencePieceModel model = own_model();
  model.byte_fallback = true;
  const auto first = static_cast<std::int32_t>(model.pieces.size());
  std::vector<std::string> names;
  for (int byte = 0; byte < 256; ++byte) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    names.push_back(std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">");
  }
  for (const std::string& name : names) model.pieces.push_back({name, 0, PieceType::Byte});
  put_model(model);
  EXPECT_EQ(encode("Q").ids, (Ids{0, 4, first + 'Q', 2}));
}

TEST_F(Unigram, RefusesOrOutlivesEveryCutOfAModel) {
  const std::string whole = write_sentencepiece_model(own_model());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    put("sentencepiece.model", whole.substr(0, size));
    const std::string message = refusal([&] { encode("river runs"); });
    EXPECT_TRUE(message.empty() || message.find("sentencepiece.model") != std::string::npos) << message;
    EXPECT_TRUE(size >= 20 || !message.empty()) << size;
  }
}

TEST_F(Unigram, OutlivesEveryFlippedByteOfAModel) {
  const std::string whole = write_sentencepiece_model(own_model());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      refusal(
          [&] { make_sentencepiece_tokenizer(read_sentencepiece_model(damaged, "file"), {}, "name", "file")->encode("river runs 강은"); });
    }
  }
}

TEST_F(Unigram, RefusesHugeLengthsBeforeItAllocates) {
  put("sentencepiece.model", std::string("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10) + "abc");
  EXPECT_NE(refusal_to_open().find("cut"), std::string::npos);
}

TEST_F(Unigram, SaysWhatIsWrongWithAPiece) {
  const auto refused_with = [&](const SentencePiece& piece) {
    SentencePieceModel model = own_model();
    model.pieces.push_back(piece);
    put_model(model);
    return refusal_to_open();
  };
  EXPECT_NE(refused_with({"", 0}).find("is empty"), std::string::npos);
  EXPECT_NE(refused_with({std::string(2000, 'x'), 0}).find("2000 bytes"), std::string::npos);
  EXPECT_NE(refused_with({"a\xFF", 0}).find("not text"), std::string::npos);
  EXPECT_NE(refused_with({std::string("a\0b", 3), 0}).find("not text"), std::string::npos);
  EXPECT_NE(refused_with({"x", std::numeric_limits<float>::quiet_NaN()}).find("finite"), std::string::npos);
  EXPECT_NE(refused_with({"x", 0, PieceType::Unknown}).find("2 pieces for what is unknown"), std::string::npos);
  EXPECT_NE(refused_with({"river", 0, PieceType::Byte}).find("stands for a byte"), std::string::npos);
  EXPECT_NE(refused_with({"▁river", 0}).find("there twice"), std::string::npos);
  EXPECT_NE(refused_with({"x", 0, static_cast<PieceType>(9)}).find("unknown type 9"), std::string::npos);
}

TEST_F(Unigram, RefusesSymbolsNestedTooDeeply) {
  SentencePieceModel model = own_model();
  const std::string longest(70, 'z');
  for (std::size_t length = 1; length <= 70; ++length)
    model.pieces.push_back({std::string_view(longest).substr(0, length), 0, PieceType::UserDefined});
  put_model(model);
  EXPECT_NE(refusal_to_open().find("nested too deeply"), std::string::npos);
}

TEST(UnigramTrie, FindsEveryPieceATextBeginsWith) {
  const UnigramTrie trie({{"a", 1}, {"abc", 3}, {"ab", 2}, {"abcdef", 6}, {"b", 7}});
  const auto found = [&](std::string_view text) {
    std::vector<std::pair<std::size_t, std::int32_t>> out;
    trie.for_each_prefix(text, [&](std::size_t length, std::int32_t id, float) { out.emplace_back(length, id); });
    return out;
  };
  using Found = std::vector<std::pair<std::size_t, std::int32_t>>;
  EXPECT_EQ(found("abcdx"), (Found{{1, 1}, {2, 2}, {3, 3}}));
  EXPECT_EQ(found("abcdefg"), (Found{{1, 1}, {2, 2}, {3, 3}, {6, 6}}));
  EXPECT_EQ(found("abcde"), (Found{{1, 1}, {2, 2}, {3, 3}}));
  EXPECT_EQ(found("b"), (Found{{1, 7}}));
  EXPECT_EQ(found("c"), Found{});
  EXPECT_EQ(found(""), Found{});
  EXPECT_EQ(trie.duplicate(), -1);
  EXPECT_EQ(UnigramTrie({{"xy", 1}, {"x", 0}, {"xy", 2}}).duplicate(), 2);
}

TEST(UnigramTrie, FindsPiecesThatPartOnlyBehindManyBytes) {
  const std::string same(20, 's');
  std::vector<std::string> texts{same, same + "a", same + "b", same.substr(0, 8), same.substr(0, 16) + "x", same.substr(0, 7)};
  std::vector<UnigramPiece> pieces;
  for (std::size_t i = 0; i < texts.size(); ++i) pieces.push_back({texts[i], static_cast<std::int32_t>(i)});
  const UnigramTrie trie(pieces);
  std::vector<std::int32_t> found;
  trie.for_each_prefix(same + "bc", [&](std::size_t length, std::int32_t id, float) {
    EXPECT_EQ(length, texts[static_cast<std::size_t>(id)].size());
    found.push_back(id);
  });
  EXPECT_EQ(found, (std::vector<std::int32_t>{5, 3, 0, 2}));
  const std::string twice = same;
  pieces.push_back({twice, 6});
  EXPECT_EQ(UnigramTrie(pieces).duplicate(), 6);
  EXPECT_EQ(UnigramTrie({}).duplicate(), -1);
}

TEST(UnigramTrie, TellsManyBytesApart) {
  std::vector<std::string> texts;
  std::vector<UnigramPiece> pieces;
  for (int byte = 1; byte < 256; ++byte)  // under "x" a node with a child for each, under "y" one for every thirtieth
    for (const char first : {'x', 'y'})
      if (first == 'x' || byte % 30 == 0) texts.push_back({first, static_cast<char>(byte), 'z'});
  for (std::size_t i = 0; i < texts.size(); ++i) pieces.push_back({texts[i], static_cast<std::int32_t>(i), 0.5F * static_cast<float>(i)});
  const UnigramTrie trie(pieces);
  std::size_t found = 0;
  for (const UnigramPiece& piece : pieces)
    trie.for_each_prefix(std::string(piece.text) + "!", [&](std::size_t length, std::int32_t id, float score) {
      EXPECT_EQ(length, 3U);
      EXPECT_EQ(id, piece.id);
      EXPECT_EQ(score, piece.score);
      ++found;
    });
  EXPECT_EQ(found, pieces.size());
  for (const std::string_view absent : {std::string_view("x\0z", 3), std::string_view("y\0z", 3), std::string_view("y\x01z")})
    trie.for_each_prefix(absent, [&](std::size_t, std::int32_t, float) { ADD_FAILURE() << escape_for_terminal(absent); });
  EXPECT_EQ(trie.longest(), 3U);
}

TEST(Charsmap, IsSoundAsTheLibraryMakesIt) {
  const std::string map = nmt_nfkc_charsmap();
  EXPECT_EQ(find_charsmap_fault(map), std::nullopt);
  EXPECT_EQ(Charsmap(map).longest_prefix("Ａb").replacement, "A");
  EXPECT_EQ(Charsmap(map).longest_prefix("e\xCC\x81x").length, 3U);
  EXPECT_TRUE(Charsmap(map).makes_blanks_of_zero_width());
  EXPECT_FALSE(Charsmap("").makes_blanks_of_zero_width());
}

TEST(Charsmap, KnowsHowFarATextStaysAsItIs) {
  const Charsmap map(nmt_nfkc_charsmap());
  EXPECT_EQ(map.plain_prefix("cafe\xCC\x81"), 3U) << "the last letter may join with what follows";
  EXPECT_EQ(map.plain_prefix("two words"), 3U);
  EXPECT_EQ(map.plain_prefix("word"), 4U);
  EXPECT_EQ(map.plain_prefix("\x01word"), 0U);
  EXPECT_EQ(map.plain_prefix("강"), 0U);
  EXPECT_EQ(map.plain_prefix(""), 0U);
  EXPECT_EQ(Charsmap("").plain_prefix("two words"), 3U);
}

// A map with one key, "ab", which becomes "x", laid out by hand.
TEST(Charsmap, DoesNotPassOverAKeyOfTwoAsciiCharacters) {
  constexpr std::uint32_t kValue = 1U << 31, kHasValue = 1U << 8;
  std::vector<std::uint32_t> units(1024, kValue);  // places without a unit lead nowhere
  units[0] = 256U << 10;
  units[256 ^ 'a'] = (256U ^ 'a' ^ 512U) << 10 | 'a';
  units[512 ^ 'b'] = (512U ^ 'b' ^ 768U) << 10 | kHasValue | 'b';
  std::string bytes;
  for (const std::uint32_t number : units)
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xFF);
  bytes = std::string("\x00\x10\x00\x00", 4) + bytes + std::string("x\0", 2);
  ASSERT_EQ(find_charsmap_fault(bytes), std::nullopt);
  const Charsmap map(bytes);
  EXPECT_EQ(map.longest_prefix("abc").replacement, "x");
  EXPECT_EQ(map.plain_prefix("abc"), 0U);
  EXPECT_EQ(map.plain_prefix("bcab"), 2U);
  EXPECT_EQ(map.plain_prefix("ba"), 1U) << "what comes after may be a b";
}

TEST(Charsmap, IsRefusedOrHarmlessWhateverIsFlipped) {
  const std::string map = nmt_nfkc_charsmap();
  const std::size_t trie = static_cast<unsigned char>(map[0]) | static_cast<std::size_t>(static_cast<unsigned char>(map[1])) << 8 |
                           static_cast<std::size_t>(static_cast<unsigned char>(map[2])) << 16;
  std::mt19937 random(5);
  std::size_t refused = 0;
  for (int i = 0; i < 60; ++i) {
    std::string damaged = map;
    for (int n = 0; n < 8; ++n) damaged[4 + random() % trie] = static_cast<char>(random());
    if (find_charsmap_fault(damaged)) {
      ++refused;
      continue;
    }
    const Charsmap used(damaged);
    std::string text;
    for (int n = 0; n < 200; ++n) append_utf8(text, static_cast<char32_t>(random() % 0xD800));
    for (std::size_t at = 0; at < text.size(); ++at)
      EXPECT_LE(used.longest_prefix(std::string_view(text).substr(at)).length, text.size() - at);
  }
  EXPECT_GT(refused, 0U);
}

TEST(Charsmap, IsRefusedWhereItsHeadLies) {
  const std::string map = nmt_nfkc_charsmap();
  EXPECT_NE(find_charsmap_fault("abc"), std::nullopt);
  EXPECT_NE(find_charsmap_fault(map.substr(0, map.size() - 1)), std::nullopt) << "the last text has no end";
  EXPECT_NE(find_charsmap_fault(map.substr(0, 2000)), std::nullopt);
  EXPECT_NE(find_charsmap_fault("\xFF\xFF\xFF\xFF" + map.substr(4)), std::nullopt);
  EXPECT_NE(find_charsmap_fault(std::string(4, '\0') + map.substr(4)), std::nullopt);
  EXPECT_NE(find_charsmap_fault(map.substr(0, 4) + "\xFF\xFF\xFF\xFF" + map.substr(8)), std::nullopt) << "where every walk begins stands a text that lies anywhere";
}

}  // namespace
}  // namespace rag
