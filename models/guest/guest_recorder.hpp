// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/crypto_config.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "models/guest/guest_requests.hpp"

#include <array>
#include <string>
#include <vector>

namespace icesim {

/// Makes a trace of what a guest asked of the device: the requests that ended well, each with the number of its key, its
/// DUN and its keyslot, and what became of keys between them. Time begins with the first request.
///
/// A request arrives with the first register write that is made for it: of its doorbell, or of its key, where that was
/// not in its keyslot. Where the guest did something else between the two, it is held until the doorbell. A key is evicted with the first write of a sequence that leaves its keyslot clear, and born with
/// the first request that has it, or that has it again after it was evicted. The controller is suspended with the write
/// that clears HCE, and resumed with the one that sets it again. A key that no request of the trace has is not told of.
class GuestRecorder : public GuestObserver {
 public:
  /// `layout` says where the keyslots are. The file appears when all is written. Throws UserError when it cannot be.
  GuestRecorder(const std::string& path, const std::string& provenance, const CryptoCapabilities& layout)
      : writer_(path, provenance), layout_(layout) {}
  /// Into a file that must live as long as the recorder.
  GuestRecorder(OutputFile& file, const std::string& provenance, const CryptoCapabilities& layout)
      : writer_(file, provenance), layout_(layout) {}

  void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) override;
  void rung(Tag tag, const GuestRequest& request, Picoseconds at) override;
  void ended(Tag tag, const GuestRequest& request, Ocs ocs, Picoseconds at) override;
  void interrupt(bool, Picoseconds) override {}

  void finish();

 private:
  /// What the guest has done with a keyslot.
  struct Place {
    KeyId key = no_key;     ///< that a request has shown to be there
    Picoseconds began{};    ///< of the sequence of writes
    bool cleared = false;   ///< CFGE is clear, and the sequence goes on
    bool has_words = false; ///< key words were written in it
    bool fresh = false;     ///< a key was written at `began`, for a request that has not come yet
    std::uint64_t deeds = 0;  ///< of the guest, up to then
  };

  void enable(bool on, Picoseconds at);
  void configure(Place& place, bool enables, Picoseconds at);

  NativeWriter writer_;
  CryptoCapabilities layout_;
  bool enabled_ = false;
  bool started_ = false;  ///< has been enabled before
  std::array<Place, 256> places_{};            ///< by keyslot
  std::uint64_t deeds_ = 0;  ///< doorbells rung and keys written or evicted so far
  struct Rung {
    Picoseconds arrival{};
    Picoseconds issue{};  ///< 0: it was not held
  };
  std::array<Rung, 32> rung_{};  ///< by tag
  struct Recorded {
    IoRequest io;
    Picoseconds issue{};
  };
  std::vector<Recorded> requests_;
  std::vector<KeyEvent> events_;
};

}  // namespace icesim
