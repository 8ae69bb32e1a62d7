#include "fuzz.h"
#include "ingest/parser.h"

FUZZ(bytes) { rag::fuzz::require(!rag::detect_media_type(bytes, "a").empty()); }
