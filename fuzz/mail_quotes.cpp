#include "core/text.h"
#include "fuzz.h"
#include "ingest/charset.h"
#include "ingest/mail_quotes.h"

FUZZ(bytes) {
  const rag::FoldedMail folded = rag::fold_quotes(rag::decode_text(bytes, "").text, "at the end of this message");
  rag::fuzz::require(!rag::find_invalid_utf8(folded.own) && !rag::find_invalid_utf8(folded.quoted));
}
