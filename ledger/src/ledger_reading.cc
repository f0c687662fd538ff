#include "ledger_reading.h"

#include <mutex>

#include "ledger/proof.h"
#include "profile_book.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected no_record(std::uint64_t index) {
  return fail(ErrorCode::kNotFound, "log.no-such-record", {{"index", std::to_string(index)}});
}

class LedgerReading final : public Reading {
 public:
  LedgerReading(std::shared_ptr<const LogView> log, std::shared_ptr<const StateView> state,
                std::shared_ptr<const Vault> vault)
      : log_(std::move(log)), state_(std::move(state)), vault_(std::move(vault)) {}

  std::uint64_t size() const override { return log_->size(); }
  const Hash& root() const override { return log_->position().root; }
  const StateView& state() const override { return *state_; }

  // Every request asks for it, and in one state it is always the same.
  Result<std::shared_ptr<const ProfileBook>> book() const override {
    const std::lock_guard lock(mutex_);
    if (book_ == nullptr) {
      TRY_ASSIGN(book_, ProfileBook::load(*state_));
    }
    return book_;
  }

  Result<KeptRecord> kept(std::uint64_t index) const override { return log_->kept(index); }

  Result<std::vector<Hash>> record_hashes(std::uint64_t first, std::uint64_t count) const override {
    return log_->record_hashes(first, count);
  }

  Result<SealEntry> seal_entry(std::uint64_t first) const override {
    TRY_ASSIGN(auto entry, log_->seal_entry(first));
    if (!entry) {
      return fail(ErrorCode::kNotFound, "log.no-such-seal", {{"index", std::to_string(first)}});
    }
    return *std::move(entry);
  }

  Result<std::vector<Hash>> inclusion(std::uint64_t index, std::uint64_t size) const override {
    if (size > this->size()) return no_record(size - 1);
    if (index >= size) return no_record(index);
    return prove_inclusion(index, size, log_->nodes(size));
  }

  Result<std::vector<Hash>> consistency(std::uint64_t first, std::uint64_t second) const override {
    if (second > size()) return no_record(second - 1);
    return prove_consistency(first, second, log_->nodes(second));
  }

  Result<Buffer> tile(unsigned level, std::uint64_t index, unsigned width) const override {
    return log_->tile(level, index, width);
  }

  Result<std::optional<PrivateValue>> private_value(std::string_view digest) const override {
    return vault_->value(digest);
  }

  Result<std::vector<std::string>> find_private(const PrivateQuery& query) const override {
    return vault_->find(query);
  }

  Result<void> each_private(
      const std::function<Result<bool>(std::string_view, const PrivateValue&)>& each)
      const override {
    return vault_->each(each);
  }

  Result<bool> is_erased(std::string_view digest) const override {
    return vault_->is_erased(digest);
  }

  Result<std::optional<Json>> token(const Hash& token_hash) const override {
    return vault_->token(token_hash);
  }

 private:
  std::shared_ptr<const LogView> log_;
  std::shared_ptr<const StateView> state_;
  std::shared_ptr<const Vault> vault_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const ProfileBook> book_;  // guarded by mutex_
};

}  // namespace

Result<StoredRecord> parsed(KeptRecord kept) {
  TRY_ASSIGN(Record record, parse_record(kept.bytes, kept.suite));
  return StoredRecord{
      .index = kept.index, .record = std::move(record), .bytes = std::move(kept.bytes)};
}

Result<std::shared_ptr<const ProfileBook>> Reading::book() const {
  return ProfileBook::load(state());
}

Result<StoredRecord> Reading::record(std::uint64_t index) const {
  TRY_ASSIGN(KeptRecord kept, this->kept(index));
  return parsed(std::move(kept));
}

Result<std::vector<Hash>> Reading::record_hashes(std::uint64_t first, std::uint64_t count) const {
  std::vector<Hash> hashes;
  for (std::uint64_t i = 0; i < count; ++i) {
    TRY_ASSIGN(const KeptRecord kept, this->kept(first + i));
    hashes.push_back(kept.hash);
  }
  return hashes;
}

Result<std::optional<std::string>> Reading::disclosure(std::string_view digest) const {
  TRY_ASSIGN(auto value, private_value(digest));
  if (!value) return std::optional<std::string>();
  return std::optional(std::move(value->disclosure));
}

Result<Seal> Reading::seal(std::uint64_t first) const {
  TRY_ASSIGN(SealEntry entry, seal_entry(first));
  return std::move(entry.seal);
}

std::shared_ptr<const Reading> make_reading(std::shared_ptr<const LogView> log,
                                            std::shared_ptr<const StateView> state,
                                            std::shared_ptr<const Vault> vault) {
  return std::make_shared<const LedgerReading>(std::move(log), std::move(state), std::move(vault));
}

}  // namespace nianlun
