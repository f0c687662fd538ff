#include "groups_ahead.h"

#include <sched.h>

#include <utility>

namespace nianlun {
namespace {

// Large enough that the threads seldom wait for each other, small enough to stay in a cache.
constexpr std::size_t kBatchBytes = 256 << 10;
constexpr std::size_t kBatchesMax = 4;

std::size_t bytes_of(const LogGroup& group) {
  std::size_t bytes = 0;
  for (const Buffer& octets : group.octets) bytes += octets.size();
  return bytes;
}

}  // namespace

bool GroupsAhead::may_use_two_cores() {
#ifdef __linux__
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0) return CPU_COUNT(&cores) > 1;
#endif
  return std::thread::hardware_concurrency() > 1;
}

GroupsAhead::GroupsAhead(LogGroups& groups, bool in_thread) : groups_(groups) {
  if (in_thread) reader_ = std::thread([this] { read_all(); });
}

GroupsAhead::~GroupsAhead() {
  if (!reader_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  reader_.join();
}

/// Up to an error, or to the end.
GroupsAhead::Batch GroupsAhead::read_batch() {
  Batch batch;
  for (std::size_t bytes = 0; bytes < kBatchBytes && !groups_.at_end();) {
    batch.push_back(groups_.next());
    if (!batch.back()) break;
    bytes += bytes_of(*batch.back());
  }
  return batch;
}

void GroupsAhead::read_all() {
  for (bool more = true; more;) {
    Batch batch = read_batch();
    more = !groups_.at_end() && !batch.empty() && batch.back();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || waiting_.size() < kBatchesMax; });
    if (stopped_) return;
    waiting_.push_back(std::move(batch));
    changed_.notify_all();
  }
}

Result<LogGroup> GroupsAhead::next() {
  if (!reader_.joinable()) return groups_.next();
  if (batch_.empty()) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty(); });
    batch_ = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
  }
  Result<LogGroup> group = std::move(batch_.front());
  batch_.pop_front();
  return group;
}

}  // namespace nianlun
