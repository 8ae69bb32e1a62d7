#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/passage.h"

namespace rag {

// What a passage's document says about the time in which it holds.  Dates are written 20250301; months and days that are not told are 0.
struct Standing {
  int from = 0;            // since when it holds, or when it was written; 0 where nothing says so
  int until = 0;           // when it ended, or a newer text of the same subject began; 0 where nothing says so
  bool draft = false;      // it never held
  bool withdrawn = false;  // it says itself that it no longer holds
  bool older = false;      // another of the passages' documents is a newer text of the same subject
  bool outdated() const { return draft || withdrawn || older; }
  // Whether it is the one to ask about a year; for year 0, about now.
  bool holds_in(int year) const;
};

// One for each passage, from its metadata ("effective", "superseded", "status", 시행일, 폐지일), title, file name and first lines.
// `today` is written as Standing's dates are: an end after it is none yet.
std::vector<Standing> standings_of(std::span<const Passage> passages, int today);

// The year a question names, 0 where it names none; -1 where it asks for a draft or for what was before.
int asked_year(const std::string& question);

// Whether a sentence speaks about its document rather than about its subject: "This is a draft", "Replaced on 1 March 2025 by ...", "지금은
// 효력이 없다".
bool is_about_its_document(std::string_view sentence);

// Whether a sentence names years, but not the one that is asked for.
bool names_another_year(std::string_view sentence, int year);

// What is put behind a sentence of an outdated document, in the question's language: " (no longer in force: Travel Policy 2022)".
std::string standing_note(const Standing& standing, const Passage& passage, const std::string& question);

}  // namespace rag
