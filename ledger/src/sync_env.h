#pragma once

#include <leveldb/env.h>

#include <atomic>
#include <memory>
#include <string>

namespace nianlun {

/// An Env whose writable files sync themselves before they are closed, so that files reach the disk
/// in the order in which LevelDB is done with them. Only for database.cc.
///
/// LevelDB closes a write-ahead log in its destructor, which cannot report. A sync that fails there
/// makes every later write through this Env fail: else what follows could survive what is lost.
class SyncEnv : public leveldb::EnvWrapper {
 public:
  explicit SyncEnv(leveldb::Env* target) : EnvWrapper(target) {}

  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** file) override {
    return wrap(target()->NewWritableFile(name, file), file);
  }
  leveldb::Status NewAppendableFile(const std::string& name,
                                    leveldb::WritableFile** file) override {
    return wrap(target()->NewAppendableFile(name, file), file);
  }

 private:
  class File : public leveldb::WritableFile {
   public:
    File(SyncEnv& env, leveldb::WritableFile* target) : env_(env), target_(target) {}
    ~File() override {
      if (!sync_if_needed().ok()) env_.failed_ = true;
    }
    leveldb::Status Append(const leveldb::Slice& data) override {
      if (env_.failed_) return failure();
      needs_sync_ = true;
      return target_->Append(data);
    }
    leveldb::Status Close() override {
      const leveldb::Status synced = sync_if_needed();
      const leveldb::Status closed = target_->Close();
      return synced.ok() ? closed : synced;
    }
    leveldb::Status Flush() override { return env_.failed_ ? failure() : target_->Flush(); }
    leveldb::Status Sync() override {
      if (env_.failed_) return failure();
      const leveldb::Status status = target_->Sync();
      if (status.ok()) needs_sync_ = false;
      return status;
    }

   private:
    static leveldb::Status failure() {
      return leveldb::Status::IOError("an earlier file could not be synced");
    }
    leveldb::Status sync_if_needed() { return needs_sync_ ? Sync() : leveldb::Status::OK(); }

    SyncEnv& env_;
    std::unique_ptr<leveldb::WritableFile> target_;
    bool needs_sync_ = false;
  };

  leveldb::Status wrap(const leveldb::Status& status, leveldb::WritableFile** file) {
    if (status.ok()) *file = new File(*this, *file);
    return status;
  }

  std::atomic<bool> failed_ = false;
};

}  // namespace nianlun
