#include "facts.h"
#include "folding.h"
#include "text.h"
#include "try.h"

namespace nianlun {

Result<void> open_exception(StateOverlay& state, std::uint64_t index, std::string_view guard,
                            const std::vector<std::string>& items, std::string_view step) {
  Json exception;
  exception.set("items", Json::Array(items.begin(), items.end())).set("step", step);
  state.put(exception_key(index, guard), exception.dump());
  state.put(open_exception_key(index, guard), Buffer());
  for (const std::string& id : items) {
    TRY_ASSIGN(auto item, find_item(state, id));
    if (!item) continue;
    ++item->open_exceptions;
    state.put(item_key(id), encode(*item));
  }
  return {};
}

Result<void> close_exception(StateOverlay& state, std::string_view name, std::uint64_t by,
                             std::string_view outcome) {
  const std::size_t slash = name.find('/');
  const auto index = parse_decimal(name.substr(0, slash));
  if (!index || slash == name.npos) return {};
  const std::string_view guard = name.substr(slash + 1);
  TRY_ASSIGN(const auto open, state.get(open_exception_key(*index, guard)));
  TRY_ASSIGN(const auto value, state.get(exception_key(*index, guard)));
  if (!open || !value) return {};
  TRY_ASSIGN(Json exception, Json::parse(*value));
  if (const Json* items = exception.find("items")) {
    for (const Json& id : items->array()) {
      TRY_ASSIGN(auto item, find_item(state, id.string()));
      if (!item) continue;
      if (item->open_exceptions > 0) --item->open_exceptions;
      state.put(item_key(item->id), encode(*item));
    }
  }
  exception.set("answered", by).set("outcome", outcome);
  state.put(exception_key(*index, guard), exception.dump());
  state.erase(open_exception_key(*index, guard));
  return {};
}

}  // namespace nianlun
