// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <csignal>
#include <memory>
#include <string>
#include <sys/types.h>

namespace icesim {

void remove_leftovers_on_signals();
void be_child_of(pid_t parent);
/// What a signal's line says of the run from now on, unless told: that it is not finished and leaves no file behind. The
/// text must live as long as the program.
void say_on_signals(const char* sentence);

/// Something of this program's that must not outlive it: a temporary file, a directory, a child. When a signal ends the
/// program, all that is on the list is removed, youngest first. Signals are sent to the process, so there is one list for
/// it; who holds a leftover takes it off again, and still removes it himself where no signal came.
class Leftover {
 public:
  /// A file or a socket; a relative name begins at `directory`, a descriptor that must stay open, or AT_FDCWD.
  static Leftover file(int directory, std::string name);
  /// A directory, which must be empty by then.
  static Leftover directory(std::string path);
  /// A child, which is killed and waited for.
  static Leftover child(pid_t process);

  Leftover();
  ~Leftover();
  Leftover(Leftover&&) noexcept;
  Leftover& operator=(Leftover&&) noexcept;
  void forget();

 private:
  friend void remove_leftovers_on_signals();
  friend void be_child_of(pid_t parent);
  struct Entry;
  explicit Leftover(Entry entry);

  std::unique_ptr<Entry> entry_;
};

/// Holds back the signals that end the program while it lives, so that what is begun and what is on the list agree.
class SignalPause {
 public:
  SignalPause();
  ~SignalPause();
  SignalPause(const SignalPause&) = delete;
  SignalPause& operator=(const SignalPause&) = delete;

 private:
  sigset_t before_;
};

/// From now on a signal that ends the program (SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU; not those that are ignored)
/// says so in a line on standard error and removes what is on the list first. A pipe without a reader and a file beyond
/// its limit become errors of the write.
void remove_leftovers_on_signals();

/// In a child, before anything else: the list is its parent's, signals do what they do by default, and when the parent
/// ends, however it does, the child ends too.
void be_child_of(pid_t parent);

}  // namespace icesim
