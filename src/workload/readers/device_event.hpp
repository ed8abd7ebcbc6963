// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/cdb.hpp"
#include "src/workload/requests/request_assembler.hpp"

#include <string_view>

namespace icesim::ftrace {

enum class Step { start, end, other };

/// Parse what the driver of a storage device notes about a request, below the block layer: device {0, LUN}, or {0, 0} where
/// the trace tells none; addresses in bytes. `step` is `other` for an event of the same name about something else.
/// They return false when the text is malformed.

/// `send_req: 0:0:0:0: tag: 7, DB: 0x0, size: 4096, IS: 0, LBA: 5, opcode: 0x28 (READ_10), ...`; names hold colons.
bool parse_ufshcd_command(std::string_view payload, RequestEvent& event, Step& step);
/// The same from its numbers: `lba` in blocks of 4096 bytes, `size` in bytes, -1 where the driver tells none.
bool set_ufshcd_command(std::uint32_t opcode, std::uint64_t lba, std::int64_t size, RequestEvent& event);
/// `send_req: DEVICE: HDR:01 40 ..., CDB:28 00 ...`
bool parse_ufshcd_upiu(std::string_view payload, RequestEvent& event, Step& step);
/// The bytes behind `CDB:`.
bool parse_cdb(std::string_view payload, cdb::Bytes16& bytes);
/// mmc_blk_{rw,erase}_{start,end}: `cmd=25,addr=0x005420a8,size=0x00000008`, in sectors.
bool parse_mmc(std::string_view event_name, std::string_view payload, RequestEvent& event, Step& step);

}  // namespace icesim::ftrace
