#include "models/wordpiece_json.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

namespace rag {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxDepth = 32;  // as deep as parse_model_json() reads

constexpr std::size_t kMinMember = 6;  // "a":0 and a comma

// Takes the parser's events; each says whether to go on.
class VocabularyReader {
 public:
  VocabularyReader(std::size_t bytes, std::size_t max_pieces, Json& rest) : max_pieces_(max_pieces), rest_(rest) {
    pieces_.reserve(std::min(bytes / kMinMember, max_pieces));  // pages never written cost nothing
  }

  bool has_vocabulary() const { return found_; }
  std::vector<std::string> take_pieces() { return std::move(pieces_); }

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) { return in_vocabulary() ? false : put(value); }  // it is below zero
  bool number_unsigned(std::uint64_t value) { return in_vocabulary() ? put_piece(value) : put(value); }
  bool number_float(double value, const std::string&) { return put(value); }
  bool string(std::string& value) { return put(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) {
    const bool is_vocabulary = open_.size() == 2 && open_.back()->is_object() && in_model_ && key_ == "vocab";
    if (!open(Json::object())) return false;
    if (is_vocabulary) vocabulary_depth_ = open_.size();
    found_ |= is_vocabulary;
    return true;
  }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }

  bool key(std::string& text) {
    if (open_.size() == 1) in_model_ = text == "model";
    // Of two members of one name the later counts; what was read of the earlier is forgotten.
    if (open_.size() == 1 && in_model_) forget();
    if (open_.size() == 2 && in_model_ && text == "vocab") forget();
    key_ = text;
    return open_.size() <= kMaxDepth && !(in_vocabulary() && text.empty());
  }

 private:
  bool in_vocabulary() const { return !open_.empty() && vocabulary_depth_ == open_.size(); }

  void forget() {
    pieces_.clear();
    found_ = false;
  }

  bool put_piece(std::uint64_t id) {
    if (id >= max_pieces_) return false;
    if (id >= pieces_.size()) pieces_.resize(id + 1);
    if (!pieces_[id].empty()) return false;
    pieces_[id] = key_;
    return true;
  }

  // Where a value goes; null where there is none for it.
  Json* place() {
    if (open_.size() > kMaxDepth || in_vocabulary()) return nullptr;
    if (open_.empty()) return &rest_;
    Json& holder = *open_.back();
    return holder.is_array() ? &holder.emplace_back() : &(holder[key_] = nullptr);
  }

  bool put(Json value) {
    Json* to = place();
    if (to) *to = std::move(value);
    return to != nullptr;
  }

  bool open(Json empty) {
    Json* to = place();
    if (!to) return false;
    *to = std::move(empty);
    open_.push_back(to);
    return true;
  }

  bool close() {
    if (in_vocabulary()) vocabulary_depth_ = 0;
    open_.pop_back();
    return true;
  }

  std::size_t max_pieces_;
  Json& rest_;
  std::vector<Json*> open_;  // the arrays and objects around; one that is open does not move
  std::string key_;
  bool in_model_ = false;
  std::size_t vocabulary_depth_ = 0;  // how many are open within the vocabulary; 0: outside
  bool found_ = false;
  std::vector<std::string> pieces_;
};

bool has_twins(const std::vector<std::string>& texts) {
  std::size_t slots = 16;
  while (slots < 2 * texts.size()) slots *= 2;
  std::vector<std::uint32_t> taken(slots);  // by hash: which text from 1 on
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty()) continue;
    std::size_t at = std::hash<std::string>()(texts[i]) & (slots - 1);
    for (; taken[at] > 0; at = (at + 1) & (slots - 1))
      if (texts[taken[at] - 1] == texts[i]) return true;
    taken[at] = i + 1;
  }
  return false;
}

}  // namespace

std::optional<std::vector<std::string>> read_vocabulary(std::string_view bytes, std::size_t max_pieces, Json& rest) {
  VocabularyReader reader(bytes.size(), max_pieces, rest);
  if (!Json::sax_parse(bytes.begin(), bytes.end(), &reader) || !reader.has_vocabulary()) return std::nullopt;
  std::vector<std::string> pieces = reader.take_pieces();
  if (has_twins(pieces)) return std::nullopt;
  return pieces;
}

}  // namespace rag
