#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace rag {

// Where things lie in an index folder.
std::filesystem::path catalog_file(const std::filesystem::path& directory);
std::filesystem::path segments_folder(const std::filesystem::path& directory);
std::filesystem::path vector_file(const std::filesystem::path& directory, std::uint64_t segment);
std::filesystem::path lexical_file(const std::filesystem::path& directory, std::uint64_t segment);

// The inverted lists of the vectors: derived, and may be deleted at any time, as all of its folder.
std::filesystem::path ivf_file(const std::filesystem::path& directory);
// What a search says of a damaged list it met, for the next who may write.
std::filesystem::path ivf_damage_file(const std::filesystem::path& directory);

// Where a rebuild puts the new index until it takes the place of the old one; rubbish once nobody writes it.
std::filesystem::path rebuild_folder(const std::filesystem::path& directory);
void remove_unfinished_rebuild(const std::filesystem::path& directory) noexcept;

// Segment files, finished or not, that none of these numbers names.  Files with names of other kinds are nobody's business.
std::vector<std::filesystem::path> stray_files(const std::filesystem::path& directory, const std::set<std::uint64_t>& named);

// How many of them went.  One that cannot be removed stays for the next time.
std::size_t remove_stray_files(const std::filesystem::path& directory, const std::set<std::uint64_t>& named);

}  // namespace rag
