#include "ledger/database.h"

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/env.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>
#include <sys/resource.h>

#include <atomic>
#include <cassert>
#include <string>

#include "sync_env.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr int kBloomBitsPerKey = 10;
// Larger files than LevelDB's 2 MiB: fewer of them, so fewer to open, sync and name.
constexpr std::size_t kFileBytesMax = 32 << 20;

leveldb::Slice slice(Bytes octets) { return {octets.data(), octets.size()}; }
Bytes bytes(const leveldb::Slice& octets) { return {octets.data(), octets.size()}; }

// LevelDB merges its files in one thread, whenever it sees fit. That may take seconds, in which
// whoever waits for an answer on a busy machine should not wait twice as long; yet writes wait for
// it in the end, so it is only a step behind.
void give_way(void*) {
#ifdef __linux__
  constexpr int kNice = 5;
  setpriority(PRIO_PROCESS, 0, kNice);  // of this thread alone, on Linux
#endif
}

// The one place where LevelDB's errors become ours.
Unexpected to_error(const leveldb::Status& status, const std::string& what) {
  assert(!status.ok());
  const std::string reason = status.ToString();
  if (status.IsCorruption()) {
    return fail(ErrorCode::kCorrupted, "database.corrupted", {{"what", what}, {"reason", reason}});
  }
  // LevelDB has no code for this: its text is "lock <directory>/LOCK: <reason>".
  if (status.IsIOError() && reason.find("IO error: lock ") == 0) {
    return fail(ErrorCode::kConflict, "database.locked", {{"what", what}});
  }
  return fail(ErrorCode::kIo, "database.io", {{"what", what}, {"reason", reason}});
}

}  // namespace

struct WriteBatch::Impl {
  leveldb::WriteBatch batch;
  std::size_t count = 0;
};

WriteBatch::WriteBatch() : impl_(std::make_unique<Impl>()) {}
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch& WriteBatch::operator=(WriteBatch&&) noexcept = default;
WriteBatch::~WriteBatch() = default;

void WriteBatch::put(Bytes key, Bytes value) {
  impl_->batch.Put(slice(key), slice(value));
  ++impl_->count;
}

void WriteBatch::erase(Bytes key) {
  impl_->batch.Delete(slice(key));
  ++impl_->count;
}

void WriteBatch::clear() {
  impl_->batch.Clear();
  impl_->count = 0;
}

std::size_t WriteBatch::bytes() const { return impl_->batch.ApproximateSize(); }
std::size_t WriteBatch::count() const { return impl_->count; }

// The members are destroyed from the last to the first: the database before what it uses.
struct Database::Core {
  explicit Core(const DatabaseOptions& database_options) : options(database_options) {
    leveldb::Env* base = options.env != nullptr ? options.env : leveldb::Env::Default();
    if (options.sync_each_file) sync_env = std::make_unique<SyncEnv>(base);
    env = sync_env ? sync_env.get() : base;
    cache.reset(leveldb::NewLRUCache(options.cache_bytes));
    if (options.filter) filter.reset(leveldb::NewBloomFilterPolicy(kBloomBitsPerKey));
  }

  leveldb::Options leveldb_options() const {
    leveldb::Options result;
    result.create_if_missing = options.create_if_missing && !options.read_only_check;
    result.paranoid_checks = true;
    result.env = env;
    result.write_buffer_size = options.write_buffer_bytes;
    result.block_cache = cache.get();
    result.filter_policy = filter.get();
    result.max_file_size = kFileBytesMax;
    result.compression = options.compress ? leveldb::kSnappyCompression : leveldb::kNoCompression;
    return result;
  }

  std::string name() const { return options.directory.string(); }

  Result<void> check_writable() const {
    if (options.read_only_check) {
      return fail(ErrorCode::kForbidden, "database.read-only", {{"what", name()}});
    }
    if (write_failed) return fail(ErrorCode::kIo, "database.failed-before", {{"what", name()}});
    return {};
  }

  DatabaseOptions options;
  std::unique_ptr<SyncEnv> sync_env;
  leveldb::Env* env = nullptr;
  std::unique_ptr<leveldb::Cache> cache;
  std::unique_ptr<const leveldb::FilterPolicy> filter;
  std::unique_ptr<leveldb::DB> db;
  std::atomic<bool> write_failed = false;
};

struct Snapshot::Impl {
  std::shared_ptr<Database::Core> core;
  const leveldb::Snapshot* handle;
};

Snapshot::Snapshot(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Snapshot::~Snapshot() { impl_->core->db->ReleaseSnapshot(impl_->handle); }

// The core comes first, so that LevelDB's iterator is gone before its database.
struct Iterator::Impl {
  std::shared_ptr<Database::Core> core;
  std::unique_ptr<leveldb::Iterator> at;
};

Iterator::Iterator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Iterator::~Iterator() = default;

void Iterator::seek(Bytes key) { impl_->at->Seek(slice(key)); }
void Iterator::seek_to_first() { impl_->at->SeekToFirst(); }
void Iterator::seek_to_last() { impl_->at->SeekToLast(); }

void Iterator::seek_for_prev(Bytes key) {
  impl_->at->Seek(slice(key));
  if (valid()) {
    if (this->key() != key) impl_->at->Prev();
  } else if (impl_->at->status().ok()) {
    impl_->at->SeekToLast();
  }
}

void Iterator::next() {
  assert(valid());
  impl_->at->Next();
}

void Iterator::prev() {
  assert(valid());
  impl_->at->Prev();
}

// LevelDB skips a block that it cannot read and goes on; a reader must not take that for an
// absence.
bool Iterator::valid() const { return impl_->at->Valid() && impl_->at->status().ok(); }

Bytes Iterator::key() const {
  assert(impl_->at->Valid());
  return bytes(impl_->at->key());
}

Bytes Iterator::value() const {
  assert(impl_->at->Valid());
  return bytes(impl_->at->value());
}

Result<void> Iterator::status() const {
  const leveldb::Status status = impl_->at->status();
  if (!status.ok()) return to_error(status, impl_->core->name());
  return {};
}

Database::Database(std::shared_ptr<Core> core) : core_(std::move(core)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  auto core = std::make_shared<Core>(options);
  const leveldb::Options leveldb_options = core->leveldb_options();
  if (!leveldb_options.create_if_missing && !core->env->FileExists(core->name() + "/CURRENT")) {
    return fail(ErrorCode::kNotFound, "database.missing", {{"what", core->name()}});
  }
  if (leveldb_options.create_if_missing && options.env == nullptr) {
    std::error_code ignored;  // LevelDB makes the last folder itself, and says what is wrong
    std::filesystem::create_directories(options.directory, ignored);
  }
  core->env->Schedule(give_way, nullptr);
  leveldb::DB* db = nullptr;
  const leveldb::Status status = leveldb::DB::Open(leveldb_options, core->name(), &db);
  core->db.reset(db);
  if (!status.ok()) return to_error(status, core->name());
  return std::unique_ptr<Database>(new Database(std::move(core)));
}

Result<std::optional<Buffer>> Database::get(Bytes key, const Snapshot* snapshot,
                                            Checksum checksum) const {
  leveldb::ReadOptions options;
  options.verify_checksums = checksum == Checksum::kVerify;
  if (snapshot != nullptr) options.snapshot = snapshot->impl_->handle;
  Buffer value;
  const leveldb::Status status = core_->db->Get(options, slice(key), &value);
  if (status.IsNotFound()) return std::optional<Buffer>();
  if (!status.ok()) return to_error(status, core_->name());
  return std::optional<Buffer>(std::move(value));
}

Result<void> Database::write(const WriteBatch& batch, Sync sync) {
  TRY(core_->check_writable());
  leveldb::WriteOptions options;
  options.sync = sync == Sync::kYes;
  // LevelDB takes a pointer, yet it changes only the sequence number of the batch that it copies
  // to its log; one batch may not be written by two threads at once.
  const leveldb::Status status = core_->db->Write(options, &batch.impl_->batch);
  if (!status.ok()) {
    core_->write_failed = true;
    return to_error(status, core_->name());
  }
  return {};
}

std::unique_ptr<Iterator> Database::iterate(const Snapshot* snapshot, bool fill_cache) const {
  leveldb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = fill_cache;
  if (snapshot != nullptr) options.snapshot = snapshot->impl_->handle;
  std::unique_ptr<leveldb::Iterator> at(core_->db->NewIterator(options));
  auto impl = std::make_unique<Iterator::Impl>(Iterator::Impl{core_, std::move(at)});
  return std::unique_ptr<Iterator>(new Iterator(std::move(impl)));
}

std::shared_ptr<const Snapshot> Database::snapshot() const {
  auto impl = std::make_unique<Snapshot::Impl>(Snapshot::Impl{core_, core_->db->GetSnapshot()});
  return std::shared_ptr<const Snapshot>(new Snapshot(std::move(impl)));
}

Result<void> Database::compact(Bytes begin, Bytes end) {
  TRY(core_->check_writable());
  const leveldb::Slice first = slice(begin);
  const leveldb::Slice last = slice(end);
  core_->db->CompactRange(begin.empty() ? nullptr : &first, end.empty() ? nullptr : &last);
  return {};
}

std::uint64_t Database::approximate_bytes(Bytes begin, Bytes end) const {
  const leveldb::Range range(slice(begin), slice(end));
  std::uint64_t size = 0;
  core_->db->GetApproximateSizes(&range, 1, &size);
  return size;
}

}  // namespace nianlun
