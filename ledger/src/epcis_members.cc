#include "epcis_members.h"

#include <algorithm>
#include <array>

namespace nianlun {
namespace {

constexpr Presence kRequired = Presence::kRequired;

template <std::size_t N>
constexpr std::array<MemberRule, N> sorted(const MemberRule (&members)[N]) {
  std::array<MemberRule, N> result{};
  std::copy(std::begin(members), std::end(members), result.begin());
  std::sort(result.begin(), result.end(),
            [](const MemberRule& a, const MemberRule& b) { return a.name < b.name; });
  return result;
}

template <std::size_t N, std::size_t M>
constexpr std::array<MemberRule, N + M> joined(const MemberRule (&a)[N], const MemberRule (&b)[M]) {
  MemberRule both[N + M]{};
  std::copy(std::begin(b), std::end(b), std::copy(std::begin(a), std::end(a), both));
  return sorted(both);
}

template <std::size_t N>
constexpr ObjectRule rule(const std::array<MemberRule, N>& members, OtherMembers others) {
  static_assert(N <= 32);
  ObjectRule result{members, others, 0};
  for (std::size_t i = 0; i < N; ++i) {
    if (members[i].presence == kRequired) result.required |= std::uint32_t{1} << i;
  }
  return result;
}

// ---- Events. EPCIS 2.0.1 JSON schema, definitions of the same names.

constexpr MemberRule kCommon[] = {
    {"@context", Shape::kContext},
    {"certificationInfo", Shape::kUriOrUris},
    {"errorDeclaration", Shape::kErrorDeclaration},
    {"eventID", Shape::kUri},
    {"eventTime", Shape::kTime, kRequired},
    {"eventTimeZoneOffset", Shape::kOffset, kRequired},
    {"recordTime", Shape::kTime},
    {"type", Shape::kUri, kRequired},
};
constexpr MemberRule kStandard[] = {
    // what all five standard events share
    // The type has been read already when the rule of a standard event is looked up.
    {"@context", Shape::kContext},
    {"certificationInfo", Shape::kUriOrUris},
    {"errorDeclaration", Shape::kErrorDeclaration},
    {"eventID", Shape::kUri},
    {"eventTime", Shape::kTime, kRequired},
    {"eventTimeZoneOffset", Shape::kOffset, kRequired},
    {"recordTime", Shape::kTime},
    {"type", Shape::kString, kRequired},
    {"bizLocation", Shape::kPlace},
    {"bizStep", Shape::kBizStep},
    {"destinationList", Shape::kDestinations},
    {"disposition", Shape::kDisposition},
    {"readPoint", Shape::kPlace},
    {"sensorElementList", Shape::kSensors},
    {"sourceList", Shape::kSources},
};

constexpr MemberRule kOfObjectEvent[] = {
    {"action", Shape::kAction, kRequired},
    {"bizTransactionList", Shape::kTransactions},
    {"epcList", Shape::kDistinctUris},
    {"ilmd", Shape::kIlmd},
    {"persistentDisposition", Shape::kPersistentDisposition},
    {"quantityList", Shape::kQuantities},
};
// Aggregation, association and transaction events may carry a persistentDisposition by name, but
// the schema says nothing about what is in it.
constexpr MemberRule kOfAggregationEvent[] = {
    {"action", Shape::kAction, kRequired},
    {"bizTransactionList", Shape::kTransactions},
    {"childEPCs", Shape::kUris},
    {"childQuantityList", Shape::kQuantities},
    {"parentID", Shape::kUri},
    {"persistentDisposition", Shape::kAnything},
};
constexpr MemberRule kOfAssociationEvent[] = {
    {"action", Shape::kAction, kRequired}, {"bizTransactionList", Shape::kTransactions},
    {"childEPCs", Shape::kUris},           {"childQuantityList", Shape::kQuantities},
    {"parentID", Shape::kUri, kRequired},  {"persistentDisposition", Shape::kAnything},
};
constexpr MemberRule kOfTransactionEvent[] = {
    {"action", Shape::kAction, kRequired},
    {"bizTransactionList", Shape::kSomeTransactions, kRequired},
    {"epcList", Shape::kUris},
    {"parentID", Shape::kUri},
    {"persistentDisposition", Shape::kAnything},
    {"quantityList", Shape::kQuantities},
};
constexpr MemberRule kOfTransformationEvent[] = {
    {"bizTransactionList", Shape::kTransactions},
    {"ilmd", Shape::kIlmd},
    {"inputEPCList", Shape::kDistinctUris},
    {"inputQuantityList", Shape::kQuantities},
    {"outputEPCList", Shape::kDistinctUris},
    {"outputQuantityList", Shape::kQuantities},
    {"persistentDisposition", Shape::kPersistentDisposition},
    {"transformationID", Shape::kUri},
};
constexpr auto kObjectEvent = joined(kStandard, kOfObjectEvent);
constexpr auto kAggregationEvent = joined(kStandard, kOfAggregationEvent);
constexpr auto kAssociationEvent = joined(kStandard, kOfAssociationEvent);
constexpr auto kTransactionEvent = joined(kStandard, kOfTransactionEvent);
constexpr auto kTransformationEvent = joined(kStandard, kOfTransformationEvent);
constexpr auto kExtensionEvent = sorted(kCommon);

// ---- Parts of events.

constexpr auto kPlace = sorted({{"id", Shape::kUri, kRequired}});
constexpr auto kQuantity = sorted(
    {{"epcClass", Shape::kUri, kRequired}, {"quantity", Shape::kNumber}, {"uom", Shape::kUnit}});
constexpr auto kTransaction =
    sorted({{"bizTransaction", Shape::kUri, kRequired}, {"type", Shape::kTransactionType}});
constexpr auto kSource =
    sorted({{"source", Shape::kUri, kRequired}, {"type", Shape::kPartyType, kRequired}});
constexpr auto kDestination =
    sorted({{"destination", Shape::kUri, kRequired}, {"type", Shape::kPartyType, kRequired}});
constexpr auto kPersistentDisposition =
    sorted({{"set", Shape::kSomeDispositions}, {"unset", Shape::kSomeDispositions}});
constexpr auto kErrorDeclaration = sorted({{"correctiveEventIDs", Shape::kUris},
                                           {"declarationTime", Shape::kTime, kRequired},
                                           {"reason", Shape::kErrorReason}});
constexpr auto kSensor =
    sorted({{"sensorMetadata", Shape::kMetadata}, {"sensorReport", Shape::kReports, kRequired}});
constexpr auto kMetadata = sorted({{"time", Shape::kTime},
                                   {"startTime", Shape::kTime},
                                   {"endTime", Shape::kTime},
                                   {"deviceID", Shape::kUri},
                                   {"deviceMetadata", Shape::kUri},
                                   {"rawData", Shape::kUri},
                                   {"dataProcessingMethod", Shape::kUri},
                                   {"bizRules", Shape::kUri}});
constexpr auto kReport = sorted({{"type", Shape::kMeasurement, kRequired},
                                 {"exception", Shape::kAlert},
                                 {"deviceID", Shape::kUri},
                                 {"deviceMetadata", Shape::kUri},
                                 {"rawData", Shape::kUri},
                                 {"dataProcessingMethod", Shape::kUri},
                                 {"bizRules", Shape::kUri},
                                 {"time", Shape::kTime},
                                 {"microorganism", Shape::kUri},
                                 {"chemicalSubstance", Shape::kUri},
                                 {"coordinateReferenceSystem", Shape::kUri},
                                 {"value", Shape::kNumber},
                                 {"component", Shape::kComponent},
                                 {"stringValue", Shape::kString},
                                 {"booleanValue", Shape::kBoolean},
                                 {"hexBinaryValue", Shape::kHexBinary},
                                 {"uriValue", Shape::kUri},
                                 {"minValue", Shape::kNumber},
                                 {"maxValue", Shape::kNumber},
                                 {"meanValue", Shape::kNumber},
                                 {"sDev", Shape::kNumber},
                                 {"percRank", Shape::kNumber},
                                 {"percValue", Shape::kNumber},
                                 {"uom", Shape::kString}});

// ---- Documents and master data.

constexpr auto kVocabulary = sorted(
    {{"type", Shape::kUri, kRequired}, {"vocabularyElementList", Shape::kVocabularyElements}});
constexpr auto kVocabularyElement = sorted({{"attributes", Shape::kAttributes},
                                            {"children", Shape::kUris},
                                            {"id", Shape::kUri, kRequired}});
constexpr auto kAttribute =
    sorted({{"attribute", Shape::kAttributeValue}, {"id", Shape::kUri, kRequired}});
constexpr auto kMasterData = sorted({{"vocabularyList", Shape::kVocabularies}});
constexpr auto kHeader = sorted({{"epcisMasterData", Shape::kMasterData}});
constexpr auto kBody = sorted({{"eventList", Shape::kEvents, kRequired}});
constexpr auto kResultsBody =
    sorted({{"eventList", Shape::kEvents, kRequired}, {"vocabularyList", Shape::kVocabularies}});
constexpr auto kQueryResults = sorted({{"queryName", Shape::kString, kRequired},
                                       {"resultsBody", Shape::kResultsBody, kRequired},
                                       {"subscriptionID", Shape::kString}});
constexpr auto kQueryBody = sorted({{"queryResults", Shape::kQueryResults, kRequired}});
constexpr auto kDocument = sorted({{"@context", Shape::kContext, kRequired},
                                   {"creationDate", Shape::kTime, kRequired},
                                   {"epcisBody", Shape::kBody, kRequired},
                                   {"epcisHeader", Shape::kHeader},
                                   {"id", Shape::kUri},
                                   {"instanceIdentifier", Shape::kString},
                                   {"receiver", Shape::kString},
                                   {"schemaVersion", Shape::kVersion, kRequired},
                                   {"sender", Shape::kString},
                                   {"type", Shape::kString, kRequired}});
constexpr auto kQueryDocument = sorted({{"@context", Shape::kContext, kRequired},
                                        {"creationDate", Shape::kTime},
                                        {"epcisBody", Shape::kQueryBody, kRequired},
                                        {"id", Shape::kUri},
                                        {"schemaVersion", Shape::kVersion},
                                        {"type", Shape::kString, kRequired}});

struct ShapedObject {
  Shape shape;
  ObjectRule rule;
};
constexpr OtherMembers kNone = OtherMembers::kNone;
constexpr OtherMembers kUris = OtherMembers::kUris;
constexpr OtherMembers kAny = OtherMembers::kAny;

// In the order of Shape, from kObject on.
constexpr ShapedObject kObjects[] = {
    {Shape::kObject, {}},
    {Shape::kPlace, rule(kPlace, kAny)},
    {Shape::kQuantity, rule(kQuantity, kNone)},
    {Shape::kTransaction, rule(kTransaction, kNone)},
    {Shape::kSource, rule(kSource, kNone)},
    {Shape::kDestination, rule(kDestination, kNone)},
    {Shape::kSensor, rule(kSensor, kUris)},
    {Shape::kMetadata, rule(kMetadata, kUris)},
    {Shape::kReport, rule(kReport, kUris)},
    {Shape::kPersistentDisposition, rule(kPersistentDisposition, kNone)},
    {Shape::kErrorDeclaration, rule(kErrorDeclaration, kUris)},
    {Shape::kIlmd, {{}, kUris, 0}},
    {Shape::kVocabulary, rule(kVocabulary, kAny)},
    {Shape::kVocabularyElement, rule(kVocabularyElement, kAny)},
    {Shape::kAttribute, rule(kAttribute, kAny)},
    {Shape::kMasterData, rule(kMasterData, kAny)},
    {Shape::kHeader, rule(kHeader, kUris)},
    {Shape::kBody, rule(kBody, kAny)},
    {Shape::kQueryBody, rule(kQueryBody, kUris)},
    {Shape::kQueryResults, rule(kQueryResults, kUris)},
    {Shape::kResultsBody, rule(kResultsBody, kUris)},
    {Shape::kDocument, rule(kDocument, kUris)},
    {Shape::kQueryDocument, rule(kQueryDocument, kUris)},
    {Shape::kObjectEvent, rule(kObjectEvent, kUris)},
    {Shape::kAggregationEvent, rule(kAggregationEvent, kUris)},
    {Shape::kAssociationEvent, rule(kAssociationEvent, kUris)},
    {Shape::kTransactionEvent, rule(kTransactionEvent, kUris)},
    {Shape::kTransformationEvent, rule(kTransformationEvent, kUris)},
    {Shape::kExtensionEvent, rule(kExtensionEvent, kAny)},
};

struct ShapedList {
  Shape shape;
  ListRule rule;
};
// In the order of Shape, from kContextParts on.
constexpr ShapedList kLists[] = {
    {Shape::kContextParts, {.item = Shape::kContextPart, .distinct = true}},
    {Shape::kUris, {.item = Shape::kUri}},
    {Shape::kDistinctUris, {.item = Shape::kUri, .distinct = true}},
    {Shape::kQuantities, {.item = Shape::kQuantity}},
    {Shape::kTransactions, {.item = Shape::kTransaction}},
    {Shape::kSomeTransactions, {.item = Shape::kTransaction, .some = true}},
    {Shape::kSources, {.item = Shape::kSource}},
    {Shape::kDestinations, {.item = Shape::kDestination}},
    {Shape::kSensors, {.item = Shape::kSensor}},
    {Shape::kReports, {.item = Shape::kReport, .some = true}},
    {Shape::kSomeDispositions, {.item = Shape::kDisposition, .some = true, .distinct = true}},
    {Shape::kEvents, {.item = Shape::kEvent}},
    {Shape::kVocabularies, {.item = Shape::kVocabulary}},
    {Shape::kVocabularyElements, {.item = Shape::kVocabularyElement}},
    {Shape::kAttributes, {.item = Shape::kAttribute}},
};

template <class Row, std::size_t N>
constexpr bool in_order(const Row (&rows)[N], Shape first) {
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(rows[i].shape) != static_cast<std::size_t>(first) + i)
      return false;
  }
  return true;
}
static_assert(in_order(kObjects, Shape::kObject));
static_assert(in_order(kLists, Shape::kContextParts));

}  // namespace

const ObjectRule* object_rule(Shape shape) {
  if (shape < Shape::kObject) return nullptr;
  return &kObjects[static_cast<std::size_t>(shape) - static_cast<std::size_t>(Shape::kObject)].rule;
}

const ListRule* list_rule(Shape shape) {
  if (shape < Shape::kContextParts || shape >= Shape::kObject) return nullptr;
  return &kLists[static_cast<std::size_t>(shape) - static_cast<std::size_t>(Shape::kContextParts)]
              .rule;
}

}  // namespace nianlun
