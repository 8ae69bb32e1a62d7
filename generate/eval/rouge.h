#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// The tokens ROUGE-L compares: runs of letters and digits, case folded; each character of Hangul, Han and kana is one of its own, as in KorQuAD's F1,
// since a Korean word is written together with its particles (core/shingles.h).  On English these are the tokens of the Python package rouge-score
// without stemming; with accents, and with words of more than 24 letters, they differ.
std::vector<std::string> rouge_tokens(std::string_view text);

// ROUGE-L (Lin 2004) of one answer and one reference: the F measure, with equal weights, of the longest common subsequence of their tokens.
// 0 where either has none.
double rouge_l(std::string_view answer, std::string_view reference);
double best_rouge_l(std::string_view answer, std::span<const std::string> references);  // 0 without references

}  // namespace rag
