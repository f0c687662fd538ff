#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ledger/log_engine.h"

namespace nianlun::testing {

/// What a distributed log would hold: encoded admissions in their order. Several engines may stand
/// before it.
///
/// Threads: one at a time.
struct SharedOrder {
  std::vector<Buffer> encoded;
};

/// An engine that orders first: an admission goes into the shared order as bytes, and what a ledger
/// gets is read from those bytes again.
class LogFirstEngine final : public LogEngine {
 public:
  explicit LogFirstEngine(std::shared_ptr<SharedOrder> order) : order_(std::move(order)) {}

  Result<std::uint64_t> append(std::vector<Admission> admissions) override {
    const std::uint64_t position = order_->encoded.size();
    for (const Admission& admission : admissions) {
      order_->encoded.push_back(encode_admission(admission));
    }
    return position;
  }

  Result<std::vector<Admission>> read(std::uint64_t position, std::size_t events_max) override {
    std::vector<Admission> admissions;
    std::size_t events = 0;
    for (; position < order_->encoded.size() && events < events_max; ++position) {
      auto admission = decode_admission(order_->encoded[position]);
      if (!admission) return Unexpected{std::move(admission).error()};
      events += admission->events.size();
      admissions.push_back(*std::move(admission));
    }
    return admissions;
  }

  std::uint64_t durable() const override { return order_->encoded.size(); }

 private:
  std::shared_ptr<SharedOrder> order_;
};

}  // namespace nianlun::testing
