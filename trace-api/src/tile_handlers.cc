// The log as c2sp.org/tlog-tiles serves it, so that anybody can copy and check it over plain HTTP.

#include <memory>
#include <mutex>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/src/try.h"
#include "ledger/tile.h"
#include "service.h"

namespace nianlun::api {
namespace {

// Of our logs: the hash of a record, after its length.
constexpr std::size_t kBundledBytes = 2 + sizeof(Hash);

/// The beginnings of entry bundles that were asked for lately. An entry is the hash of a record, so
/// a bundle costs the reading of its records, each compared with the tree: 0.3 ms.
/// What is here was read so once, never changes, and is only read on where a wider bundle is asked
/// for. Each bundle has one slot, which it takes from whatever was there: 4.5 MB in all.
///
/// Threads: any.
class BundleCache {
 public:
  BundleCache() : slots_(kSlots) {}

  Result<Buffer> bundle(const Reading& reading, std::uint64_t index, unsigned width) {
    std::shared_ptr<const Buffer> known = find(index);
    const std::size_t bytes = width * kBundledBytes;
    if (known != nullptr && known->size() >= bytes) return known->substr(0, bytes);
    Buffer grown = known == nullptr ? Buffer() : *known;
    const std::uint64_t have = grown.size() / kBundledBytes;
    TRY_ASSIGN(const std::vector<Hash> hashes,
               reading.record_hashes(index * kTileWidth + have, width - have));
    std::vector<Bytes> entries;
    entries.reserve(hashes.size());
    for (const Hash& hash : hashes) entries.push_back(hash.view());
    TRY_ASSIGN(const Buffer more, entry_bundle(entries));
    grown += more;
    put(index, grown);
    return grown;
  }

 private:
  static constexpr std::size_t kSlots = 512;
  struct Slot {
    std::uint64_t index = 0;
    std::shared_ptr<const Buffer> bundle;  // none: empty
  };

  std::shared_ptr<const Buffer> find(std::uint64_t index) const {
    const std::lock_guard lock(mutex_);
    const Slot& slot = slots_[index % kSlots];
    return slot.index == index ? slot.bundle : nullptr;
  }
  void put(std::uint64_t index, const Buffer& bundle) {
    auto kept = std::make_shared<const Buffer>(bundle);
    const std::lock_guard lock(mutex_);
    slots_[index % kSlots] = {index, std::move(kept)};
  }

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;  // guarded by mutex_
};

/// How many records the newest checkpoint covers: what lies beyond is promised to nobody yet.
std::uint64_t published_size(const Service& service) {
  const auto note = parse_note(service.ledger.checkpoint());
  if (!note) return 0;
  const auto checkpoint = parse_checkpoint(note->text);
  return checkpoint ? checkpoint->size : 0;
}

Unexpected no_tile(std::uint64_t size) {
  return fail(ErrorCode::kNotFound, "api.no-tile", {{"size", std::to_string(size)}});
}

Response immutable(Buffer bytes) {
  Response response{.status = 200, .headers = {}, .body = std::move(bytes), .stream = {}};
  response.with("Content-Type", "application/octet-stream")
      .with("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

// The checkpoint is looked at before the ledger, which then holds at least as much.
Result<Response> tile(const Service& service, const Request& request) {
  const std::uint64_t size = published_size(service);
  const auto id = parse_tile_path(std::string_view(request.path).substr(1));
  if (!id || tile_width(id->level, id->index, size) < id->width) return no_tile(size);
  TRY_ASSIGN(Buffer bytes, service.ledger.read()->tile(id->level, id->index, id->width));
  return immutable(std::move(bytes));
}

Result<Response> bundle(const Service& service, BundleCache& cache, const Request& request) {
  const std::uint64_t size = published_size(service);
  const auto id = parse_bundle_path(std::string_view(request.path).substr(1));
  if (!id || tile_width(0, id->index, size) < id->width) return no_tile(size);
  TRY_ASSIGN(Buffer bytes, cache.bundle(*service.ledger.read(), id->index, id->width));
  return immutable(std::move(bytes));
}

Result<Response> checkpoint(const Service& service, const Request&) {
  Response response{
      .status = 200, .headers = {}, .body = published_checkpoint(service), .stream = {}};
  response.with("Content-Type", "text/plain; charset=utf-8")
      .with("Cache-Control", "public, max-age=2");
  return response;
}

}  // namespace

std::vector<Route> tile_routes(const Service& service) {
  const auto cache = std::make_shared<BundleCache>();
  const auto get = [](std::string pattern, auto handler) {
    return Route{"GET", std::move(pattern), Access::kPublic, "", at_once(std::move(handler))};
  };
  return {
      get("/checkpoint", [&service](const Request& r) { return checkpoint(service, r); }),
      get("/tile/entries/{index*}",
          [&service, cache](const Request& r) { return bundle(service, *cache, r); }),
      get("/tile/{level}/{index*}", [&service](const Request& r) { return tile(service, r); }),
  };
}

}  // namespace nianlun::api
