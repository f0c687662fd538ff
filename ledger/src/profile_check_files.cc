// Reads the files of a folder of scenarios. A scenario that "begins" with another one goes on where
// that ends, so that a story is told once.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "ledger/profile_check.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr int kBeginningsMax = 8;

Result<Json> read_json(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  auto json = Json::parse(bytes);
  if (!json || !json->is_object()) {
    return fail(ErrorCode::kInvalidArgument, "check.scenario-json", {{"file", file.string()}});
  }
  return json;
}

/// The members of both; those of `own` win, and its events come last.
Json go_on(Json story, const Json& own) {
  for (const Json::Member& member : own.object()) {
    Json* before = story.find(member.name);
    if (member.name == "events" && before != nullptr && before->is_array() &&
        member.value.is_array()) {
      for (const Json& event : member.value.array()) before->push(event);
    } else if (before != nullptr && before->is_object() && member.value.is_object()) {
      for (const Json::Member& each : member.value.object()) before->set(each.name, each.value);
    } else {
      story.set(member.name, member.value);
    }
  }
  return story;
}

Result<Json> whole_story(const std::filesystem::path& file) {
  TRY_ASSIGN(Json story, read_json(file));
  for (int times = 0; story.find("begins") != nullptr; ++times) {
    const std::string before(story.text("begins"));
    if (times == kBeginningsMax || before.empty() || before.find('/') != before.npos) {
      return fail(ErrorCode::kInvalidArgument, "check.scenario-member", {{"what", "begins"}});
    }
    story.erase("begins");
    TRY_ASSIGN(Json beginning, read_json(file.parent_path() / before));
    story = go_on(std::move(beginning), story);
  }
  return story;
}

}  // namespace

Result<std::vector<Scenario>> load_scenarios(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error || files.empty()) {
    return fail(ErrorCode::kNotFound, "check.no-scenarios", {{"folder", folder.string()}});
  }
  std::ranges::sort(files);
  std::vector<Scenario> scenarios;
  for (const auto& file : files) {
    TRY_ASSIGN(Json story, whole_story(file));
    scenarios.push_back({file.filename().string(), std::move(story)});
  }
  return scenarios;
}

}  // namespace nianlun
