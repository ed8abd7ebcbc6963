// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace icesim::cli {

/// A write of a file, a read that is queued, becomes a request and goes to the scheduler before it is issued, and a flush that
/// never completes.
inline const char* const sample_trace =
    "a-1 [000] ..... 1.000000: f2fs_dataread_start: entry_name /user/0/a.db, offset 0, bytes 4096, cmdline a, pid 1, "
    "i_size 4096, ino 30\n"
    "a-1 [000] ..... 1.000000: f2fs_submit_page_write: dev = (8,0), ino = 30, page_index = 0x0, oldaddr = 0x0, newaddr = "
    "0x64, rw = WRITE(), type = HOT_DATA\n"
    "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 WSM 4096 () 800 + 8 [a]\n"
    "b-2 [000] ..... 1.000040: block_bio_queue: 8,0 R 1600 + 16 [b]\n"
    "b-2 [000] ..... 1.000045: block_getrq: 8,0 R 1600 + 16 [b]\n"
    "b-2 [000] ..... 1.000070: block_rq_insert: 8,0 R 8192 () 1600 + 16 [b]\n"
    "b-2 [000] ..... 1.000100: block_rq_issue: 8,0 R 8192 () 1600 + 16 [b]\n"
    "b-2 [000] ..... 1.000300: block_rq_complete: 8,0 R () 1600 + 16 [0]\n"
    "b-2 [000] ..... 1.000500: block_rq_complete: 8,0 WSM () 800 + 8 [0]\n"
    "a-1 [000] ..... 1.000600: block_rq_issue: 8,0 FF 0 () 0 + 0 [a]\n";

}  // namespace icesim::cli
