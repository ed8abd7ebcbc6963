// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/origins/trace_text.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/workload/origins/origin_joiner.hpp"

#include <string>
#include <string_view>

namespace icesim {
namespace {

/// Nanoseconds, with a fraction where there is one.
void put(std::string& line, Picoseconds time) {
  line += std::to_string(time.n / 1000);
  std::string rest = std::to_string(1000 + time.n % 1000).substr(1);
  rest.erase(rest.find_last_not_of('0') + 1);
  if (!rest.empty()) line.append(".").append(rest);
}

/// A cell without commas and quotation marks, which end it for a reader.
void put(std::string& line, std::string_view text) {
  for (const char c : printable_text(text)) {
    if (c == ',')
      line += "\\x2c";
    else if (c == '"')
      line += "\\x22";
    else
      line += c;
  }
}

/// Lines in the order in which the requests come.
class Lines final : public RequestRecorder {
 public:
  explicit Lines(OutputFile& out) : out_(out) {
    out_.write("time_ns,operation,offset,length,process,comm,key,latency_ns,inode,policy,path\n");
  }

  void add(const IoRequest& request) { requests_.push(request); }
  void request_ended(const RequestRecord& told) override {
    const IoRequest& r = requests_.front();
    line_.clear();
    put(line_, r.time);
    line_.append(",").append(rwbs_word(r));
    for (const std::uint64_t number : {r.offset.n, r.length.n, std::uint64_t{r.process}})
      line_.append(",").append(std::to_string(number));
    line_ += ',';
    put(line_, told.origin.process_name);
    line_.append(",").append(std::to_string(r.key)) += ',';
    if (told.origin.recorded) put(line_, *told.origin.recorded);
    line_ += ',';
    if (r.inode != 0) line_ += std::to_string(r.inode);
    line_ += ',';
    if (!told.origin.policy_name.empty())
      put(line_, told.origin.policy_name);
    else if (r.policy != 0)
      line_ += std::to_string(r.policy);
    line_ += ',';
    put(line_, told.origin.path);
    out_.write(line_ += '\n');
    requests_.pop();
  }

 private:
  OutputFile& out_;
  Ring<IoRequest> requests_;
  std::string line_;
};

}  // namespace

std::uint64_t write_trace_text(const std::filesystem::path& path, TraceOptions options, KeyOptions keys, OutputFile& out) {
  Lines lines(out);
  OriginJoiner joiner(lines);
  options.completed = [&joiner](const TraceCompletion& completion) { joiner.completed(completion); };
  keys.tells_files = true;
  KeyedTrace trace(path, options, keys);
  joiner.follow(trace);
  IoRequest request;
  std::uint64_t records = 0;
  while (joiner.next(request)) {
    lines.add(request);
    joiner.request_ended(record_of(request, ++records));
  }
  joiner.finish();
  return records;
}

}  // namespace icesim
