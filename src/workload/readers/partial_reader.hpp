// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/workload/reader.hpp"

#include <memory>

namespace icesim {

/// Another reader's requests up to the place where the trace is broken; that it was left there is counted.
class PartialReader final : public TraceReader {
 public:
  explicit PartialReader(std::unique_ptr<TraceReader> inner) : inner_(std::move(inner)) {}

  bool next(IoRequest& request) override {
    if (broken_) return false;
    try {
      return inner_->next(request);
    } catch (const UserError&) {
      // A trace without any request is refused all the same.
      if (inner_->info().records == 0) throw;
      broken_ = std::make_unique<TraceInfo>(inner_->info());
      broken_->broken_ends = 1;
      return false;
    }
  }
  const TraceInfo& info() const override { return broken_ ? *broken_ : inner_->info(); }
  std::string_view process_name() const override { return inner_->process_name(); }
  RequestOrigin origin() const override { return inner_->origin(); }
  Number number() const override { return inner_->number(); }

 private:
  std::unique_ptr<TraceReader> inner_;
  std::unique_ptr<TraceInfo> broken_;
};

}  // namespace icesim
