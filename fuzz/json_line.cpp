#include "fuzz.h"
#include "ingest/json_lines.h"

FUZZ(bytes) { rag::parse_json_line(bytes, "a.jsonl", 1); }
