// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"

struct z_stream_s;

namespace icesim {

/// What the members of a gzip file hold; a member that ends early is a UserError.
class GzipBytes final : public ByteSource {
 public:
  explicit GzipBytes(std::unique_ptr<ByteSource> compressed);
  std::size_t read(char* out, std::size_t size) override;
  std::uint64_t position() const override;

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  bool refill();

  std::unique_ptr<ByteSource> compressed_;
  std::unique_ptr<z_stream_s, End> stream_;
  std::string buffer_;
  bool between_members_ = true;
};

}  // namespace icesim
