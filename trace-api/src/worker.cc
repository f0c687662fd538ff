#include "worker.h"

#include <boost/asio/post.hpp>

namespace nianlun::api {

Worker::Worker() : open_(boost::asio::make_work_guard(loop_)), thread_([this] { loop_.run(); }) {}

Worker::~Worker() { join(); }

void Worker::hand_over(Task task) {
  if (loop_.get_executor().running_in_this_thread()) return task();
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back(std::move(task));
  }
  if (first) boost::asio::post(loop_, [this] { run_waiting(); });
}

void Worker::run_waiting() {
  {
    const std::lock_guard lock(mutex_);
    running_.swap(waiting_);
  }
  for (Task& task : running_) {
    task();
    task = nullptr;  // what it holds is let go before the next, not with the last
  }
  running_.clear();
}

void Worker::join() {
  open_.reset();
  if (thread_.joinable()) thread_.join();
}

}  // namespace nianlun::api
