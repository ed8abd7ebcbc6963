// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/shared_memory.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace icesim::cosim {
namespace {

/// One that is mapped now. A signal finds a process, not an object: the list is the process's.
struct Place {
  std::atomic<bool> taken{false};
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};  ///< 0: not mapped
  std::atomic<bool> lost{false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "a signal handler may use it");

std::array<Place, 256> places;
struct sigaction before {};
std::uintptr_t page_size = 0;

void bus_error(int signal, siginfo_t* info, void*) {
  const int error = errno;
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Place& each : places) {
    const std::uintptr_t end = each.end.load();
    if (at < each.begin.load() || at >= end) continue;
    // What lies behind the end of a file is gone, too.
    const std::uintptr_t page = at - at % page_size;
    if (::mmap(reinterpret_cast<void*>(page), end - page, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
      break;
    each.lost = true;
    errno = error;
    return;
  }
  // Not ours: it comes again at once, and goes where it went before.
  ::sigaction(signal, &before, nullptr);
}

bool install() {
  page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  return ::sigaction(SIGBUS, &action, &before) == 0;
}

}  // namespace

SharedMemory::SharedMemory(std::size_t size, int file, off_t offset) {
  static const bool installed = install();
  if (!installed) return;
  for (std::size_t place = 0; place < places.size(); ++place) {
    if (places[place].taken.exchange(true)) continue;
    void* const bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, offset);
    if (bytes == MAP_FAILED) {
      places[place].taken = false;
      return;
    }
    bytes_ = static_cast<std::byte*>(bytes);
    size_ = size;
    place_ = place;
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes);
    places[place].lost = false;
    places[place].begin = begin;
    // The page in which the file ends is there as a whole.
    places[place].end = begin + (size + page_size - 1) / page_size * page_size;
    return;
  }
  errno = ENOMEM;
}

SharedMemory::~SharedMemory() {
  if (bytes_ == nullptr) return;
  places[place_].end = 0;
  ::munmap(bytes_, size_);
  places[place_].taken = false;
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(other.size_), place_(other.place_) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  std::swap(place_, other.place_);
  return *this;
}

bool SharedMemory::lost() const { return bytes_ != nullptr && places[place_].lost.load(std::memory_order_relaxed); }

}  // namespace icesim::cosim
