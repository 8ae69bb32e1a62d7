#include "models/pair_frame.h"

#include <nlohmann/json.hpp>

#include "models/sentencepiece_model.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

using Types = std::vector<std::uint8_t>;

TEST(PairFrame, GivesTheSecondTextOfBertASegmentOfItsOwn) {
  const TokenPair pair = bert_pair(2, 3).around({10, 11}, {20}, 0);
  EXPECT_EQ(pair.ids, (Ids{2, 10, 11, 3, 20, 3}));
  EXPECT_EQ(pair.types, (Types{0, 0, 0, 0, 1, 1}));
}

TEST(PairFrame, PutsTwoMarksBetweenTheTextsOfRoberta) {
  const TokenPair pair = roberta_pair(0, 2).around({10, 11}, {20}, 0);
  EXPECT_EQ(pair.ids, (Ids{0, 10, 11, 2, 2, 20, 2}));
  EXPECT_EQ(pair.types, Types(7));
}

TEST(PairFrame, CutsTheSecondTextOnly) {
  const TokenPair pair = bert_pair(2, 3).around({10, 11}, {20, 21, 22, 23, 24}, 8);
  EXPECT_EQ(pair.ids, (Ids{2, 10, 11, 3, 20, 21, 22, 3}));
  EXPECT_EQ(pair.types, (Types{0, 0, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(pair.cut_first, 0U);
  EXPECT_EQ(pair.cut_second, 2U);
}

TEST(PairFrame, LeavesHalfOfTheRoomToTheSecondText) {
  const TokenPair pair = bert_pair(2, 3).around({10, 11, 12, 13, 14, 15}, {20, 21, 22, 23}, 7);
  EXPECT_EQ(pair.ids, (Ids{2, 10, 11, 3, 20, 21, 3}));
  EXPECT_EQ(pair.cut_first, 4U);
  EXPECT_EQ(pair.cut_second, 2U);
}

TEST(PairFrame, GivesALongFirstTextTheRoomAShortSecondOneLeaves) {
  const TokenPair pair = bert_pair(2, 3).around({10, 11, 12, 13, 14, 15}, {20}, 8);
  EXPECT_EQ(pair.ids, (Ids{2, 10, 11, 12, 13, 3, 20, 3}));
  EXPECT_EQ(pair.cut_first, 2U);
  EXPECT_EQ(pair.cut_second, 0U);
}

TEST(PairFrame, CutsNothingThatJustFits) {
  const TokenPair pair = roberta_pair(0, 2).around({10, 11, 12}, {20}, 8);
  EXPECT_EQ(pair.ids.size(), 8U);
  EXPECT_EQ(pair.cut_first + pair.cut_second, 0U);
}

TEST(PairFrame, IsNeverLongerThanTheLimit) {
  for (std::size_t limit = 1; limit < 16; ++limit)
    for (const std::size_t first : {0, 1, 5, 20})
      for (const std::size_t second : {0, 1, 5, 20}) {
        const TokenPair pair = roberta_pair(0, 2).around(Ids(first, 7), Ids(second, 8), limit);
        EXPECT_LE(pair.ids.size(), limit);
        EXPECT_EQ(pair.types.size(), pair.ids.size());
        if (limit >= 4) {
          EXPECT_EQ(pair.ids.size() + pair.cut_first + pair.cut_second, first + second + 4);
        }
      }
}

class PairOfTexts : public ModelFolder {
 protected:
  TokenPair encode(const std::string& first, const std::string& second) { return open_tokenizer(folder_)->encode_pair(first, second); }

  // A WordPiece tokenizer.json with this post-processor.
  void put_json(const nlohmann::json& post_processor) {
    const nlohmann::json json = {{"normalizer",
                                  {{"type", "BertNormalizer"},
                                   {"clean_text", true},
                                   {"handle_chinese_chars", true},
                                   {"strip_accents", nullptr},
                                   {"lowercase", true}}},
                                 {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
                                 {"post_processor", post_processor},
                                 {"model",
                                  {{"type", "WordPiece"},
                                   {"unk_token", "[UNK]"},
                                   {"continuing_subword_prefix", "##"},
                                   {"max_input_chars_per_word", 100},
                                   {"vocab", {{"[PAD]", 0}, {"[UNK]", 1}, {"[CLS]", 2}, {"[SEP]", 3}, {"river", 4}, {"sea", 5}}}}}};
    put("tokenizer.json", json.dump());
  }
  static nlohmann::json special(const std::string& id, int type) { return {{"SpecialToken", {{"id", id}, {"type_id", type}}}}; }
  static nlohmann::json text(const std::string& id, int type) { return {{"Sequence", {{"id", id}, {"type_id", type}}}}; }
  static nlohmann::json template_of(const nlohmann::json& pair) {
    return {{"type", "TemplateProcessing"},
            {"single", {special("[CLS]", 0), text("A", 0), special("[SEP]", 0)}},
            {"pair", pair},
            {"special_tokens", {{"[CLS]", {{"ids", {2}}}}, {"[SEP]", {{"ids", {3}}}}}}};
  }
};

TEST_F(PairOfTexts, IsBertsWhereThereIsOnlyAVocabulary) {
  put("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nriver\nsea\n");
  EXPECT_EQ(encode("River", "sea river").ids, (Ids{2, 4, 3, 5, 4, 3}));
  EXPECT_EQ(encode("River", "sea river").types, (Types{0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(encode("", "").ids, (Ids{2, 3, 3}));
}

TEST_F(PairOfTexts, IsWhatTheTemplateSays) {
  put_json(template_of({special("[CLS]", 0), text("A", 0), special("[SEP]", 0), special("[SEP]", 1), text("B", 1), special("[SEP]", 2)}));
  EXPECT_EQ(encode("river", "sea").ids, (Ids{2, 4, 3, 3, 5, 3}));
  EXPECT_EQ(encode("river", "sea").types, (Types{0, 0, 0, 1, 1, 2}));
}

TEST_F(PairOfTexts, FollowsTheOlderPostProcessors) {
  put_json({{"type", "BertProcessing"}, {"sep", {"[SEP]", 3}}, {"cls", {"[CLS]", 2}}});
  EXPECT_EQ(encode("river", "sea").types, (Types{0, 0, 0, 1, 1}));
  put_json({{"type", "RobertaProcessing"}, {"sep", {"[SEP]", 3}}, {"cls", {"[CLS]", 2}}});
  EXPECT_EQ(encode("river", "sea").ids, (Ids{2, 4, 3, 3, 5, 3}));
}

TEST_F(PairOfTexts, IsRefusedWhereTheTemplateHasNone) {
  for (const nlohmann::json& pair :
       {nlohmann::json(nullptr), nlohmann::json::array(), nlohmann::json{text("B", 0), text("A", 0)}, nlohmann::json{text("A", 0)},
        nlohmann::json{text("A", 0), text("B", 300)}, nlohmann::json{text("A", 0), text("B", 0), text("A", 0)}}) {
    put_json(template_of(pair));
    EXPECT_EQ(open_tokenizer(folder_)->encode("river").ids, (Ids{2, 4, 3})) << "single texts need no template for pairs";
    EXPECT_NE(refusal([&] { encode("river", "sea"); }).find("pairs"), std::string::npos) << pair;
  }
}

TEST_F(PairOfTexts, MayNotBringTokensOutsideTheVocabulary) {
  nlohmann::json strange = template_of({special("[CLS]", 0), text("A", 0), special("[SEP]", 0), text("B", 0), special("[X]", 0)});
  strange["special_tokens"]["[X]"] = {{"ids", {99}}};
  put_json(strange);
  EXPECT_NE(refusal_to_open().find("99"), std::string::npos);
}

TEST_F(PairOfTexts, IsRobertasWhereAFileOfSentencepieceBeginsWithItsMarks) {
  SentencePieceModel model;
  model.pieces = {
      {"<unk>", 0, PieceType::Unknown}, {"<s>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control}, {"▁river", -2}, {"▁강", -3}};
  put("sentencepiece.bpe.model", write_sentencepiece_model(model));
  put("tokenizer_config.json", R"({"tokenizer_class": "XLMRobertaTokenizer"})");
  EXPECT_EQ(encode("river", "강").ids, (Ids{0, 4, 2, 2, 5, 2})) << "fairseq's order, ids one more than in the file";
  model.pieces = {{"<s>", 0, PieceType::Control},
                  {"<pad>", 0, PieceType::Control},
                  {"</s>", 0, PieceType::Control},
                  {"<unk>", 0, PieceType::Unknown},
                  {"▁river", -2},
                  {"▁강", -3}};
  put("sentencepiece.bpe.model", write_sentencepiece_model(model));
  put("tokenizer_config.json", R"({"cls_token": "<s>", "sep_token": "</s>", "bos_token": "<s>"})");
  EXPECT_EQ(encode("river", "강").ids, (Ids{0, 4, 2, 2, 5, 2}));
  put("tokenizer_config.json", R"({"tokenizer_class": "LlamaTokenizer"})");
  EXPECT_NE(refusal([&] { encode("river", "강"); }).find("pairs"), std::string::npos);
}

}  // namespace
}  // namespace rag
