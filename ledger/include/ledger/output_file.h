#pragma once

#include <filesystem>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// Who may read a new file.
enum class Access {
  kOwner,      ///< its owner alone
  kEverybody,  ///< as the umask says
};

/// A file that exists under its name only when it is complete and on disk: it is written beside it
/// under a temporary name, synced and renamed by commit(). Without commit() nothing stays.
///
/// Threads: one at a time for each; several may be made at once.
/// Errors:  kIo for all, with the path and the system's reason.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::filesystem::path& path, Access access);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept = delete;
  ~OutputFile();

  Result<void> write(Bytes bytes);
  /// Replaces a file of that name. The folder is synced by the caller, once for many files.
  Result<void> commit();
  /// The same where there is none.
  /// kConflict  there is one, and it stays as it is
  Result<void> commit_new();

 private:
  OutputFile(int descriptor, std::filesystem::path path, std::filesystem::path temporary);
  Unexpected failed() const;
  Result<void> commit(unsigned flags);
  int descriptor_ = -1;
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

/// Makes the renames in a folder durable; empty: the working folder. kIo  it cannot
Result<void> sync_folder(const std::filesystem::path& folder);

/// Puts `bytes` in the place of a file, or where none is: also after a power loss a reader finds
/// the old text or the new one, whole. kIo  it cannot be written
Result<void> replace_file(const std::filesystem::path& path, Bytes bytes, Access access);

}  // namespace nianlun
