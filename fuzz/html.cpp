#include "fuzz.h"
#include "ingest/html_depth.h"
#include "ingest/html_reader.h"
#include "ingest/mail_quotes.h"

FUZZ(bytes) {
  if (const auto flat = rag::html::without_deepest_tags(bytes)) rag::fuzz::require(flat->size() == bytes.size());
  rag::DocumentBuilder builder;
  rag::add_html(bytes, builder);
  rag::fold_html_quotes(bytes);
}
