#include "fuzz.h"
#include "ingest/compressed_rtf.h"

FUZZ(bytes) { rag::decompress_rtf(bytes); }
