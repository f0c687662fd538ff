#pragma once

#include <filesystem>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun::labels {

/// A file that exists under its name only when it is complete and on disk: it is written beside it
/// under a temporary name, synced and renamed by commit(). Without commit() nothing stays.
///
/// Threads: one at a time.
/// Errors:  kIo for all, with the path and the system's reason.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::filesystem::path& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept = delete;
  ~OutputFile();

  Result<void> write(Bytes bytes);
  /// Replaces a file of that name. The folder is synced by the caller, once for many files.
  Result<void> commit();

 private:
  OutputFile(int descriptor, std::filesystem::path path, std::filesystem::path temporary);
  Unexpected failed() const;
  int descriptor_ = -1;
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

/// Makes the renames in a folder durable.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace nianlun::labels
