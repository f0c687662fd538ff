#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"
#include "scanner/decode.h"
#include "scanner/image.h"

namespace nianlun::scanner {

struct DecodeWorkerOptions {
  DecodeOptions decode;
  ImageLimits limits;
  std::chrono::milliseconds time_max{
      20'000};                               ///< per image, by the clock; then the child is killed
  int cpu_seconds_max = 15;                  ///< per image
  std::size_t memory_bytes_max = 2UL << 30;  ///< address space of the child
  /// What the child does with a file; empty: load_image() and decode(). For tests of its death.
  std::function<Result<std::vector<Code>>(Bytes file)> work;
};

/// Decodes image files in a child process, so that a hostile image costs a child and nothing more:
/// the decoding libraries are large and may abort, hang or worse.
///
/// The child is forked when it is first needed, and again after it died. It keeps no descriptor but
/// its socket, opens no file, and its memory, time and answers are bounded.
///
/// Threads: one at a time per worker; use several workers. A process with threads may make one.
/// Errors:
/// kInvalidArgument  the file is no image that we read, or the child died of it or took too long
/// kNotFound, kIo    the file could not be read, or there is no child to be had
/// kTooLarge         over a limit
class DecodeWorker {
 public:
  explicit DecodeWorker(DecodeWorkerOptions options = {});
  ~DecodeWorker();
  DecodeWorker(DecodeWorker&&) noexcept;
  DecodeWorker& operator=(DecodeWorker&&) noexcept;

  Result<std::vector<Code>> decode(Bytes file);
  Result<std::vector<Code>> decode_file(const std::filesystem::path& path);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nianlun::scanner
