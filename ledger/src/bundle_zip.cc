#include "bundle_zip.h"

#include <zip.h>

#include <memory>
#include <set>

#include "try.h"

namespace nianlun {
namespace {

// What a ZIP has beside the content: one end, and two headers with the name for each member.
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kHeadersBytes = 30 + 46;
constexpr zip_uint16_t kFirstOfJanuary1980 = 1 << 5 | 1;

struct Free {
  void operator()(zip_t* p) const { zip_discard(p); }
  void operator()(zip_source_t* p) const { zip_source_free(p); }
  void operator()(zip_file_t* p) const { zip_fclose(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Unexpected malformed(std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, "bundle.malformed-zip", {{"what", std::string(what)}});
}

Unexpected no_memory() { return fail(ErrorCode::kIo, "bundle.out-of-memory"); }

Unexpected too_large(std::size_t most) {
  return fail(ErrorCode::kTooLarge, "bundle.too-large", {{"max", std::to_string(most)}});
}

/// A name that means the same everywhere, and leads nowhere out of the folder that it is put in.
bool is_name(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_' || c == '/';
  };
  for (const char c : path) {
    if (!is_plain(c)) return false;
  }
  return !path.empty() && path.size() <= 255 && path.front() != '/' && path.back() != '/' &&
         path.find("..") == path.npos && path.find("//") == path.npos;
}

std::size_t bytes_of(std::string_view path, std::size_t size) {
  return kHeadersBytes + 2 * path.size() + size;
}

Result<void> check_names(std::span<const ZipMember> members) {
  if (members.size() > kZipMembersMax) return too_large(kZipMembersMax);
  std::set<std::string_view> known;
  std::size_t bytes = kEndBytes;
  for (const ZipMember& member : members) {
    if (!is_name(member.path) || !known.insert(member.path).second) return malformed(member.path);
    bytes += bytes_of(member.path, member.content.size());
    if (bytes > kZipBytesMax) return too_large(kZipBytesMax);
  }
  return {};
}

Result<void> add(zip_t* zip, const ZipMember& member) {
  Owned<zip_source_t> content(
      zip_source_buffer(zip, member.content.data(), member.content.size(), 0));
  if (!content) return no_memory();
  const zip_int64_t index = zip_file_add(zip, member.path.c_str(), content.get(), ZIP_FL_ENC_UTF_8);
  if (index < 0) return no_memory();
  static_cast<void>(content.release());  // the archive has it now
  const auto place = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(zip, place, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(zip, place, 0, kFirstOfJanuary1980, 0) != 0) {
    return no_memory();
  }
  return {};
}

Result<Buffer> octets_of(zip_source_t* source) {
  if (zip_source_open(source) != 0) return no_memory();
  Buffer octets;
  Buffer piece(1 << 16, '\0');
  for (;;) {
    const zip_int64_t count = zip_source_read(source, piece.data(), piece.size());
    if (count == 0) break;
    if (count < 0) {
      zip_source_close(source);
      return no_memory();
    }
    octets.append(piece, 0, static_cast<std::size_t>(count));
  }
  zip_source_close(source);
  return octets;
}

/// Takes over the source; the ZIP is checked for headers that contradict each other.
Result<Owned<zip_t>> open(Owned<zip_source_t> source, int flags) {
  if (!source) return no_memory();
  zip_error_t error;
  zip_error_init(&error);
  Owned<zip_t> zip(zip_open_from_source(source.get(), flags, &error));
  const std::string why = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (!zip) return malformed(why);
  static_cast<void>(source.release());
  return zip;
}

struct Stat {
  std::string path;
  std::size_t size = 0;
};

Result<Stat> stat_of(zip_t* zip, zip_uint64_t index) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t kAll = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if (zip_stat_index(zip, index, ZIP_FL_ENC_RAW, &stat) != 0 || (stat.valid & kAll) != kAll) {
    return malformed(std::to_string(index));
  }
  const std::string_view path(stat.name);
  if (!is_name(path)) return malformed(std::to_string(index));
  if (stat.encryption_method != ZIP_EM_NONE || stat.comp_method != ZIP_CM_STORE ||
      stat.size != stat.comp_size || stat.size > kZipBytesMax) {
    return malformed(path);
  }
  return Stat{std::string(path), stat.size};
}

/// All names and sizes, before any content is looked at.
Result<std::vector<Stat>> stats_of(zip_t* zip, std::size_t zip_bytes) {
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  if (count < 0) return malformed("-");
  if (static_cast<std::size_t>(count) > kZipMembersMax) return too_large(kZipMembersMax);
  std::vector<Stat> stats;
  std::set<std::string> known;
  std::size_t bytes = kEndBytes;
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    TRY_ASSIGN(Stat stat, stat_of(zip, i));
    if (!known.insert(stat.path).second) return malformed(stat.path);
    bytes += bytes_of(stat.path, stat.size);
    if (bytes > zip_bytes) return malformed(stat.path);
    stats.push_back(std::move(stat));
  }
  if (bytes != zip_bytes) return malformed(std::to_string(zip_bytes - bytes) + " B");
  return stats;
}

/// Whether each header says what every header says, at the place where it must be: version 1.0,
/// no flags, stored, the first of January 1980.
Result<void> check_headers(Bytes zip, std::span<const Stat> stats) {
  using namespace std::string_view_literals;
  constexpr Bytes kAlike = "\x0a\0\0\0\0\0\0\0\x21\0"sv;
  constexpr std::size_t kLocalBytes = 30;
  std::size_t place = 0;
  for (const Stat& stat : stats) {
    const Bytes header = zip.substr(place, kLocalBytes);
    if (!header.starts_with("PK\x03\x04") || !header.substr(4).starts_with(kAlike)) {
      return malformed(stat.path);
    }
    place += kLocalBytes + stat.path.size() + stat.size;
  }
  for (const Stat& stat : stats) {
    const Bytes header = zip.substr(place, kHeadersBytes - kLocalBytes);
    if (!header.starts_with("PK\x01\x02") || !header.substr(6).starts_with(kAlike)) {
      return malformed(stat.path);
    }
    place += kHeadersBytes - kLocalBytes + stat.path.size();
  }
  return {};
}

Result<Buffer> content_of(zip_t* zip, zip_uint64_t index, const Stat& stat) {
  const Owned<zip_file_t> file(zip_fopen_index(zip, index, 0));
  if (!file) return malformed(stat.path);
  Buffer content(stat.size, '\0');
  if (zip_fread(file.get(), content.data(), content.size()) !=
      static_cast<zip_int64_t>(content.size())) {
    return malformed(stat.path);
  }
  char beyond = 0;  // the checksum is compared when the end is read
  if (zip_fread(file.get(), &beyond, 1) != 0) return malformed(stat.path);
  return content;
}

}  // namespace

bool is_zip(Bytes octets) { return octets.starts_with("PK\x03\x04"); }

Result<Buffer> make_zip(std::span<const ZipMember> members) {
  TRY(check_names(members));
  Owned<zip_source_t> made(zip_source_buffer_create(nullptr, 0, 0, nullptr));
  if (!made) return no_memory();
  zip_source_keep(made.get());  // once for us, once for the archive
  TRY_ASSIGN(Owned<zip_t> zip, open(Owned<zip_source_t>(made.get()), ZIP_TRUNCATE));
  for (const ZipMember& member : members) TRY(add(zip.get(), member));
  if (zip_close(zip.get()) != 0) return no_memory();
  static_cast<void>(zip.release());
  return octets_of(made.get());
}

Result<std::vector<ZipMember>> read_zip(Bytes zip) {
  if (zip.size() > kZipBytesMax) return too_large(kZipBytesMax);
  if (!is_zip(zip)) return malformed("PK");
  Owned<zip_source_t> source(zip_source_buffer_create(zip.data(), zip.size(), 0, nullptr));
  TRY_ASSIGN(const Owned<zip_t> opened, open(std::move(source), ZIP_RDONLY | ZIP_CHECKCONS));
  TRY_ASSIGN(std::vector<Stat> stats, stats_of(opened.get(), zip.size()));
  TRY(check_headers(zip, stats));
  std::vector<ZipMember> members;
  for (std::size_t i = 0; i < stats.size(); ++i) {
    TRY_ASSIGN(Buffer content, content_of(opened.get(), i, stats[i]));
    members.push_back({std::move(stats[i].path), std::move(content)});
  }
  return members;
}

}  // namespace nianlun
