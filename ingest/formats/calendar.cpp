// Calendars (iCalendar, RFC 5545): an appointment, task or journal entry a section, with when and where it is and who takes part.  Alarms and
// the rules of time zones are left out.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/content_lines.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

struct Moment {
  std::chrono::year_month_day day;
  std::string time;  // "09:00"; "" for a whole day
  std::string zone;  // "UTC", "Asia/Seoul"; "" where it is not said
};

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  if (at + count > text.size()) return std::nullopt;
  const auto parsed = std::from_chars(text.data() + at, text.data() + at + count, number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + at + count || number < 0) return std::nullopt;
  return number;
}

// "20240301", "20240301T090000", "20240301T000000Z"; nothing where it is no such time.
std::optional<Moment> moment_of(const ContentLine& line) {
  const std::string_view text = trim(line.value);
  const auto year = digits(text, 0, 4), month = digits(text, 4, 2), day = digits(text, 6, 2);
  if (!year || !month || !day) return std::nullopt;
  Moment moment{std::chrono::year(*year) / *month / *day, "", line.parameter("TZID")};
  if (!moment.day.ok()) return std::nullopt;
  if (text.size() == 8) return moment;
  if (text[8] != 'T' || !digits(text, 9, 2) || !digits(text, 11, 2)) return std::nullopt;
  moment.time = std::string(text.substr(9, 2)) + ":" + std::string(text.substr(11, 2));
  if (text.ends_with('Z')) moment.zone = "UTC";
  return moment;
}

std::string shown(const std::chrono::year_month_day& day) {
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

// "2024-03-01 09:00 to 10:00 (Asia/Seoul)".
std::string span_of(const Moment& begin, std::optional<Moment> end) {
  std::string text = shown(begin.day) + (begin.time.empty() ? "" : " " + begin.time);
  // A whole day ends where the next one begins.
  if (end && end->time.empty()) end->day = std::chrono::year_month_day(std::chrono::sys_days(end->day) - std::chrono::days(1));
  const bool same_day = end && end->day == begin.day;
  if (end && (!same_day || end->time != begin.time)) {
    text += " to " + (same_day ? "" : shown(end->day));
    if (!end->time.empty()) text += (same_day ? "" : " ") + end->time;
  }
  return text + (begin.zone.empty() ? "" : " (" + begin.zone + ")");
}

std::string person_of(const ContentLine& line) {
  std::string address(trim(line.value));
  if (ascii_lower(address).starts_with("mailto:")) address.erase(0, 7);
  const std::string name = collapse_white_space(line.parameter("CN"));
  if (name.empty() || name == address) return address;
  return address.empty() ? name : name + " <" + address + ">";
}

// "FREQ=WEEKLY;BYDAY=MO": "weekly, BYDAY=MO".
std::string repetition(std::string_view rule) {
  std::string often, more;
  for (const std::string& part : content_fields(rule, ';')) {
    if (part.starts_with("FREQ="))
      often = ascii_lower(part.substr(5));
    else if (!part.empty())
      more += ", " + part;
  }
  return often + more;
}

struct Entry {
  std::string summary, description, lines;
  std::optional<Moment> begin, end, due;
  std::string people;

  void add_line(const std::string& label, const std::string& value) {
    if (const std::string text = collapse_white_space(value); !text.empty()) lines += label + ": " + text + "\n";
  }

  void take(const ContentLine& line) {
    if (line.name == "SUMMARY")
      summary = content_text(line.value);
    else if (line.name == "DESCRIPTION")
      description = content_text(line.value);
    else if (line.name == "DTSTART")
      begin = moment_of(line);
    else if (line.name == "DTEND")
      end = moment_of(line);
    else if (line.name == "DUE")
      due = moment_of(line);
    else if (line.name == "RRULE")
      add_line("Repeats", repetition(line.value));
    else if (line.name == "LOCATION")
      add_line("Where", content_text(line.value));
    else if (line.name == "ORGANIZER")
      add_line("Organizer", person_of(line));
    else if (line.name == "ATTENDEE")
      people += (people.empty() ? "" : ", ") + person_of(line);
    else if (line.name == "STATUS")
      add_line("Status", ascii_lower(line.value));
    else if (line.name == "CATEGORIES")
      add_line("Categories", content_text(line.value));
    else if (line.name == "URL")
      add_line("Link", line.value);
  }

  void write(DocumentBuilder& builder) {
    builder.heading(1, has_word(summary) ? summary : "(no title)");
    std::string head;
    if (begin) head += "When: " + span_of(*begin, end) + "\n";
    if (due) head += "Due: " + span_of(*due, std::nullopt) + "\n";
    add_line("Attendees", people);
    builder.paragraph(head + lines);
    builder.paragraph(description);
  }
};

class Calendar final : public Format {
 public:
  std::string name() const override { return "calendar"; }
  std::vector<std::string> media_types() const override { return {"text/calendar"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    builder.title_from_headings = false;
    Entry entry;
    std::vector<std::string> open;  // components, innermost last
    std::size_t entries = 0;
    std::string only_summary;
    each_content_line(decode_file(bytes, warnings, builder.metadata), [&](const ContentLine& line) {
      const std::string component = line.name == "BEGIN" || line.name == "END" ? ascii_lower(std::string(trim(line.value))) : "";
      if (line.name == "BEGIN") {
        if (open.size() < kMaxDepth) open.push_back(component);
        if (is_entry(component)) entry = {};
      } else if (line.name == "END") {
        if (!open.empty() && open.back() == component) open.pop_back();
        if (!is_entry(component)) return;
        ++entries;
        only_summary = entry.summary;
        entry.write(builder);
      } else if (!open.empty() && is_entry(open.back())) {
        entry.take(line);
      } else if (line.name == "X-WR-CALNAME" && open.size() == 1) {
        builder.title = content_text(line.value);
      } else if (line.name == "X-WR-CALDESC" && open.size() == 1) {
        builder.paragraph(content_text(line.value));
      }
    });
    if (!open.empty()) warnings.push_back("ends within a component (" + escape_for_terminal(open.back()) + "); what is cut off is left out");
    if (builder.title.empty() && entries == 1) builder.title = only_summary;
    return builder.finish("a calendar without entries");
  }

 private:
  static constexpr std::size_t kMaxDepth = 16;
  static bool is_entry(std::string_view component) { return component == "vevent" || component == "vtodo" || component == "vjournal"; }
};

}  // namespace

std::unique_ptr<Format> make_calendar_format() { return std::make_unique<Calendar>(); }

}  // namespace rag
