// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/foreign.hpp"

#include <algorithm>
#include <cctype>

namespace icesim {
namespace {

using namespace std::string_view_literals;

/// What a file is, and the way out.
struct Answer {
  std::string_view what;
  std::string_view way_out;
};

constexpr std::string_view record_block_events =
    "record block events: trace-cmd record -e block:block_rq_issue -e block:block_rq_complete, then trace-cmd report > "
    "trace.txt";

struct Magic {
  std::string_view bytes;
  std::size_t at;
  Answer answer;
};

constexpr Magic magics[] = {
    {"\x17\x08\x44tracing"sv, 0, {"is trace-cmd's trace.dat", "make it text: trace-cmd report -i FILE > trace.txt"}},
    {"PERFILE2"sv, 0, {"is perf.data", "make it text: perf script -i FILE > trace.txt"}},
    {"2ELIFREP"sv, 0, {"is perf.data", "make it text: perf script -i FILE > trace.txt"}},
    {"PERFFILE"sv, 0, {"is perf.data", "make it text: perf script -i FILE > trace.txt"}},
    {"PK\x03\x04"sv, 0, {"is a zip archive", "unpack it: unzip FILE, and give the trace in it"}},
    {"PK\x05\x06"sv, 0, {"is an empty zip archive", "give a trace"}},
    {"\xfd"
     "7zXZ\0"sv,
     0,
     {"is compressed by xz", "decompress it: xz -dk FILE"}},
    {"BZh"sv, 0, {"is compressed by bzip2", "decompress it: bzip2 -dk FILE"}},
    {"\x04\x22\x4d\x18"sv, 0, {"is compressed by lz4", "decompress it: lz4 -dk FILE"}},
    {"\x02\x21\x4c\x18"sv, 0, {"is compressed by lz4", "decompress it: lz4 -dk FILE"}},
    {"LZIP"sv, 0, {"is compressed by lzip", "decompress it: lzip -dk FILE"}},
    {"\x89LZO\0"sv, 0, {"is compressed by lzop", "decompress it: lzop -d FILE"}},
    {"\x5d\0\0"sv, 0, {"is compressed by lzma", "decompress it: xz --format=lzma -dk FILE"}},
    {"\x1f\x9d"sv, 0, {"is compressed by compress", "decompress it: gzip -dk FILE"}},
    {"7z\xbc\xaf\x27\x1c"sv, 0, {"is a 7-Zip archive", "unpack it: 7z x FILE, and give the trace in it"}},
    {"Rar!\x1a\x07"sv, 0, {"is a rar archive", "unpack it: unrar x FILE, and give the trace in it"}},
    {"ustar"sv, 257, {"is a tar archive", "unpack it: tar -xf FILE, and give the trace in it"}},
    {"version https://git-lfs.github.com/spec/"sv,
     0,
     {"is a pointer of Git LFS, not the file", "fetch it: git lfs pull"}},
    {"version https://hawser.github.com/spec/"sv,
     0,
     {"is a pointer of Git LFS, not the file", "fetch it: git lfs pull"}},
    {"/annex/objects/"sv, 0, {"is a pointer of git-annex, not the file", "fetch it: git annex get FILE"}},
    {"SQLite format 3\0"sv, 0, {"is an SQLite database", record_block_events}},
    {"\x7f"
     "ELF"sv,
     0,
     {"is a program (ELF)", "give a trace"}},
    {"\xff\xfe\0\0"sv, 0, {"is text in UTF-32", "make it UTF-8: iconv -f UTF-32 -t UTF-8 FILE > trace.txt"}},
    {"\0\0\xfe\xff"sv, 0, {"is text in UTF-32", "make it UTF-8: iconv -f UTF-32 -t UTF-8 FILE > trace.txt"}},
    {"\xff\xfe"sv, 0, {"is text in UTF-16", "make it UTF-8: iconv -f UTF-16 -t UTF-8 FILE > trace.txt"}},
    {"\xfe\xff"sv, 0, {"is text in UTF-16", "make it UTF-8: iconv -f UTF-16 -t UTF-8 FILE > trace.txt"}},
    {"\xc1\x1f\xfc\xc1"sv, 0, {"is a trace of LTTng (CTF)", record_block_events}},
    {"\x75\xd1\x1d\x57"sv, 0, {"is a trace of LTTng (CTF)", record_block_events}},
};

/// Letters and zeros in turn, without a mark in front that says so.
bool is_utf16(std::string_view head, std::size_t zero) {
  constexpr std::size_t looked_at = 8;
  if (head.size() < looked_at) return false;
  for (std::size_t i = 0; i < looked_at; ++i) {
    const auto c = static_cast<unsigned char>(head[i]);
    if (i % 2 == zero ? c != 0 : c == 0 || c > 0x7e) return false;
  }
  return true;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
bool begins(std::string_view text, std::string_view part) { return text.substr(0, part.size()) == part; }

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

/// An object or an array of JSON begins so.
bool is_json(std::string_view text) {
  text = without_blanks(text);
  if (text.empty() || (text[0] != '{' && text[0] != '[')) return false;
  const bool is_object = text[0] == '{';
  text = without_blanks(text.substr(1));
  return text.empty() || text[0] == '"' || text[0] == (is_object ? '}' : ']') || (!is_object && text[0] == '{');
}

Answer json_answer(std::string_view text) {
  if (has(text, "systemTraceEvents") || has(text, "# tracer:")) {
    return {"is JSON with ftrace text in it",
            "take that out: jq -r '.. | strings | select(contains(\"# tracer\"))' FILE > trace.txt"};
  }
  if (has(text, "traceEvents") || has(text, "\"ph\"")) {
    return {
        "is JSON of Chrome's trace viewer, which names no requests",
        "if ftrace text is in it, take that out: jq -r .systemTraceEvents FILE > trace.txt; else record block events: "
        "trace-cmd record -e block:block_rq_issue -e block:block_rq_complete, then trace-cmd report > trace.txt"};
  }
  if (has(text, "\"fio version\"")) {
    return {"is fio's report in JSON, which names no requests", "give its iolog: fio JOB --write_iolog=job.iolog"};
  }
  return {"is JSON, which is no trace", record_block_events};
}

/// biosnoop of bcc has one line per request, with its columns before the last ones counted from the end, since names of
/// processes hold blanks; it prints them when they complete.
Answer biosnoop_answer(std::string_view header) {
  if (!has(header, "SECTOR") || !has(header, "BYTES")) {
    return {"is the output of a biosnoop that names no addresses", record_block_events};
  }
  if (has(header, "QUE")) {
    return {
        "is biosnoop's table",
        "give its columns our names: (echo time_s,operation,sector,length,latency_ms,process; awk "
        "'$1+0==$1{printf \"%.6f,%s,%s,%s,%s,%s\\n\",$1-$NF/1000+60,$(NF-4),$(NF-3),$(NF-2),$NF,$(NF-6)}' FILE | sort "
        "-n) > t.csv"};
  }
  return {
      "is biosnoop's table",
      "give its columns our names: (echo time_s,operation,sector,length,latency_ms,process; awk "
      "'$1+0==$1{printf \"%.6f,%s,%s,%s,%s,%s\\n\",$1-$NF/1000+60,$(NF-3),$(NF-2),$(NF-1),$NF,$(NF-5)}' FILE | sort "
      "-n) > t.csv"};
}

/// `Linux 6.1.0 (host)  01/02/2026  _x86_64_  (8 CPU)`
bool is_sysstat(std::string_view line) {
  return begins(line, "Linux ") && has(line, " (") && (has(line, " CPU)") || has(line, "\t_") || has(line, " _"));
}

Answer line_answer(std::string_view line) {
  if (begins(line, "TIME(") && has(line, "LAT(ms)") && (has(line, "DISK") || has(line, "COMM"))) {
    return biosnoop_answer(line);
  }
  if (begins(line, "Attaching ") && has(line, " probe")) {
    return {"is bpftrace's output, which names no addresses", record_block_events};
  }
  if (is_sysstat(line) ||
      (begins(line, "Device") && (has(line, " r/s") || has(line, " kB_read") || has(line, " tps")))) {
    return {"is sysstat's output (iostat, sar), which has sums and no requests", record_block_events};
  }
  if (begins(line, "Total DISK READ"))
    return {"is iotop's output, which has sums and no requests", record_block_events};
  if (begins(line, "procs ---") || begins(line, "procs -")) {
    return {"is vmstat's output, which has sums and no requests", record_block_events};
  }
  if (begins(line, "packet {") || begins(line, "packet:")) {
    return {"is Perfetto's trace as text",
            "make it binary: protoc --encode=perfetto.protos.Trace protos/perfetto/trace/trace.proto < FILE > trace"};
  }
  return {};
}

std::string text_of(const Answer& answer) {
  return answer.what.empty() ? std::string() : std::string(answer.what) + "; " + std::string(answer.way_out);
}

}  // namespace

std::string foreign_by_magic(std::string_view head) {
  for (const Magic& magic : magics) {
    if (head.size() < magic.at || head.substr(magic.at, magic.bytes.size()) != magic.bytes) continue;
    // BZh is followed by a digit, and may begin a text.
    if (magic.bytes == "BZh" && (head.size() < 10 || std::isdigit(static_cast<unsigned char>(head[3])) == 0)) continue;
    return text_of(magic.answer);
  }
  if (is_utf16(head, 1))
    return text_of({"is text in UTF-16", "make it UTF-8: iconv -f UTF-16LE -t UTF-8 FILE > trace.txt"});
  if (is_utf16(head, 0))
    return text_of({"is text in UTF-16", "make it UTF-8: iconv -f UTF-16BE -t UTF-8 FILE > trace.txt"});
  return {};
}

std::string foreign_by_text(std::string_view head) {
  if (is_json(head)) return text_of(json_answer(head));
  // What these tools print first stands in the first few lines.
  constexpr int looked_at = 5;
  for (int i = 0; i < looked_at && !head.empty(); ++i) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    const Answer answer = line_answer(head.substr(0, end));
    if (!answer.what.empty()) return text_of(answer);
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return {};
}

}  // namespace icesim
