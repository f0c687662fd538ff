#pragma once

#include <span>
#include <string_view>

namespace nianlun {

/// The closed lists of CBV 2.0 (and the measurement types of GS1's web vocabulary) that EPCIS
/// events use as bare words.
enum class Vocabulary {
  kBizStep,
  kDisposition,
  kTransactionType,
  kPartyType,  ///< of sources and destinations
  kErrorReason,
  kMeasurement,
  kAlert,
  kComponent,
};

/// The words, sorted by their octets.
std::span<const std::string_view> words(Vocabulary vocabulary);

/// Whether `text` is one of the words, or a URI that isn't GS1's own name for one.
bool is_word_or_uri(Vocabulary vocabulary, std::string_view text);

}  // namespace nianlun
