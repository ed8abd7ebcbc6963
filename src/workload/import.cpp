// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "src/workload/native/native_format.hpp"

namespace icesim {

namespace {

/// What another trace says of its origin, as the one line of text that ours may hold.
std::string provenance_line(const std::string& text) {
  std::string line = printable_text(text);
  if (line.size() <= native::longest_provenance) return line;
  constexpr std::string_view cut = "...";
  std::size_t size = native::longest_provenance - cut.size();
  while (size > 0 && (line[size] & '\xc0') == '\x80') --size;  // not inside a character
  return line.substr(0, size).append(cut);
}

}  // namespace

ImportResult import_trace(const std::filesystem::path& in, const std::filesystem::path& out,
                          const ImportOptions& options) {
  OutputFile file(out.string());
  return import_trace(in, file, options);
}

ImportResult import_trace(const std::filesystem::path& in, OutputFile& out, const ImportOptions& options) {
  struct KeyWriter : KeyListener {
    void key_event(const KeyEvent& event) override { writer->key_event(event); }
    std::unique_ptr<NativeWriter> writer;
  } keys;
  std::unique_ptr<NativeWriter>& writer = keys.writer;
  TraceOptions trace_options = options.trace;
  trace_options.completed = [&](const TraceCompletion& completion) { writer->completed(completion); };
  KeyedTrace trace(in, trace_options, options.keys);
  trace.tell_keys(keys);
  writer = std::make_unique<NativeWriter>(
      out, options.provenance.empty() ? provenance_line(trace.info().provenance) : options.provenance);
  IoRequest request;
  while (trace.next(request)) writer->write(request, trace.process_name());
  writer->finish(trace.info());
  return {trace.info(), trace.keys()};
}

}  // namespace icesim
