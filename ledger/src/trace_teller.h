#pragma once

// Records in words, for one viewer.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts.h"
#include "ledger/trace.h"
#include "profile_book.h"

namespace nianlun {

/// Threads: one. It keeps the reading and the viewer that it was made for.
class Teller {
 public:
  static Result<Teller> make(const Reading& reading, const Viewer& viewer);

  const Reading& reading() const { return *reading_; }
  const StateView& state() const { return reading_->state(); }
  const Viewer& viewer() const { return *viewer_; }
  const ProfileBook& book() const { return *book_; }
  const GenesisSettings& genesis() const { return book_->genesis(); }

  /// A record as it stands in an item's timeline, or on its own.
  Result<Json> event(const StoredRecord& stored, const TimelineEntry* entry) const;
  /// The record's event; private values merged if the viewer is entitled to them.
  Result<Json> event_of(const StoredRecord& stored) const;
  /// The disclosures of the record's event that the viewer is entitled to.
  Result<std::vector<std::string>> disclosures_of(const StoredRecord& stored) const;

  /// {"party", "name"}, or null for nobody.
  Result<Json> party(std::string_view uri) const;
  /// {"id", "kind", "kindName", "state", "stateName"}
  Json brief(const Item& item) const;
  const Profile::Kind* kind_of(const Item& item) const;

  /// The seal of the capture that a record came with.
  Result<Seal> seal_of(const Record& record, std::uint64_t index) const;
  /// The canonical identifiers of a record's items, and its step; nothing for registry events.
  const Profile::Step* step_of(const Record& record) const;
  Result<std::vector<std::string>> items_of(const Record& record) const;

 private:
  Teller(const Reading& reading, const Viewer& viewer, std::shared_ptr<const ProfileBook> book)
      : reading_(&reading), viewer_(&viewer), book_(std::move(book)) {}
  Result<bool> is_entitled(const StoredRecord& stored) const;
  Result<std::string> sealed_by(const StoredRecord& stored) const;
  /// Who sealed a record, and for which party.
  struct Sealer {
    std::optional<Actor> actor;
    std::string party;
    bool by_gateway = false;
  };
  Result<Sealer> sealer_of(const StoredRecord& stored, const TimelineEntry* entry) const;
  Result<Json> by(const StoredRecord& stored, const TimelineEntry* entry) const;
  Result<Json> voided_by(const Record& record) const;

  const Reading* reading_;
  const Viewer* viewer_;
  std::shared_ptr<const ProfileBook> book_;
};

}  // namespace nianlun
