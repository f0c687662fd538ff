#pragma once

// Records in words, for one viewer.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "facts.h"
#include "ledger/trace.h"
#include "profile_book.h"
#include "record_text.h"
#include "trace_words.h"

namespace nianlun {

/// Of what is told as text and read again: an event of the greatest depth is deeper inside.
inline constexpr Json::Limits kToldLimits{.bytes_max = ~std::size_t{0}, .depth_max = 128};

/// A step as one viewer is told of it.
struct Phrase {
  std::shared_ptr<const Profile> profile;
  const Profile::Step* step = nullptr;  ///< of a registry event: none
  std::string name_json;                ///< "stepName"
  std::string name;                     ///< what is said where the step has no words of its own
  std::optional<Sentence> say;
};

/// What a viewer is told of one private value.
struct ToldValue {
  enum class Fate {
    kShown,
    kWithheld,
    kErased,
    kUnsent,  ///< whoever sealed the event kept it; only the entitled learn that
  };
  std::string digest;
  Fate fate = Fate::kWithheld;
  PrivateValue value{};  ///< if it is shown
};

/// Threads: one. It keeps the reading and the viewer that it was made for.
class Teller {
 public:
  static Result<Teller> make(const Reading& reading, const Viewer& viewer);

  const Reading& reading() const { return *reading_; }
  const StateView& state() const { return reading_->state(); }
  const Viewer& viewer() const { return *viewer_; }
  const ProfileBook& book() const { return *book_; }
  const GenesisSettings& genesis() const { return book_->genesis(); }

  /// Appends a record as JSON text, as it stands in an item's timeline or on its own.
  Result<void> tell(const KeptRecord& kept, const RecordText& text, const TimelineEntry* entry,
                    std::string& out) const;
  /// The step of a record, by the texts of the profile's label and the step.
  const Phrase& phrase_of(const RecordText& text) const;
  /// The record's event; private values merged if the viewer is entitled to them.
  Result<Json> event_of(const StoredRecord& stored) const;
  /// The private values of the record's event, in the order of their digests.
  Result<std::vector<ToldValue>> private_values_of(const StoredRecord& stored) const;
  /// The disclosures of the record's event that the viewer is entitled to.
  Result<std::vector<std::string>> disclosures_of(const StoredRecord& stored) const;

  /// {"party", "name"}, or null for nobody.
  Result<Json> party(std::string_view uri) const;
  /// {"id", "kind", "kindName", "state", "stateName"}
  Json brief(const Item& item) const;
  const Profile::Kind* kind_of(const Item& item) const;

  /// The seal of the capture that a record came with.
  Result<Seal> seal_of(const Record& record, std::uint64_t index) const;
  /// The canonical identifiers of a record's items; nothing for registry events.
  Result<std::vector<std::string>> items_of(const Record& record) const;

 private:
  Teller(const Reading& reading, const Viewer& viewer, std::shared_ptr<const ProfileBook> book)
      : reading_(&reading), viewer_(&viewer), book_(std::move(book)) {}
  /// Whether the viewer may see the private values that came in with a record.
  Result<bool> is_entitled(const StoredRecord& stored) const;
  Result<bool> is_entitled(const StoredRecord& stored, const PrivateValue& value,
                           std::string_view digest) const;
  Result<void> tell_for_anybody(const RecordText& text, std::string& out) const;
  Json private_json(const std::vector<ToldValue>& values) const;
  Result<std::string> sealed_by(const StoredRecord& stored) const;
  /// Who sealed a record, and for which party.
  struct Sealer {
    std::optional<Actor> actor;
    std::string party;
    bool by_gateway = false;
  };
  Result<Sealer> sealer_of(const KeptRecord& kept, const TimelineEntry* entry) const;
  Result<bool> has_role(const Sealer& sealer, std::string_view role) const;
  Result<Json> by(const Sealer& sealer, const Phrase& phrase) const;
  /// Who sealed a record, as it is told.
  struct ToldSealer {
    std::string by;
    std::optional<Actor> actor;
  };
  Result<ToldSealer> told_sealer(const KeptRecord& kept, const Phrase& phrase,
                                 const TimelineEntry* entry) const;
  /// The record that endorses what is marked, or null.
  Result<Json> endorsed_mark(const KeptRecord& kept) const;
  Result<void> tell_sealer(const KeptRecord& kept, const RecordText& text, const Phrase& phrase,
                           const TimelineEntry* entry, std::string& out) const;
  Result<void> tell_event(const KeptRecord& kept, const RecordText& text, std::string& out) const;
  Result<Json> voided_by(const Record& record) const;
  const Profile::Step* step_of(const Record& record) const;

  const Reading* reading_;
  const Viewer* viewer_;
  std::shared_ptr<const ProfileBook> book_;
  // An item's events are mostly of few steps by few parties, which are looked up and worded once.
  mutable std::map<std::string, Phrase, std::less<>> phrases_;
  using SenderAndPhrase = std::tuple<std::uint64_t, std::uint64_t, const Phrase*>;
  mutable std::map<SenderAndPhrase, ToldSealer> told_sealers_;
};

}  // namespace nianlun
