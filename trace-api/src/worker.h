#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nianlun::api {

/// A thread of the network with an event loop of its own. What runs in it runs one at a time, so
/// that its sessions need neither strands nor locks.
///
/// Threads: run() and hand_over() from any.
class Worker {
 public:
  using Executor = boost::asio::io_context::executor_type;
  using Task = std::function<void()>;

  Worker();
  ~Worker();  ///< join()
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  boost::asio::io_context& loop() { return loop_; }
  /// Runs a task in this thread, soon: at once if it is called there. Tasks that wait for the
  /// thread together wake it once.
  void hand_over(Task task);
  /// Returns when nothing is left to wait for.
  void join();

  std::atomic<std::size_t> sessions = 0;  ///< that it serves

 private:
  void run_waiting();

  boost::asio::io_context loop_{1};  // 1: no other thread runs it
  boost::asio::executor_work_guard<Executor> open_;
  std::mutex mutex_;
  std::vector<Task> waiting_;  // guarded by mutex_
  std::vector<Task> running_;
  std::thread thread_;
};

}  // namespace nianlun::api
