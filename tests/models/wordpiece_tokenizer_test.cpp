#include <nlohmann/json.hpp>

#include "models/bert_normalizer.h"
#include "models/tokenizer_frame.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

class WordPiece : public ModelFolder {
 protected:
  std::vector<std::string> vocabulary_{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "river", "!", "[",
                                       "]",     "cls",   "강",    "a",     "##́", "東",    "京",     "Un",    "é"};

  std::string lines() const {
    std::string out;
    for (const std::string& piece : vocabulary_) out += piece + "\n";
    return out;
  }

  nlohmann::json json() const {
    nlohmann::json pieces = nlohmann::json::object();
    for (std::size_t id = 0; id < vocabulary_.size(); ++id) pieces[vocabulary_[id]] = id;
    return {{"normalizer",
             {{"type", "BertNormalizer"},
              {"clean_text", true},
              {"handle_chinese_chars", true},
              {"strip_accents", nullptr},
              {"lowercase", true}}},
            {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
            {"post_processor", {{"type", "BertProcessing"}, {"sep", {"[SEP]", 3}}, {"cls", {"[CLS]", 2}}}},
            {"model",
             {{"type", "WordPiece"},
              {"unk_token", "[UNK]"},
              {"continuing_subword_prefix", "##"},
              {"max_input_chars_per_word", 100},
              {"vocab", pieces}}}};
  }

  Ids ids(const std::string& text) { return open_tokenizer(folder_)->encode(text).ids; }
};

TEST_F(WordPiece, TakesTheLongestPieceAgainAndAgain) {
  put("vocab.txt", lines());
  EXPECT_EQ(ids("unaffable River!"), (Ids{2, 4, 5, 6, 7, 8, 3}));
}

TEST_F(WordPiece, CallsAWordUnknownAsAWhole) {
  put("vocab.txt", lines());
  EXPECT_EQ(ids("unaffablex river"), (Ids{2, 1, 7, 3}));
  EXPECT_EQ(ids("able"), (Ids{2, 1, 3})) << "a continuation does not begin a word";
}

TEST_F(WordPiece, CallsAWordOfMoreThanAHundredCharactersUnknown) {
  vocabulary_ = {"[UNK]", "[CLS]", "[SEP]", "ж", "##ж"};
  put("vocab.txt", lines());
  std::string word;
  for (int i = 0; i < 100; ++i) word += "ж";
  EXPECT_EQ(open_tokenizer(folder_)->count(word), 100U);
  EXPECT_EQ(ids(word + "ж"), (Ids{1, 0, 2}));
}

TEST_F(WordPiece, FramesEvenAnEmptyText) {
  put("vocab.txt", lines());
  EXPECT_EQ(ids(""), (Ids{2, 3}));
  EXPECT_EQ(ids(" \n\t\xE3\x80\x80"), (Ids{2, 3}));
  EXPECT_EQ(open_tokenizer(folder_)->count(""), 0U);
}

TEST_F(WordPiece, NeverReadsASpecialTokenOutOfText) {
  put("vocab.txt", lines());
  EXPECT_EQ(ids("[CLS]"), (Ids{2, 9, 11, 10, 3}));
}

TEST_F(WordPiece, ReadsInvalidBytesAsNothing) {
  put("vocab.txt", lines());
  EXPECT_EQ(ids("ri\xFFver"), (Ids{2, 7, 3})) << "U+FFFD is dropped by BERT's normaliser";
}

TEST_F(WordPiece, StripsAccentsWithLowerCaseUnlessToldOtherwise) {
  put("vocab.txt", lines());
  EXPECT_EQ(ids("\xC3\xA1"), (Ids{2, 13, 3}));
  put("tokenizer_config.json", R"({"do_lower_case": false})");
  EXPECT_EQ(ids("Un"), (Ids{2, 17, 3}));
  EXPECT_EQ(ids("\xC3\xA9"), (Ids{2, 18, 3}));
}

TEST_F(WordPiece, MakesAWordOfEveryHanCharacter) {
  put("vocab.txt", lines());
  EXPECT_EQ(ids("東京"), (Ids{2, 15, 16, 3}));
}

TEST_F(WordPiece, ReadsTheSameFromTokenizerJson) {
  put("vocab.txt", lines());
  const std::string text = "Unaffable [CLS] river! 東京 \xC3\xA1 nothing";
  const Ids from_lines = ids(text);
  put("tokenizer.json", json().dump());
  EXPECT_EQ(ids(text), from_lines);
  EXPECT_NE(open_tokenizer(folder_)->name(), "");
}

TEST_F(WordPiece, NamesItsVocabularyAndItsSettings) {
  put("vocab.txt", lines());
  const std::string name = open_tokenizer(folder_)->name();
  EXPECT_TRUE(name.starts_with("wordpiece/")) << name;
  EXPECT_EQ(name.size(), 10U + 8U);
  EXPECT_EQ(open_tokenizer(folder_)->name(), name);
  put("tokenizer_config.json", R"({"do_lower_case": false})");
  EXPECT_NE(open_tokenizer(folder_)->name(), name);
  put("tokenizer_config.json", "{}");
  put("vocab.txt", lines() + "more\n");
  EXPECT_NE(open_tokenizer(folder_)->name(), name);
}

TEST_F(WordPiece, RefusesADirectoryWithoutATokenizer) {
  EXPECT_NE(refusal_to_open().find("no tokenizer there"), std::string::npos);
  EXPECT_NE(refusal([&] { open_tokenizer(folder_ / "absent"); }), "");
}

TEST_F(WordPiece, RefusesAVocabularyThatCannotServe) {
  put("vocab.txt", "");
  EXPECT_NE(refusal_to_open(), "");
  put("vocab.txt", "[CLS]\n[SEP]\na\n");
  EXPECT_NE(refusal_to_open().find("no piece [UNK]"), std::string::npos);
  put("vocab.txt", "[UNK]\n[CLS]\na\n");
  EXPECT_NE(refusal_to_open().find("no piece [SEP]"), std::string::npos);
}

TEST_F(WordPiece, RefusesEveryCutTokenizerJson) {
  const std::string whole = json().dump();
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    put("tokenizer.json", whole.substr(0, size));
    EXPECT_NE(refusal_to_open(), "") << size << " bytes";
  }
}

TEST_F(WordPiece, RefusesATokenizerJsonWithoutOneOfItsParts) {
  for (const char* part : {"model", "normalizer", "pre_tokenizer", "post_processor"}) {
    nlohmann::json damaged = json();
    damaged.erase(part);
    put("tokenizer.json", damaged.dump());
    EXPECT_NE(refusal_to_open().find(part), std::string::npos) << refusal_to_open();
    damaged[part] = 7;
    put("tokenizer.json", damaged.dump());
    EXPECT_NE(refusal_to_open(), "") << part;
  }
}

TEST_F(WordPiece, RefusesIdsThatCannotBe) {
  for (const nlohmann::json& id : {nlohmann::json(4000000000), nlohmann::json(-1), nlohmann::json(0), nlohmann::json("x")}) {
    nlohmann::json damaged = json();
    damaged["model"]["vocab"]["hostile"] = id;
    put("tokenizer.json", damaged.dump());
    EXPECT_NE(refusal_to_open(), "") << id;
  }
  nlohmann::json damaged = json();
  damaged["post_processor"]["cls"][1] = 99;
  put("tokenizer.json", damaged.dump());
  EXPECT_NE(refusal_to_open().find("special token with the id 99"), std::string::npos) << refusal_to_open();
}

TEST_F(WordPiece, ReadsATokenizerJsonWhoseNamesComeTwice) {
  const std::string whole = json().dump();
  put("tokenizer.json", whole);
  const Ids wanted = open_tokenizer(folder_)->encode("river unaffable!").ids;
  // Of two members of one name the later counts, as in a tree of them.
  put("tokenizer.json", R"({"model": {"type": "BPE", "vocab": {"x": 7}}, )" + whole.substr(1));
  EXPECT_EQ(open_tokenizer(folder_)->encode("river unaffable!").ids, wanted);
  const std::size_t vocabulary = whole.find(R"("vocab":{)");
  ASSERT_NE(vocabulary, std::string::npos);
  std::string twice = whole;
  twice.insert(vocabulary, R"("vocab": {"x": 90, "river": 91}, )");
  put("tokenizer.json", twice);
  EXPECT_EQ(open_tokenizer(folder_)->encode("river unaffable!").ids, wanted);
  EXPECT_EQ(open_tokenizer(folder_)->vocabulary_size(), json()["model"]["vocab"].size());
  twice = whole;
  twice.insert(vocabulary + 9, R"("river": 90, )");
  put("tokenizer.json", twice);
  EXPECT_EQ(open_tokenizer(folder_)->encode("river unaffable!").ids, wanted);
}

TEST_F(WordPiece, RefusesAVocabularyOfOtherThings) {
  for (const char* value : {"null", "true", R"("7")", "[]", "{}", R"({"7": 7})", "-1", "4000000", "18446744073709551615", "1e999"}) {
    std::string damaged = json().dump();
    damaged.insert(damaged.find(R"("vocab":{)") + 9, std::string(R"("x": )") + value + ", ");
    put("tokenizer.json", damaged);
    EXPECT_NE(refusal_to_open().find("tokenizer.json"), std::string::npos) << value;
  }
  for (const char* vocabulary : {"null", "[]", "7", R"([{"vocab": {"a": 1}}, {"a": 1}])"}) {
    nlohmann::json damaged = json();
    damaged["model"]["vocab"] = nlohmann::json::parse(vocabulary);
    put("tokenizer.json", damaged.dump());
    EXPECT_NE(refusal_to_open(), "") << vocabulary;
  }
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  put("tokenizer.json", R"({"x": )" + deep + ", " + json().dump().substr(1));
  EXPECT_NE(refusal_to_open().find("nested too deeply"), std::string::npos);
}

TEST_F(WordPiece, SaysWhichKindOfTokenizerItDoesNotRead) {
  nlohmann::json other = json();
  other["model"]["type"] = "BPE";
  put("tokenizer.json", other.dump());
  EXPECT_NE(refusal_to_open().find("type BPE"), std::string::npos);
  other = json();
  other["pre_tokenizer"]["type"] = "Whitespace";
  put("tokenizer.json", other.dump());
  EXPECT_NE(refusal_to_open().find("pre-tokenizer Whitespace"), std::string::npos);
}

TEST(TokenizerFrame, KeepsTheClosingTokenAndCountsTheLoss) {
  const TokenizerFrame frame{{101}, {102}};
  EXPECT_EQ(frame.around({1, 2, 3, 4}, 4).ids, (Ids{101, 1, 2, 102}));
  EXPECT_EQ(frame.around({1, 2, 3, 4}, 4).cut, 2U);
  EXPECT_EQ(frame.around({1, 2, 3, 4}, 6).cut, 0U);
  EXPECT_EQ(frame.around({1, 2, 3, 4}, 0).ids.size(), 6U) << "0 is no limit";
  EXPECT_EQ(frame.around({1, 2}, 1).ids, (Ids{101}));
  EXPECT_EQ(frame.around({1, 2}, 1).cut, 2U);
}

TEST(BertNormalizer, DropsControlCharactersAndMakesBlanksOfWhiteSpace) {
  EXPECT_EQ(bert_normalize(std::string("a\0b\x01"
                                       "c\td\xC2\xA0"
                                       "e\xE2\x80\x8D"
                                       "f",
                                       15),
                           {}),
            "abc d ef");
}

TEST(BertNormalizer, LowersOneCharacterAtATime) {
  EXPECT_EQ(bert_normalize("ΟΔΟΣ", {}), "οδοσ") << "no final sigma: context is not looked at";
  EXPECT_EQ(bert_normalize("\xC4\xB0", {.strip_accents = false}), "i\xCC\x87");
}

TEST(BertNormalizer, LeavesTextAloneWhereNothingIsAskedFor) {
  EXPECT_EQ(bert_normalize("Á\t東", {.clean_text = false, .split_cjk = false, .lower_case = false, .strip_accents = false}), "Á\t東");
}

TEST(BertWords, SplitAtBlanksAndAroundPunctuation) {
  EXPECT_EQ(split_bert_words("  don't stop。now "), (std::vector<std::string_view>{"don", "'", "t", "stop", "。", "now"}));
}

}  // namespace
}  // namespace rag
