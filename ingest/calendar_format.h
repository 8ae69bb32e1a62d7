#pragma once

#include <string>

#include "ingest/number_format_section.h"

namespace rag {

// A day of the 1900 calendar with its time as fraction, 0 <= serial < 2958466, by a section that is a date.
std::string show_calendar(const NumberFormatSection& section, double serial);

}  // namespace rag
