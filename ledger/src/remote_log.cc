#include "remote_log.h"

#include "gzip.h"
#include "ledger/tile.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr unsigned kTries = 3;  // nothing that is asked for here changes anything
constexpr std::size_t kBundleBytesMax = kTileWidth * (2 + kEntryBytesMax);

Unexpected in_trouble(const HttpResponse& response, const std::string& path) {
  return fail(ErrorCode::kIo, "client.server-failed",
              {{"status", std::to_string(response.status)}, {"reason", path}});
}

Unexpected not_served(const std::string& path, std::string reason) {
  return fail(ErrorCode::kCorrupted, "watch.not-served",
              {{"path", path}, {"reason", std::move(reason)}});
}

Unexpected too_large(const std::string& path) {
  return not_served(path, "> " + std::to_string(kBundleBytesMax) + " B");
}

}  // namespace

Result<RemoteLog> RemoteLog::connect_to(std::string_view url) {
  TRY_ASSIGN(auto client,
             HttpClient::connect_to(url, {.response_bytes_max = kBundleBytesMax, .tries = kTries}));
  return RemoteLog(std::move(client));
}

Result<Buffer> RemoteLog::checkpoint() {
  TRY_ASSIGN(HttpResponse response,
             client_->send({.target = "/checkpoint", .headers = {{"Cache-Control", "no-cache"}}}));
  if (response.status != 200) return in_trouble(response, "checkpoint");
  return std::move(response.body);
}

// Nothing: the server has no such file.
Result<std::optional<Buffer>> RemoteLog::find(const std::string& path) {
  auto response =
      client_->send({.target = "/" + path, .headers = {{"Accept-Encoding", "gzip, identity"}}});
  if (!response && response.error().code == ErrorCode::kTooLarge) return too_large(path);
  if (!response) return Unexpected{std::move(response).error()};
  if (response->status == 404 || response->status == 410) return std::optional<Buffer>();
  if (response->status != 200) return in_trouble(*response, path);
  // A log may pack its bundles with gzip, whatever it was asked for (c2sp.org/tlog-tiles). Another
  // encoding is no lie about the log; we cannot compare what it hides.
  const std::string_view encoding = response->header("content-encoding");
  if (encoding.empty() || encoding == "identity") {
    return std::optional<Buffer>(std::move(response->body));
  }
  if (encoding != "gzip" && encoding != "x-gzip") {
    return fail(ErrorCode::kInvalidArgument, "watch.packed",
                {{"path", path}, {"encoding", std::string(encoding)}});
  }
  auto unpacked = gunzip(response->body, kBundleBytesMax);
  if (unpacked) return std::optional<Buffer>(*std::move(unpacked));
  if (unpacked.error().code == ErrorCode::kTooLarge) return too_large(path);
  return not_served(path, "gzip");
}

Result<Buffer> RemoteLog::tile(const TileId& tile) {
  TRY_ASSIGN(std::optional<Buffer> found, find(tile_path(tile)));
  if (found) return *std::move(found);
  if (tile.width < kTileWidth) {
    TRY_ASSIGN(found, find(tile_path({.level = tile.level, .index = tile.index})));
    if (found) return found->substr(0, tile.width * sizeof(Hash));
  }
  return not_served(tile_path(tile), "404");
}

Result<Buffer> RemoteLog::bundle(std::uint64_t index, unsigned width) {
  TRY_ASSIGN(std::optional<Buffer> found, find(bundle_path(index, width)));
  if (found) return *std::move(found);
  if (width < kTileWidth) {
    TRY_ASSIGN(found, find(bundle_path(index, kTileWidth)));
    const auto entries = parse_entry_bundle(found ? Bytes(*found) : Bytes());
    if (entries && entries->size() > width) return entry_bundle(std::span(*entries).first(width));
  }
  return not_served(bundle_path(index, width), "404");
}

}  // namespace nianlun
