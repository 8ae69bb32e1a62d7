#pragma once

#include <cstdint>
#include <string>

#include "ingest/compound_file.h"
#include "ingest/document_builder.h"

namespace rag {

// Title, author, keywords and dates out of the property set a compound file keeps of its document ("\5SummaryInformation").
// What is absent or damaged is left as it is in `builder`.
void read_summary_information(const CompoundFile& file, const std::string& stream, DocumentBuilder& builder);

// A FILETIME (100 ns since 1601) as "2024-01-02T03:04:05Z"; "" for 0 and for what lies outside 1601-9999.
std::string iso_date_of_filetime(std::uint64_t filetime);

// "CP949" for the Windows code page 949, "UTF-8" for 65001 ..., as iconv names them.
std::string charset_of_code_page(unsigned code_page);

}  // namespace rag
