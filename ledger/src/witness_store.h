#pragma once

// The folder of a witness (docs/formats.md, "Witness"): what it cosigned last of each of its logs.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "descriptor.h"
#include "ledger/witness.h"

namespace nianlun {

inline constexpr std::size_t kWitnessConflictsMax = 100;  // that are kept of a log

/// What a witness must never forget. A cosignature is given only when the checkpoint is on disk in
/// the place of the one before, which it extends; checking that and putting it there is one step.
///
/// Threads: any thread may call any member.
/// Errors:  kIo; kCorrupted where a file is not what this witness wrote, or no list of logs.
class WitnessStore {
 public:
  /// Makes the folder with a new key, or that which `named` is for PrivateKey::load(); yields the
  /// key's vkey.
  /// kConflict         there is a witness
  /// kInvalidArgument  not a name for a key
  static Result<std::string> create(const std::filesystem::path& folder, const std::string& name,
                                    const std::string& named = {});
  /// A witness that runs finds the log at its next request. Of a log that is known it is the key
  /// that the log goes over to.
  /// kConflict         the key is known, or somebody else adds one
  /// kInvalidArgument  not the key of a log
  static Result<void> add_log(const std::filesystem::path& folder, std::string_view vkey);
  /// kNotFound   no witness there
  /// kConflict   it is in use by another process
  /// kCorrupted  a checkpoint in it is not signed by its log and cosigned by this witness
  static Result<std::unique_ptr<WitnessStore>> open(const std::filesystem::path& folder);

  /// Makes the next key, or takes that at `key`; from then on both cosign. Yields its vkey.
  /// kConflict  there is a next one already, or the witness runs
  static Result<std::string> rotate(const std::filesystem::path& folder, const std::string& key);
  /// Puts the next key in the place of the old one, which is gone.
  /// kNotFound  there is none; kConflict  the witness runs, or the next key has not cosigned yet
  static Result<std::string> finish_rotation(const std::filesystem::path& folder);

  /// Takes the logs and keys that were added to the file since it was read last. A file that cannot
  /// be used is reported once, until it is replaced again; what is known already stays as it is.
  /// kIo, kCorrupted  the file, or what is kept of a log that is new in it
  Result<void> take_new_logs();

  /// The keys that cosign: of two the older first.
  std::string vkeys() const;
  /// Answers a request, and keeps what the answer says. A status of 500 with kIo: it could not be
  /// kept, and nothing is known of the disk any more, so the process must end.
  WitnessAnswer add_checkpoint(Bytes body, std::uint64_t time_s);
  /// The newest cosigned checkpoint of the log with this hash of its origin, in hexadecimal; "": it
  /// is not known, or was never seen.
  std::string latest(std::string_view origin_hash) const;

 private:
  struct KeptLog {
    WitnessedLog log;
    std::filesystem::path folder;
    std::string note{};
    std::size_t conflicts = 0;
  };
  /// Tells two states of a file apart.
  struct FileStamp {
    std::uint64_t inode = 0;
    std::int64_t modified_ns = 0;
    std::int64_t bytes = 0;
    bool operator==(const FileStamp&) const = default;
  };
  WitnessStore(std::filesystem::path folder, Descriptor lock, std::vector<Cosigner> cosigners);
  static FileStamp stamp_of(const std::filesystem::path& file);
  Result<void> open_log(WitnessedLog log);
  Result<void> read_note(KeptLog& kept) const;
  Result<void> keep(KeptLog& kept, const WitnessAnswer& answer);
  void show(const KeptLog& kept);
  Result<void> keep_conflict(KeptLog& kept, const WitnessAnswer& answer);

  const std::filesystem::path folder_;
  Descriptor lock_;
  const std::vector<Cosigner> cosigners_;  // one, or two while the key changes
  std::mutex mutex_;  // of a request, from the check of the size until it is on disk
  FileStamp seen_;    // of the file of logs; guarded by mutex_
  std::map<std::string, KeptLog, std::less<>> logs_;       // by origin; guarded by mutex_
  mutable std::mutex notes_mutex_;                         // never held while something is written
  std::map<std::string, std::string, std::less<>> notes_;  // by hash; guarded by notes_mutex_
};

}  // namespace nianlun
