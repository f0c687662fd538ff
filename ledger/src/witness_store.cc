#include "witness_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "file_lock.h"
#include "ledger/encoding.h"
#include "ledger/files.h"
#include "ledger/output_file.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLogsBytesMax = 4 << 20;

fs::path key_path(const fs::path& folder) { return folder / "witness.key"; }
fs::path next_key_path(const fs::path& folder) { return folder / "witness.next.key"; }
fs::path logs_path(const fs::path& folder) { return folder / "logs"; }

std::string origin_hash(std::string_view origin) { return hex(sha256(origin)); }

Unexpected cannot(const fs::path& path, const std::error_code& error) {
  return fail(ErrorCode::kIo, "file.cannot-write",
              {{"path", path.string()}, {"reason", error.message()}});
}
Unexpected damaged(const fs::path& path) {
  return fail(ErrorCode::kCorrupted, "witness.damaged", {{"path", path.string()}});
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot(folder, error);
  return sync_folder(folder.parent_path());
}

/// Only what is certainly not there counts as absent: to take an unreadable file for none would be
/// to forget what was cosigned.
Result<bool> is_absent(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return true;
  if (error) return cannot(path, error);
  return false;
}

bool has_key(const WitnessedLog& log, const NoteVerifier& key) {
  return std::ranges::any_of(keys_of(log),
                             [&](const NoteVerifier& one) { return one.vkey() == key.vkey(); });
}

/// Whether keys were added behind those that are known.
bool is_longer(const WitnessedLog& log, const WitnessedLog& known) {
  const auto same = [](const NoteVerifier& one, const NoteVerifier& other) {
    return one.vkey() == other.vkey();
  };
  return same(log.key, known.key) && log.next.size() > known.next.size() &&
         std::equal(known.next.begin(), known.next.end(), log.next.begin(), same);
}

/// A later line of the same origin is the key that the log goes over to.
Result<std::vector<WitnessedLog>> parse_logs(std::string_view text, const fs::path& path) {
  const Unexpected no_list =
      fail(ErrorCode::kCorrupted, "witness.no-list", {{"path", path.string()}});
  std::vector<WitnessedLog> logs;
  while (const auto line = cut(text, '\n')) {
    if (line->empty() || line->starts_with('#')) continue;
    auto key = NoteVerifier::parse(*line);
    if (!key || key->type() != NoteKeyType::kEd25519) return no_list;
    const auto known = std::ranges::find_if(
        logs, [&](const WitnessedLog& log) { return log.key.name() == key->name(); });
    if (known == logs.end()) {
      logs.push_back({.key = *std::move(key)});
    } else if (has_key(*known, *key)) {
      return no_list;
    } else {
      known->next.push_back(*std::move(key));
    }
  }
  if (!text.empty()) return no_list;
  return logs;
}

Result<std::string> read_logs(const fs::path& folder) {
  TRY_ASSIGN(const bool none, is_absent(logs_path(folder)));
  if (none) return std::string();
  return read_file(logs_path(folder), kLogsBytesMax);
}

}  // namespace

Result<std::string> WitnessStore::create(const fs::path& folder, const std::string& name,
                                         const std::string& named) {
  TRY_ASSIGN(const PrivateKey key,
             named.empty() ? PrivateKey::generate(KeyType::kEd25519) : PrivateKey::load(named));
  TRY_ASSIGN(const NoteVerifier verifier,
             NoteVerifier::create(name, NoteKeyType::kEd25519Cosignature, key.public_key()));
  TRY(make_folder(folder));
  TRY(key.save_for_notes(key_path(folder), name));
  return verifier.vkey();
}

Result<void> WitnessStore::add_log(const fs::path& folder, std::string_view vkey) {
  TRY_ASSIGN(const NoteVerifier key, NoteVerifier::parse(vkey));
  if (key.type() != NoteKeyType::kEd25519) {
    return fail(ErrorCode::kInvalidArgument, "note.malformed-key", {{"key", std::string(vkey)}});
  }
  TRY(Cosigner::load(key_path(folder)));
  TRY_ASSIGN(const Descriptor mine, lock_file(folder / "logs.lock", logs_path(folder)));
  TRY_ASSIGN(std::string text, read_logs(folder));
  TRY_ASSIGN(const std::vector<WitnessedLog> logs, parse_logs(text, logs_path(folder)));
  if (std::ranges::any_of(logs, [&](const WitnessedLog& log) { return has_key(log, key); })) {
    return fail(ErrorCode::kConflict, "witness.log-known", {{"origin", key.name()}});
  }
  text += std::string(vkey) + "\n";
  return replace_file(logs_path(folder), text, Access::kEverybody);
}

Result<std::string> WitnessStore::rotate(const fs::path& folder, const std::string& key) {
  TRY_ASSIGN(const Cosigner old, Cosigner::load(key_path(folder)));
  TRY_ASSIGN(const Descriptor mine, lock_file(folder / "lock", folder));
  TRY_ASSIGN(const PrivateKey next,
             key.empty() ? PrivateKey::generate(KeyType::kEd25519) : PrivateKey::load(key));
  TRY(next.save_for_notes(next_key_path(folder), old.verifier().name()));
  TRY_ASSIGN(const Cosigner made, Cosigner::load(next_key_path(folder)));
  return made.verifier().vkey();
}

// The notes that were kept have the cosignatures of both, so each is one of the key that stays; one
// that has not is signed by it before the other is gone.
Result<std::string> WitnessStore::finish_rotation(const fs::path& folder) {
  TRY_ASSIGN(const auto store, open(folder));
  if (store->cosigners_.size() != 2) return fail(ErrorCode::kNotFound, "witness.no-rotation");
  const Cosigner& next = store->cosigners_.back();
  for (auto& [origin, kept] : store->logs_) {
    if (!kept.log.latest) continue;
    TRY_ASSIGN(const Note note, parse_note(kept.note));
    const auto is_its = [&](const NoteSignature& one) {
      return one.name == next.verifier().name() && one.key_id == next.verifier().key_id();
    };
    if (std::ranges::any_of(note.signatures, is_its)) continue;
    return fail(ErrorCode::kConflict, "witness.not-cosigned-yet", {{"origin", origin}});
  }
  std::error_code error;
  fs::rename(next_key_path(folder), key_path(folder), error);
  if (error) return cannot(key_path(folder), error);
  TRY(sync_folder(folder));
  return next.verifier().vkey();
}

WitnessStore::WitnessStore(fs::path folder, Descriptor lock, std::vector<Cosigner> cosigners)
    : folder_(std::move(folder)), lock_(std::move(lock)), cosigners_(std::move(cosigners)) {}

std::string WitnessStore::vkeys() const {
  std::string lines;
  for (const Cosigner& cosigner : cosigners_) lines += cosigner.verifier().vkey() + "\n";
  return lines;
}

Result<std::unique_ptr<WitnessStore>> WitnessStore::open(const fs::path& folder) {
  std::vector<Cosigner> cosigners;
  TRY_ASSIGN(Cosigner cosigner, Cosigner::load(key_path(folder)));
  cosigners.push_back(std::move(cosigner));
  TRY_ASSIGN(Descriptor mine, lock_file(folder / "lock", folder));
  TRY_ASSIGN(const bool alone, is_absent(next_key_path(folder)));
  if (!alone) {
    TRY_ASSIGN(Cosigner next, Cosigner::load(next_key_path(folder)));
    cosigners.push_back(std::move(next));
  }
  std::unique_ptr<WitnessStore> store(
      new WitnessStore(folder, std::move(mine), std::move(cosigners)));
  TRY(store->take_new_logs());
  return store;
}

WitnessStore::FileStamp WitnessStore::stamp_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {.inode = status.st_ino,
          .modified_ns = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec,
          .bytes = status.st_size};
}

// The stamp is taken first: what is written meanwhile is read again, and not overlooked.
Result<void> WitnessStore::take_new_logs() {
  const std::lock_guard guard(mutex_);
  const FileStamp stamp = stamp_of(logs_path(folder_));
  if (stamp == seen_) return {};
  seen_ = stamp;
  TRY_ASSIGN(const std::string text, read_logs(folder_));
  TRY_ASSIGN(std::vector<WitnessedLog> logs, parse_logs(text, logs_path(folder_)));
  for (WitnessedLog& log : logs) {
    const auto known = logs_.find(log.key.name());
    if (known == logs_.end()) {
      TRY(open_log(std::move(log)));
    } else if (is_longer(log, known->second.log)) {
      known->second.log.next = std::move(log.next);
    }
  }
  return {};
}

Result<void> WitnessStore::open_log(WitnessedLog log) {
  const std::string origin = log.key.name();
  KeptLog kept{.log = std::move(log), .folder = folder_ / origin_hash(origin)};
  TRY(make_folder(kept.folder / "conflicts"));
  TRY(sync_folder(folder_));
  std::error_code error;
  for (fs::directory_iterator each(kept.folder / "conflicts", error), end; each != end;
       each.increment(error)) {
    kept.conflicts += each->path().extension() == ".sent" ? 1 : 0;
  }
  if (error) return cannot(kept.folder, error);
  TRY(read_note(kept));
  show(kept);
  logs_.emplace(origin, std::move(kept));
  return {};
}

Result<void> WitnessStore::read_note(KeptLog& kept) const {
  const fs::path path = kept.folder / "checkpoint";
  TRY_ASSIGN(const bool none, is_absent(path));
  if (none) return {};
  TRY_ASSIGN(kept.note, read_file(path, kNoteBytesMax));
  std::vector<NoteVerifier> keys = keys_of(kept.log);
  for (const Cosigner& cosigner : cosigners_) keys.push_back(cosigner.verifier());
  const auto opened = open_note(kept.note, keys);
  if (!opened) return damaged(path);
  const auto is_mine = [](const VerifiedSignature& one) {
    return one.type == NoteKeyType::kEd25519Cosignature;
  };
  const auto mine = std::ranges::count_if(opened->verified, is_mine);
  if (mine == 0 || static_cast<std::size_t>(mine) == opened->verified.size()) return damaged(path);
  auto checkpoint = parse_checkpoint(opened->text);
  if (!checkpoint || checkpoint->origin != kept.log.key.name()) return damaged(path);
  kept.log.latest = *std::move(checkpoint);
  kept.log.newest = newest_of(kept.log, *opened);
  return {};
}

WitnessAnswer WitnessStore::add_checkpoint(Bytes body, std::uint64_t time_s) {
  const std::lock_guard lock(mutex_);
  KeptLog* kept = nullptr;
  const auto find = [&](std::string_view origin) {
    const auto found = logs_.find(origin);
    kept = found == logs_.end() ? nullptr : &found->second;
    return kept == nullptr ? nullptr : &kept->log;
  };
  WitnessAnswer answer = answer_add_checkpoint(body, find, cosigners_, time_s);
  if (kept == nullptr) return answer;
  auto done = answer.conflict.empty() ? Result<void>() : keep_conflict(*kept, answer);
  if (done && answer.status == 200) done = keep(*kept, answer);
  if (done) return answer;
  WitnessAnswer failed;
  failed.error = std::move(done).error();
  return failed;
}

Result<void> WitnessStore::keep(KeptLog& kept, const WitnessAnswer& answer) {
  TRY(replace_file(kept.folder / "checkpoint", answer.note, Access::kEverybody));
  kept.log.latest = answer.checkpoint;
  kept.log.newest = answer.newest;
  kept.note = answer.note;
  show(kept);
  return {};
}

void WitnessStore::show(const KeptLog& kept) {
  const std::lock_guard lock(notes_mutex_);
  notes_[kept.folder.filename().string()] = kept.note;
}

/// Two checkpoints of one size with two roots, both signed by the log: it shows two histories, and
/// anybody can check that. What it was given may be sent again by anyone, so there is a bound.
Result<void> WitnessStore::keep_conflict(KeptLog& kept, const WitnessAnswer& answer) {
  if (kept.conflicts >= kWitnessConflictsMax) return {};
  const auto note = parse_note(answer.conflict);
  const fs::path folder = kept.folder / "conflicts";
  const std::string name =
      std::to_string(answer.latest_size) + "-" + hex(sha256(note ? note->text : answer.conflict));
  TRY_ASSIGN(const bool fresh, is_absent(folder / (name + ".sent")));
  if (!fresh) return {};
  TRY(replace_file(folder / (name + ".cosigned"), kept.note, Access::kEverybody));
  TRY(replace_file(folder / (name + ".sent"), answer.conflict, Access::kEverybody));
  ++kept.conflicts;
  return {};
}

std::string WitnessStore::latest(std::string_view wanted) const {
  const std::lock_guard lock(notes_mutex_);
  const auto found = notes_.find(wanted);
  return found == notes_.end() ? std::string() : found->second;
}

}  // namespace nianlun
