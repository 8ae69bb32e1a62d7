#include "ingest/symbol_fonts.h"

#include <array>
#include <utility>

#include "core/text.h"

namespace rag {
namespace {

constexpr std::array<std::pair<char32_t, char32_t>, 108> kSymbol{{
    {0x22, U'∀'}, {0x24, U'∃'}, {0x27, U'∋'}, {0x2A, U'∗'}, {0x2D, U'−'}, {0x40, U'≅'}, {0x41, U'Α'}, {0x42, U'Β'},
    {0x43, U'Χ'}, {0x44, U'Δ'}, {0x45, U'Ε'}, {0x46, U'Φ'}, {0x47, U'Γ'}, {0x48, U'Η'}, {0x49, U'Ι'}, {0x4A, U'ϑ'},
    {0x4B, U'Κ'}, {0x4C, U'Λ'}, {0x4D, U'Μ'}, {0x4E, U'Ν'}, {0x4F, U'Ο'}, {0x50, U'Π'}, {0x51, U'Θ'}, {0x52, U'Ρ'},
    {0x53, U'Σ'}, {0x54, U'Τ'}, {0x55, U'Υ'}, {0x56, U'ς'}, {0x57, U'Ω'}, {0x58, U'Ξ'}, {0x59, U'Ψ'}, {0x5A, U'Ζ'},
    {0x5C, U'∴'}, {0x5E, U'⊥'}, {0x61, U'α'}, {0x62, U'β'}, {0x63, U'χ'}, {0x64, U'δ'}, {0x65, U'ε'}, {0x66, U'φ'},
    {0x67, U'γ'}, {0x68, U'η'}, {0x69, U'ι'}, {0x6A, U'ϕ'}, {0x6B, U'κ'}, {0x6C, U'λ'}, {0x6D, U'μ'}, {0x6E, U'ν'},
    {0x6F, U'ο'}, {0x70, U'π'}, {0x71, U'θ'}, {0x72, U'ρ'}, {0x73, U'σ'}, {0x74, U'τ'}, {0x75, U'υ'}, {0x76, U'ϖ'},
    {0x77, U'ω'}, {0x78, U'ξ'}, {0x79, U'ψ'}, {0x7A, U'ζ'}, {0x7E, U'∼'}, {0xA1, U'ϒ'}, {0xA2, U'′'}, {0xA3, U'≤'},
    {0xA4, U'⁄'}, {0xA5, U'∞'}, {0xAB, U'↔'}, {0xAC, U'←'}, {0xAD, U'↑'}, {0xAE, U'→'}, {0xAF, U'↓'}, {0xB0, U'°'},
    {0xB1, U'±'}, {0xB2, U'″'}, {0xB3, U'≥'}, {0xB4, U'×'}, {0xB5, U'∝'}, {0xB6, U'∂'}, {0xB7, U'•'}, {0xB8, U'÷'},
    {0xB9, U'≠'}, {0xBA, U'≡'}, {0xBB, U'≈'}, {0xBC, U'…'}, {0xC5, U'⊕'}, {0xC6, U'∅'}, {0xC7, U'∩'}, {0xC8, U'∪'},
    {0xC9, U'⊃'}, {0xCC, U'⊂'}, {0xCE, U'∈'}, {0xCF, U'∉'}, {0xD0, U'∠'}, {0xD1, U'∇'}, {0xD2, U'®'}, {0xD3, U'©'},
    {0xD4, U'™'}, {0xD5, U'∏'}, {0xD6, U'√'}, {0xD7, U'⋅'}, {0xD8, U'¬'}, {0xD9, U'∧'}, {0xDA, U'∨'}, {0xDB, U'⇔'},
    {0xDC, U'⇐'}, {0xDE, U'⇒'}, {0xE5, U'∑'}, {0xF2, U'∫'}}};

// Of their signs those that say something: what is ticked, what is not, and arrows.
constexpr std::array<std::pair<char32_t, char32_t>, 13> kWingdings{{
    {0x6C, U'●'}, {0x6E, U'■'}, {0x6F, U'☐'}, {0x71, U'☐'}, {0x72, U'☐'}, {0xA7, U'▪'}, {0xA8, U'☐'}, {0xD8, U'➢'},
    {0xE0, U'→'}, {0xFB, U'✗'}, {0xFC, U'✓'}, {0xFD, U'☒'}, {0xFE, U'☑'}}};
constexpr std::array<std::pair<char32_t, char32_t>, 7> kWingdings2{{
    {0x4F, U'✗'}, {0x50, U'✓'}, {0x51, U'☒'}, {0x52, U'☑'}, {0x53, U'☒'}, {0x54, U'☒'}, {0xA3, U'☐'}}};

template <std::size_t N>
char32_t find(const std::array<std::pair<char32_t, char32_t>, N>& characters, char32_t code) {
  for (const auto& [from, to] : characters)
    if (from == code) return to;
  return 0;
}

}  // namespace

std::string symbol_text(std::string_view font, char32_t code) {
  const bool is_private = code >= 0xE000 && code < 0xF900;
  const char32_t own = code >= 0xF000 && code < 0xF100 ? code - 0xF000 : code;
  char32_t shown = 0;
  if (font == "Symbol") {
    shown = find(kSymbol, own);
    // Digits and most marks stand where they stand in ASCII.
    if (shown == 0 && own > 0x20 && own < 0x40) shown = own;
  } else if (font == "Wingdings") {
    shown = find(kWingdings, own);
  } else if (font == "Wingdings 2") {
    shown = find(kWingdings2, own);
  } else if (!is_private && code >= 0x20 && (code < 0xD800 || code > 0xDFFF) && code < 0x110000) {
    shown = code;
  }
  std::string text;
  if (shown != 0) append_utf8(text, shown);
  return text;
}

}  // namespace rag
