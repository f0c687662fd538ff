#include "ledger/checkpoint.h"

#include <cassert>

#include "ledger/encoding.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected malformed(std::string_view line) {
  return fail(ErrorCode::kInvalidArgument, "checkpoint.malformed", {{"line", std::string(line)}});
}

bool is_line(std::string_view text) {
  return !text.empty() && is_note_text(text) && text.find('\n') == text.npos;
}

}  // namespace

std::string checkpoint_text(const Checkpoint& checkpoint) {
  assert(is_line(checkpoint.origin));
  std::string text = checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
                     base64(checkpoint.root.view()) + "\n";
  for (const std::string& extension : checkpoint.extensions) {
    assert(is_line(extension));
    text += extension + "\n";
  }
  return text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  std::string_view rest = text;
  Checkpoint checkpoint;
  const auto origin = cut(rest, '\n');
  if (!origin || !is_line(*origin)) return malformed("1");
  checkpoint.origin = *origin;
  const auto size_line = cut(rest, '\n');
  const auto size = size_line ? parse_decimal(*size_line) : std::nullopt;
  if (!size) return malformed("2");
  checkpoint.size = *size;
  const auto root_line = cut(rest, '\n');
  const auto octets = root_line ? from_base64(*root_line) : Result<Buffer>(Buffer());
  const auto root = octets ? Hash::from(*octets) : Hash::from("");
  if (!root) return malformed("3");
  checkpoint.root = *root;
  while (const auto extension = cut(rest, '\n')) {
    const std::size_t line = 4 + checkpoint.extensions.size();
    if (!is_line(*extension)) return malformed(std::to_string(line));
    checkpoint.extensions.emplace_back(*extension);
  }
  // What is printed again is the same, or there was a second way to write it: a last line without
  // its newline, say.
  if (checkpoint_text(checkpoint) != text) {
    return malformed(std::to_string(4 + checkpoint.extensions.size()));
  }
  return checkpoint;
}

}  // namespace nianlun
