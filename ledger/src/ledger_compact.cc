// compact_ledger(): the same keys and values in fewer octets.

#include "ledger_files.h"
#include "try.h"

namespace nianlun {
namespace {

Result<std::uint64_t> bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file(error)) bytes += at->file_size(error);
    if (error) break;
  }
  if (!error) return bytes;
  return fail(ErrorCode::kIo, "ledger.file-failed",
              {{"file", folder.string()}, {"reason", error.message()}});
}

}  // namespace

Result<CompactReport> compact_ledger(const LedgerOptions& options) {
  if (options.read_only) return fail(ErrorCode::kForbidden, "ledger.read-only");
  CompactReport report;
  // A write-ahead log becomes a table as its database opens, so that the size before is taken
  // first.
  TRY_ASSIGN(report.bytes_before, bytes_in(options.directory));
  for (const Part part : {Part::kLog, Part::kState, Part::kVault}) {
    TRY_ASSIGN(const auto database, Database::open(database_options(options, part, false)));
    TRY(database->compact({}, {}));
  }
  TRY_ASSIGN(report.bytes_after, bytes_in(options.directory));
  return report;
}

}  // namespace nianlun
