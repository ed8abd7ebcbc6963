// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/fio/fio_writer.hpp"

#include "icesim/base/printable.hpp"
#include "src/result/json_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

/// Those that fio shows unless told otherwise, in parts per million.
constexpr std::array<std::uint64_t, 17> percentiles{10'000,  50'000,  100'000, 200'000, 300'000, 400'000, 500'000, 600'000, 700'000,
                                                    800'000, 900'000, 950'000, 990'000, 995'000, 999'000, 999'500, 999'900};

enum Direction : std::size_t { reads, writes, trims, syncs };

Direction direction_of(std::string_view operation) {
  if (operation == "read") return reads;
  if (operation == "write") return writes;
  return operation == "discard" ? trims : syncs;
}

/// A number given in millionths, as the decimal fraction that it is.
double fraction(Wide millionths) {
  return static_cast<double>(static_cast<std::uint64_t>(std::min<Wide>(millionths, std::uint64_t{1} << 53))) / 1e6;
}

std::string percent_name(std::uint64_t ppm) {
  const std::string digits = std::to_string(ppm % 10'000);
  return std::to_string(ppm / 10'000) + "." + std::string(4 - digits.size(), '0') + digits + "00";
}

Json moments(const FioDirection& of) {
  Json json;
  json["min"] = of.min();
  json["max"] = of.max();
  json["mean"] = fraction(of.mean());
  json["stddev"] = fraction(of.deviation());
  json["N"] = of.count();
  return json;
}

Json with_bins(const FioDirection& of) {
  Json json = moments(of);
  if (of.count() == 0) return json;
  for (const std::uint64_t ppm : percentiles) json["percentile"][percent_name(ppm)] = of.percentile(ppm);
  for (const auto& [value, count] : of.bins()) json["bins"][std::to_string(value)] = count;
  return json;
}

/// So many within a time, a second; in millionths.
Wide rate(Wide count, Picoseconds time) {
  constexpr Wide second = 1'000'000'000'000;
  return time.n == 0 ? 0 : count * second * 1'000'000 / time.n;
}

Json direction_json(const FioDirection& of, Picoseconds time) {
  const std::uint64_t per_second = static_cast<std::uint64_t>(rate(of.bytes().n, time) / 1'000'000);
  Json json;
  json["io_bytes"] = of.bytes().n;
  json["io_kbytes"] = of.bytes().n / 1024;
  json["bw_bytes"] = per_second;
  json["bw"] = per_second / 1024;
  json["iops"] = fraction(rate(of.count(), time));
  json["runtime"] = of.count() == 0 ? 0 : time.n / 1'000'000'000;
  json["total_ios"] = of.count();
  json["short_ios"] = json["drop_ios"] = 0;
  json["slat_ns"] = moments({});
  json["clat_ns"] = with_bins(of);
  json["lat_ns"] = moments(of);
  return json;
}

}  // namespace

void FioSummary::request_ended(const RequestRecord& request) {
  first_ = begun_ ? std::min(first_, request.timeline.start()) : request.timeline.start();
  begun_ = true;
  last_ = std::max(last_, request.timeline.last());
  if (request.failed) {
    ++failed_;
    return;
  }
  of_[direction_of(request.operation)].add(request.timeline.latency(), request.length);
}

std::string FioSummary::json(const std::string& version, const std::string& name) const {
  const Picoseconds time = last_ - first_;
  Json job;
  job["jobname"] = printable_text(name);
  job["groupid"] = 0;
  job["error"] = failed_;
  job["job options"] = Json::object();
  job["read"] = direction_json(of_[reads], time);
  job["write"] = direction_json(of_[writes], time);
  job["trim"] = direction_json(of_[trims], time);
  job["sync"]["total_ios"] = of_[syncs].count();
  job["sync"]["lat_ns"] = with_bins(of_[syncs]);
  job["job_runtime"] = time.n / 1'000'000'000;
  Json document;
  document["fio version"] = "icesim-" + version;
  document["jobs"] = Json::array({job});
  return dump_json(document);
}

void FioLog::request_ended(const RequestRecord& request) {
  const Direction direction = direction_of(request.operation);
  if (request.failed || direction == syncs) return;
  line_.clear();
  for (const std::uint64_t number : {request.timeline.last().n / 1'000'000'000, request.timeline.latency().n / 1000,
                                     static_cast<std::uint64_t>(direction), request.length.n})
    line_ += std::to_string(number) + ", ";
  file_.write(line_ + "0\n");
}

}  // namespace icesim
