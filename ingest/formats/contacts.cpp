// Contacts (vCard 2.1 to 4.0, RFC 6350): a person or company a section, with what one looks up there.  Pictures, keys and sounds are left out.
#include <algorithm>
#include <array>

#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/content_lines.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

struct Property {
  std::string_view name, label;
  char separator;  // of its fields; 0 where it is one text
};
constexpr std::array<Property, 13> kProperties{{{"ORG", "Organisation", ';'},
                                                {"TITLE", "Title", 0},
                                                {"ROLE", "Role", 0},
                                                {"EMAIL", "Email", 0},
                                                {"TEL", "Phone", 0},
                                                {"ADR", "Address", ';'},
                                                {"URL", "Link", 0},
                                                {"IMPP", "Messenger", 0},
                                                {"BDAY", "Birthday", 0},
                                                {"NICKNAME", "Nickname", 0},
                                                {"CATEGORIES", "Categories", ','},
                                                {"RELATED", "Related", 0},
                                                {"NOTE", "Note", 0}}};

std::string joined(const std::vector<std::string>& fields, std::string_view between) {
  std::string text;
  for (const std::string& field : fields)
    if (const std::string part = collapse_white_space(field); !part.empty()) text += (text.empty() ? "" : std::string(between)) + part;
  return text;
}

// "work, cell": how an address or a number is used, not how it is written.
std::string use_of(const ContentLine& line) {
  std::string uses;
  for (const std::string& value : line.parameter_values("TYPE")) {
    const std::string use = ascii_lower(value);
    if (use == "work" || use == "home" || use == "cell" || use == "fax" || use == "pager") uses += (uses.empty() ? "" : ", ") + use;
  }
  return uses.empty() ? "" : " (" + uses + ")";
}

// "Family;Given;Middle;Dr.;Jr.", in the order in which names of that script are written.
std::string name_of(const std::string& value) {
  std::vector<std::string> fields = content_fields(value, ';');
  fields.resize(5);
  const bool family_first = std::any_of(fields[0].begin(), fields[0].end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
  if (family_first) return joined({fields[0], fields[1]}, "");
  return joined({fields[3], fields[1], fields[2], fields[0], fields[4]}, " ");
}

struct Card {
  std::string formatted, structured, lines;

  void take(const ContentLine& line) {
    if (line.name == "FN" && formatted.empty()) formatted = collapse_white_space(content_text(line.value));
    if (line.name == "N" && structured.empty()) structured = name_of(line.value);
    const auto known = std::find_if(kProperties.begin(), kProperties.end(), [&](const Property& it) { return it.name == line.name; });
    if (known == kProperties.end()) return;
    std::string value = known->separator ? joined(content_fields(line.value, known->separator), ", ") : content_text(line.value);
    for (const std::string_view scheme : {"tel:", "mailto:"})
      if (ascii_lower(value.substr(0, scheme.size())) == scheme) value.erase(0, scheme.size());
    if (has_letter_or_digit(value)) lines += std::string(known->label) + use_of(line) + ": " + std::string(trim(value)) + "\n";
  }

  std::string name() const { return !formatted.empty() ? formatted : structured; }
};

class Contacts final : public Format {
 public:
  std::string name() const override { return "contacts"; }
  std::vector<std::string> media_types() const override { return {"text/vcard"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    builder.title_from_headings = false;
    Card card;
    bool open = false;
    std::size_t cards = 0;
    const auto write = [&] {
      if (!has_word(card.name()) && card.lines.empty()) return;
      if (++cards == 1) builder.title = card.name();
      if (cards == 2) builder.title.clear();  // several are an address book, called as its file
      builder.heading(1, has_word(card.name()) ? card.name() : "(no name)");
      builder.paragraph(card.lines);
    };
    each_content_line(decode_file(bytes, warnings, builder.metadata), [&](const ContentLine& line) {
      const bool is_card = ascii_lower(std::string(trim(line.value))) == "vcard";
      if (line.name == "BEGIN" && is_card) {
        open = true;
        card = {};
      } else if (line.name == "END" && is_card && open) {
        open = false;
        write();
      } else if (open) {
        card.take(line);
      }
    });
    if (open) {
      warnings.push_back("cut off within a contact");
      write();
    }
    return builder.finish("contacts without a name or number");
  }
};

}  // namespace

std::unique_ptr<Format> make_contacts_format() { return std::make_unique<Contacts>(); }

}  // namespace rag
