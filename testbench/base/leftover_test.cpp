// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "icesim/base/leftover.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace icesim {
namespace {

namespace fs = std::filesystem;

class LeftoverTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_ / name).string(); }

  /// What a process ends with that does this and then gets a signal; what it says goes to the file "said".
  int status_after(int signal, const std::function<void()>& work) const {
    const pid_t process = ::fork();
    if (process == 0) {
      ::close(STDERR_FILENO);
      if (::open(path("said").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600) != STDERR_FILENO) ::_exit(99);
      work();
      ::raise(signal);
      ::_exit(98);
    }
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(LeftoverTest, EverySignalThatEndsTheProgramRemovesWhatIsNotFinished) {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU}) {
    const int status = status_after(signal, [&] {
      remove_leftovers_on_signals();
      ::mkdir(path("scratch").c_str(), 0700);
      const Leftover scratch = Leftover::directory(path("scratch"));
      OutputFile file(path("scratch/in"));
      OutputFile finished(path("out"));
      finished.write("text");
      finished.finish();
      OutputFile committed(path("kept"));
      committed.commit();
      if (fs::is_empty(path("scratch"))) ::_exit(97);
      ::raise(signal);
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_FALSE(fs::exists(path("out")));
    EXPECT_FALSE(fs::exists(path("scratch")));
    EXPECT_TRUE(fs::exists(path("kept")));
    EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 2) << "kept, said";
    EXPECT_EQ(read_text_file(path("said")), std::string("icesim: interrupted by SIG") + ::sigabbrev_np(signal) +
                                                "; the run is not finished and leaves no file behind\n");
    fs::remove(path("said"));
    fs::remove(path("kept"));
  }
}

TEST_F(LeftoverTest, IgnoredSignalsStayIgnored) {
  const int status = status_after(SIGHUP, [] {
    ::signal(SIGHUP, SIG_IGN);
    remove_leftovers_on_signals();
  });
  EXPECT_EQ(WEXITSTATUS(status), 98);
}

TEST_F(LeftoverTest, KillsChildrenAndWaitsForThem) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  status_after(SIGTERM, [&] {
    remove_leftovers_on_signals();
    const pid_t self = ::getpid();
    const pid_t process = ::fork();
    if (process == 0) {
      be_child_of(self);
      for (;;) ::pause();
    }
    const Leftover child = Leftover::child(process);
    if (::write(ends[1], &process, sizeof process) != sizeof process) ::_exit(97);
    ::raise(SIGTERM);
  });
  pid_t process = 0;
  ASSERT_EQ(::read(ends[0], &process, sizeof process), static_cast<ssize_t>(sizeof process));
  EXPECT_EQ(::kill(process, 0), -1);
  EXPECT_EQ(errno, ESRCH);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(LeftoverTest, AChildEndsWithItsParentHoweverThatEnds) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int status = status_after(SIGKILL, [&] {
    const pid_t self = ::getpid();
    if (::fork() == 0) {
      be_child_of(self);
      ::write(ends[1], "x", 1);
      for (;;) ::pause();
    }
    char ready = 0;
    if (::read(ends[0], &ready, 1) != 1) ::_exit(97);
  });
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  ::close(ends[1]);
  // The pipe has no writer any more once the child has ended.
  char nothing = 0;
  EXPECT_EQ(::read(ends[0], &nothing, 1), 0);
  ::close(ends[0]);
}

TEST_F(LeftoverTest, AChildLeavesItsParentsFiles) {
  OutputFile file(path("out"));
  const pid_t self = ::getpid();
  const int status = status_after(SIGTERM, [&] {
    remove_leftovers_on_signals();
    const SignalPause pause;
    be_child_of(self);
    remove_leftovers_on_signals();
  });
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  file.commit();
  EXPECT_TRUE(fs::exists(path("out")));
}

TEST_F(LeftoverTest, AForgottenOneStays) {
  const int status = status_after(SIGTERM, [&] {
    remove_leftovers_on_signals();
    write_file_atomically(path("a"), "");
    write_file_atomically(path("b"), "");
    write_file_atomically(path("c"), "");
    Leftover a = Leftover::file(AT_FDCWD, path("a"));
    Leftover b = Leftover::file(AT_FDCWD, path("b"));
    Leftover c = Leftover::file(AT_FDCWD, path("c"));
    b.forget();
    c = std::move(a);
    ::raise(SIGTERM);
  });
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_FALSE(fs::exists(path("a")));
  EXPECT_TRUE(fs::exists(path("b")));
  EXPECT_TRUE(fs::exists(path("c")));
}

}  // namespace
}  // namespace icesim
