#include "log_seals.h"

#include "ledger/encoding.h"
#include "log_view.h"
#include "record_brief.h"
#include "seal_entry.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kEntriesMax = 1024;
constexpr std::size_t kSealsMax = 4096;

template <class Key, class Value>
void remember(std::map<Key, Value>& known, std::size_t max, const Key& key, Value value) {
  if (known.size() == max) known.clear();
  known.insert_or_assign(key, std::move(value));
}

Unexpected damaged(std::uint64_t first) {
  return fail(ErrorCode::kCorrupted, "log.damaged-seal", {{"index", std::to_string(first)}});
}

}  // namespace

Result<SealEntry> SealReader::read(Bytes stored, const FirstRecord& first) {
  Result<SealEntry> entry = damaged(first.index);
  if (stored.starts_with(kShortSeal)) {
    entry = decode_short(stored, first,
                         {.entry = [this](std::uint64_t index) { return long_entry(index); },
                          .seal = [this](std::uint64_t index) { return seal_of(index); }});
  } else {
    TRY_ASSIGN(const Buffer text, unpack_at(log_.dictionaries(), first.index, stored));
    entry = decode_seal_entry(text);
  }
  if (entry) remember(seals_, kSealsMax, first.index, entry->seal.hash);
  return entry;
}

Result<std::shared_ptr<const SealEntry>> SealReader::long_entry(std::uint64_t index) {
  if (const auto known = entries_.find(index); known != entries_.end()) return known->second;
  TRY_ASSIGN(const auto stored, log_.stored_seal(index));
  if (!stored) return damaged(index);
  TRY_ASSIGN(const Buffer text, unpack_at(log_.dictionaries(), index, *stored));
  TRY_ASSIGN(SealEntry entry, decode_seal_entry(text));
  auto shared = std::make_shared<const SealEntry>(std::move(entry));
  remember(entries_, kEntriesMax, index, shared);
  return shared;
}

Result<Hash> SealReader::seal_of(std::uint64_t first) {
  if (const auto known = seals_.find(first); known != seals_.end()) return known->second;
  TRY_ASSIGN(const KeptRecord kept, log_.kept(first));
  TRY_ASSIGN(const RecordBrief record, BriefReader().read(kept.bytes));
  if (record.position != 0) return damaged(first);
  return record.seal;
}

Buffer SealWriter::write(const SealEntry& entry, const FirstRecord& first,
                         const Dictionary* dictionary) {
  const Seal& seal = entry.seal;
  const auto common = common_of(seal);
  if (!common) return pack(encode(entry), dictionary);
  Sender& sender = senders_[(std::size_t{common->bytes[0]} << 8 | common->bytes[1]) % kSenders];
  if (sender.first == kNoRecord || sender.common != *common) {
    sender = {.common = *common, .base = first.index, .last = seal.hash, .first = first.index};
    return pack(encode(entry), dictionary);
  }
  const bool follows = seal.previous == sender.last;
  Buffer stored =
      encode_short(entry, first, sender.base, follows ? std::optional(sender.first) : std::nullopt);
  sender.last = seal.hash;
  sender.first = first.index;
  return stored;
}

}  // namespace nianlun
