#include "simulation/fault_env.h"

#include <filesystem>
#include <memory>

namespace nianlun::testing {
namespace {

leveldb::Status injected(const std::string& name) {
  return leveldb::Status::IOError(name, "injected failure");
}

// SplitMix64: a well-mixed number from a seed and a counter.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

}  // namespace

// A file by its name at opening; LevelDB never writes on to a file after renaming it.
class FaultEnv::File : public leveldb::WritableFile {
 public:
  File(FaultEnv& env, std::string name, leveldb::WritableFile* target)
      : env_(env), name_(std::move(name)), target_(target) {}

  leveldb::Status Append(const leveldb::Slice& data) override {
    const std::lock_guard lock(env_.mutex_);
    const leveldb::Status status = env_.begin_operation(name_);
    // After a power loss nothing is written any more; the operation that met it wrote its half.
    const bool torn = !status.ok() && env_.operations_ == env_.fail_at_;
    const std::size_t bytes = status.ok() ? data.size() : torn ? data.size() / 2 : 0;
    const leveldb::Status written = target_->Append(leveldb::Slice(data.data(), bytes));
    env_.files_[name_].written_bytes += bytes;
    return status.ok() ? written : status;
  }

  leveldb::Status Sync() override {
    const std::lock_guard lock(env_.mutex_);
    const leveldb::Status status = env_.begin_operation(name_);
    if (!status.ok() || env_.ignores_syncs_) return status;
    Extent& extent = env_.files_[name_];
    extent.synced_bytes = extent.written_bytes;
    extent.was_synced = true;
    return target_->Flush();
  }

  leveldb::Status Flush() override { return target_->Flush(); }
  leveldb::Status Close() override { return target_->Close(); }

 private:
  FaultEnv& env_;
  const std::string name_;
  const std::unique_ptr<leveldb::WritableFile> target_;
};

void FaultEnv::fail_at(std::uint64_t n, Failure failure) {
  const std::lock_guard lock(mutex_);
  operations_ = 0;
  fail_at_ = n;
  failure_ = failure;
}

std::uint64_t FaultEnv::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

bool FaultEnv::has_failed() const {
  const std::lock_guard lock(mutex_);
  return fail_at_ != 0 && operations_ >= fail_at_;
}

void FaultEnv::ignore_syncs() {
  const std::lock_guard lock(mutex_);
  ignores_syncs_ = true;
}

void FaultEnv::crash(std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  std::uint64_t number = 0;
  for (auto file = files_.begin(); file != files_.end();) {
    Extent& extent = file->second;
    const std::uint64_t unsynced = extent.written_bytes - extent.synced_bytes;
    const std::uint64_t kept = seed == 0 ? 0 : mix(seed + ++number) % (unsynced + 1);
    std::error_code ignored;  // the scenario may have removed the whole folder
    if (!extent.was_synced && kept == 0) {
      std::filesystem::remove(file->first, ignored);
      file = files_.erase(file);
      continue;
    }
    const std::uint64_t bytes = extent.synced_bytes + kept;
    std::filesystem::resize_file(file->first, bytes, ignored);
    extent = {.written_bytes = bytes, .synced_bytes = bytes, .was_synced = true};
    ++file;
  }
  operations_ = 0;
  fail_at_ = 0;
}

leveldb::Status FaultEnv::begin_operation(const std::string& name) {
  ++operations_;
  if (fail_at_ == 0 || operations_ < fail_at_) return leveldb::Status::OK();
  if (operations_ > fail_at_ && failure_ == Failure::kDiskError) return leveldb::Status::OK();
  return injected(name);
}

leveldb::Status FaultEnv::open_file(const std::string& name, leveldb::WritableFile** file,
                                    bool append) {
  const std::lock_guard lock(mutex_);
  *file = nullptr;
  if (const leveldb::Status status = begin_operation(name); !status.ok()) return status;
  leveldb::WritableFile* opened = nullptr;
  const leveldb::Status status = append ? target()->NewAppendableFile(name, &opened)
                                        : target()->NewWritableFile(name, &opened);
  if (!status.ok()) return status;
  if (!append) {
    files_[name] = {};
  } else if (!files_.contains(name)) {  // a file of before our time is taken to be on disk
    std::uint64_t bytes = 0;
    if (!target()->GetFileSize(name, &bytes).ok()) bytes = 0;
    files_[name] = {.written_bytes = bytes, .synced_bytes = bytes, .was_synced = bytes != 0};
  }
  *file = new File(*this, name, opened);
  return status;
}

leveldb::Status FaultEnv::NewWritableFile(const std::string& name, leveldb::WritableFile** file) {
  return open_file(name, file, false);
}

leveldb::Status FaultEnv::NewAppendableFile(const std::string& name, leveldb::WritableFile** file) {
  return open_file(name, file, true);
}

leveldb::Status FaultEnv::RenameFile(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (const leveldb::Status status = begin_operation(from); !status.ok()) return status;
  const leveldb::Status status = target()->RenameFile(from, to);
  if (!status.ok()) return status;
  if (const auto found = files_.find(from); found != files_.end()) {
    files_[to] = found->second;
    files_.erase(found);
  }
  return status;
}

leveldb::Status FaultEnv::RemoveFile(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (const leveldb::Status status = begin_operation(name); !status.ok()) return status;
  files_.erase(name);
  return target()->RemoveFile(name);
}

}  // namespace nianlun::testing
