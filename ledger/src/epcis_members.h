#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "epcis_words.h"

namespace nianlun {

/// What a value in EPCIS JSON may be. Objects and lists have a rule of their own.
enum class Shape : std::uint8_t {
  kAnything,
  // Scalars.
  kString,
  kNumber,
  kBoolean,
  kUri,
  kTime,
  kOffset,
  kAction,
  kHexBinary,
  kUnit,
  kVersion,
  // Words of a vocabulary, or URIs.
  kBizStep,
  kDisposition,
  kTransactionType,
  kPartyType,
  kErrorReason,
  kMeasurement,
  kAlert,
  kComponent,
  // One or the other.
  kContext,      // URI, object, or list of both
  kContextPart,  // URI or object
  kUriOrUris,
  kAttributeValue,  // number, string or object
  kEvent,           // by its "type"
  // Lists; list_rule() knows more.
  kContextParts,
  kUris,
  kDistinctUris,
  kQuantities,
  kTransactions,
  kSomeTransactions,
  kSources,
  kDestinations,
  kSensors,
  kReports,
  kSomeDispositions,
  kEvents,
  kVocabularies,
  kVocabularyElements,
  kAttributes,
  // Objects; object_rule() knows more.
  kObject,
  kPlace,
  kQuantity,
  kTransaction,
  kSource,
  kDestination,
  kSensor,
  kMetadata,
  kReport,
  kPersistentDisposition,
  kErrorDeclaration,
  kIlmd,
  kVocabulary,
  kVocabularyElement,
  kAttribute,
  kMasterData,
  kHeader,
  kBody,
  kQueryBody,
  kQueryResults,
  kResultsBody,
  kDocument,
  kQueryDocument,
  kObjectEvent,
  kAggregationEvent,
  kAssociationEvent,
  kTransactionEvent,
  kTransformationEvent,
  kExtensionEvent,
};

enum class Presence : std::uint8_t { kOptional, kRequired };

struct MemberRule {
  std::string_view name;
  Shape shape = Shape::kAnything;
  Presence presence = Presence::kOptional;
};

/// Which members an object may have beside those of its rule.
enum class OtherMembers : std::uint8_t { kNone, kUris, kAny };

struct ObjectRule {
  std::span<const MemberRule> members;  ///< sorted by name, at most 32
  OtherMembers others = OtherMembers::kAny;
  std::uint32_t required = 0;  ///< bit i: members[i] must be there
};

struct ListRule {
  Shape item = Shape::kAnything;
  bool some = false;      ///< at least one item
  bool distinct = false;  ///< no two items are equal
};

/// The rule of an object or list shape, or nullptr.
const ObjectRule* object_rule(Shape shape);
const ListRule* list_rule(Shape shape);

}  // namespace nianlun
