#pragma once

// The log read in one thread and looked at in another.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "log_groups.h"

namespace nianlun {

/// Reads and unpacks what comes next in a thread of its own, some megabytes at most; on one core,
/// where that gains nothing, when it is asked for. What it yields is the same.
///
/// Threads: use one in one thread at a time; nobody else may use the groups while it lives.
/// Errors:  those of LogGroups, in its order.
class GroupsAhead {
 public:
  explicit GroupsAhead(LogGroups& groups, bool in_thread = may_use_two_cores());
  ~GroupsAhead();
  GroupsAhead(const GroupsAhead&) = delete;
  GroupsAhead& operator=(const GroupsAhead&) = delete;

  /// As LogGroups::next(); not after an error.
  Result<LogGroup> next();

  /// Whether this process is bound to one core, or the machine has but one: then not.
  static bool may_use_two_cores();

 private:
  using Batch = std::deque<Result<LogGroup>>;
  Batch read_batch();
  void read_all();

  LogGroups& groups_;
  Batch batch_;  // being handed out
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> waiting_;  // guarded by mutex_
  bool stopped_ = false;       // guarded by mutex_
  std::thread reader_;
};

}  // namespace nianlun
