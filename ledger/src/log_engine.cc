#include "ledger/log_engine.h"

#include <cassert>
#include <deque>
#include <iterator>

namespace nianlun {
namespace {

class EmbeddedEngine final : public LogEngine {
 public:
  explicit EmbeddedEngine(std::uint64_t next) : first_(next) {}

  Result<std::uint64_t> append(std::vector<Admission> admissions) override {
    const std::uint64_t position = durable();
    waiting_.insert(waiting_.end(), std::move_iterator(admissions.begin()),
                    std::move_iterator(admissions.end()));
    return position;
  }

  Result<std::vector<Admission>> read(std::uint64_t position, std::size_t events_max) override {
    assert(position == first_);  // its one reader reads everything once
    std::vector<Admission> admissions;
    std::size_t events = 0;
    while (!waiting_.empty() && events < events_max) {
      events += waiting_.front().events.size();
      admissions.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
      ++first_;
    }
    return admissions;
  }

  std::uint64_t durable() const override { return first_ + waiting_.size(); }

 private:
  std::uint64_t first_;  // position of the first that waits
  std::deque<Admission> waiting_;
};

}  // namespace

std::unique_ptr<LogEngine> embedded_engine(std::uint64_t next) {
  return std::make_unique<EmbeddedEngine>(next);
}

}  // namespace nianlun
