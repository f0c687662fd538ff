#include "log_groups.h"

#include <algorithm>
#include <cassert>

#include "ledger/encoding.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

bool is_before(Bytes key, std::uint64_t end) {
  constexpr std::size_t kIndexBytes = 8;
  return key.size() < kIndexBytes || read_be64(key.substr(0, kIndexBytes)) < end;
}

}  // namespace

std::optional<Buffer> LogGroup::take(Bytes key) {
  const auto found = std::ranges::find(rest, key, &std::pair<Buffer, Buffer>::first);
  if (found == rest.end()) return std::nullopt;
  Buffer value = std::move(found->second);
  rest.erase(found);
  return value;
}

LogGroups::LogGroups(const LogView& log, std::uint64_t first, Parse parse)
    : log_(log), at_(log.keys()), next_(first / kFrameRecords * kFrameRecords), parse_(parse) {
  if (next_ == 0) {
    at_->seek_to_first();  // so that a key before every index is found
  } else {
    at_->seek(be64(next_));
  }
}

Result<LogGroup> LogGroups::next() {
  assert(!at_end());
  LogGroup group;
  group.first = next_;
  group.end = next_ = std::min(next_ + kFrameRecords, log_.size());
  for (; at_->valid() && is_before(at_->key(), group.end); at_->next()) {
    group.rest.emplace_back(at_->key(), at_->value());
  }
  TRY(at_->status());
  const bool whole = group.end - group.first == kFrameRecords;
  group.unpacked = whole ? unpack_frame(group) : unpack_singles(group);
  group.leaves.reserve(group.records.size());
  for (const Bytes record : group.records) {
    group.leaves.push_back(record_leaf(record, log_.suite()));
  }
  if (parse_ == Parse::kYes) {
    group.parsed.reserve(group.records.size());
    for (const Bytes record : group.records) {
      group.parsed.push_back(parse_record(record, log_.suite()));
    }
  }
  return group;
}

Result<void> LogGroups::unpack_frame(LogGroup& group) const {
  return unpack(group, frame_key(group.first), group.first, kFrameRecords);
}

Result<void> LogGroups::unpack_singles(LogGroup& group) const {
  group.octets.reserve(group.end - group.first);  // the records stay where they are
  for (std::uint64_t index = group.first; index < group.end; ++index) {
    TRY(unpack(group, record_key(index), index, 1));
  }
  return {};
}

Result<void> LogGroups::unpack(LogGroup& group, Bytes key, std::uint64_t index,
                               std::size_t count) const {
  const auto packed = group.take(key);
  if (!packed) {
    return fail(ErrorCode::kCorrupted, "log.damaged-record", {{"index", std::to_string(index)}});
  }
  Buffer& octets = group.octets.emplace_back();  // where the records stay
  TRY_ASSIGN(const auto records,
             unpack_records(*packed, count, dictionary_at(log_.dictionaries(), index), octets));
  group.records.insert(group.records.end(), records.begin(), records.begin() + count);
  return {};
}

}  // namespace nianlun
