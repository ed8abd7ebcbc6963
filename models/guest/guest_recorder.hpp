// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/native/native_writer.hpp"
#include "models/guest/guest_requests.hpp"

#include <string>
#include <vector>

namespace icesim {

/// Makes a trace of what a guest asked of the device: the requests that ended well, in the order of their doorbells,
/// each with the number of its key, its DUN and its keyslot. Time begins with the first of them.
class GuestRecorder : public GuestObserver {
 public:
  /// The file appears when all is written. Throws UserError when it cannot be.
  GuestRecorder(const std::string& path, const std::string& provenance) : writer_(path, provenance) {}
  /// Into a file that must live as long as the recorder.
  GuestRecorder(OutputFile& file, const std::string& provenance) : writer_(file, provenance) {}

  void access(bool, std::uint32_t, std::uint32_t, Picoseconds) override {}
  void rung(Tag, const GuestRequest&, Picoseconds) override {}
  void ended(Tag tag, const GuestRequest& request, Ocs ocs, Picoseconds at) override;
  void interrupt(bool, Picoseconds) override {}

  void finish();

 private:
  NativeWriter writer_;
  std::vector<IoRequest> requests_;
};

}  // namespace icesim
