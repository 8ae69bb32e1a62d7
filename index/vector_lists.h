#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/progress.h"
#include "index/ivf_file.h"
#include "index/vector_index.h"

namespace rag {

// Vectors in inverted lists, by which VectorMethod::Ivf searches: a file in the cache/ folder of an index.  It is derived from the segments and
// never needed: without it, and where it is damaged, searches are exact.
struct VectorListsState {
  enum class Kind {
    None,     // no file
    Sound,
    Stale,    // of segments that are all gone, of another dimension, of another version of the file's format, or not to be read
    Damaged,
  };
  Kind kind = Kind::None;
  std::string trouble;       // of a stale or damaged one
  std::size_t lists = 0;
  std::size_t chunks = 0;    // living ones that lie in them
  std::size_t newer = 0;     // living ones that do not: searched exactly beside them
  std::size_t dead = 0;      // rows of the lists whose chunk was deleted or went into another segment since
  std::uint64_t bytes = 0;   // of the file
};

// How much of the file is looked at: what all searches need of it, some thousandths, and what a search said that met damage; or every byte.
enum class ListCheck { Tables, EveryByte };

// Throws as opening the index does.
VectorListsState vector_lists_state(const std::filesystem::path& directory, ListCheck check = ListCheck::Tables);

// True where lists are wanted (for VectorMethod::Ivf always, for Auto above `ivf_from` chunks) and there are none, or what has changed since they
// were made (newer chunks and dead rows) is more than a fifth of the index.
bool vector_lists_are_due(const VectorListsState& state, const VectorSearchOptions& options);

// Builds the lists where they are due; true where it did.  Readers go on with what they have.  Holds the index's write lock meanwhile: throws
// Error(Usage) where another process writes.  Error(Corrupt) for a damaged segment, Error(Io) for a full disk, Error(Interrupted) on Ctrl-C: the
// index and the old lists are as they were.
bool update_vector_lists(const std::filesystem::path& directory, const VectorSearchOptions& options, Progress& progress);

// Removes a file that is damaged, for which it reads every byte of it; true where it did.
bool remove_damaged_vector_lists(const std::filesystem::path& directory);

// The file as a reader of this generation opens it: null where there is none, it was made of a later one, or cannot be used.  Where a search meets
// a damaged list in it, that is noted beside it, if this process may write there: so lists that rot are made anew without anybody reading all of them
// again and again.
std::unique_ptr<const IvfFile> open_vector_lists(const std::filesystem::path& directory, std::uint64_t generation);

}  // namespace rag
