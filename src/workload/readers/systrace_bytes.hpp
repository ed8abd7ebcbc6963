// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"

#include <memory>
#include <string>

namespace icesim {

/// The ftrace text in a systrace page: what its `<script class="trace-data">` sections hold that begin with `# tracer`.
/// Pages of before 2013 have it in a JavaScript string, `linuxPerfData = "..."`, whose escapes are resolved.
/// Everything else in the page is passed over, the viewer's own JavaScript included, which names the same events.
class SystraceBytes final : public ByteSource {
 public:
  explicit SystraceBytes(std::unique_ptr<ByteSource> page);
  std::size_t read(char* out, std::size_t size) override;
  std::uint64_t position() const override { return page_->position(); }
  static bool recognises(std::string_view head);

 private:
  bool refill();
  bool find_section();
  std::size_t read_section(char* out, std::size_t size);
  std::size_t read_string(char* out, std::size_t size);

  std::unique_ptr<ByteSource> page_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  bool inside_ = false;
  bool quoted_ = false;  ///< inside of a JavaScript string
  bool found_ = false;
};

}  // namespace icesim
