// The one layer through which the project touches the file system: checked calls, and a hook for injected faults.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::data {

/// Fault injection for tests. TESSERA_FAULT="fail 17", "kill 17" or "short 17" (write calls only; others fail): the
/// 17th call of this layer on the ranks in TESSERA_FAULT_RANK (default 0; "1,2" or "all") fails as on a full disk,
/// kills the process with SIGKILL, or writes half. TESSERA_FAULT_COUNT=<file> makes the lowest of those ranks write the
/// number of its calls there at exit. Every wrapper below and in h5_output.hpp and h5_input.hpp begins with it; tells
/// if this call must fail. The first call throws Error (input) if one of the variables cannot be understood.
enum class Fault { none, fail, short_write };
Fault next_fault(const char* call, std::string_view path);

/// True if some call on this rank is to meet a fault.
bool expects_faults();

/// For tests within a program: from here on, on this rank, the n-th call meets that fault (none: no call does).
/// Replaces what the environment says. HDF5 files to be written must be opened after it.
void set_fault(Fault fault, std::int64_t call = 0);
/// Calls on this rank since set_fault, or since the start.
std::int64_t num_fault_calls();

/// Local (one rank). All throw Error (io) naming path and reason; missing input files give Error (input).
std::string read_text(const std::string& path, std::int64_t max_bytes);
/// Fills `buffer` with the bytes from `offset` on; Error (io) if the file ends before.
void read_bytes(const std::string& path, std::int64_t offset, void* buffer, std::int64_t bytes);
/// Writes to path + ".new", fsyncs, renames: readers see the old or the new content.
void write_text_atomically(const std::string& path, std::string_view text);
/// The same, but only where nothing is yet, by way of the file `aside`: false if something is. Of several processes one
/// succeeds.
bool create_text_atomically(const std::string& path, const std::string& aside, std::string_view text);
/// All of the text or, if it fails, nothing of it.
void append_text(const std::string& path, std::string_view text);
void truncate_file(const std::string& path, std::int64_t bytes);
void make_folder(const std::string& path);  ///< and its parents
void remove_tree(const std::string& path);  ///< a file or folder; nothing happens if there is none
void rename_path(const std::string& from, const std::string& to);
void sync_file(const std::string& path);
void sync_folder(const std::string& path);
bool path_exists(const std::string& path);
std::vector<std::string> list_folder(const std::string& path);  ///< names, sorted; empty if there is no such folder
std::int64_t file_size(const std::string& path);
/// Makes sure that a file can grow by so many bytes, and a little more, whose content comes later; its size stays.
/// Where the file system cannot set room aside, looks if there is enough.
void reserve_space(const std::string& path, std::int64_t bytes);

}  // namespace tessera::data
