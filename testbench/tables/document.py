# SPDX-License-Identifier: Apache-2.0
"""A table in docs/validation.md that the program fills, between `<!-- NAME -->` and `<!-- end of NAME -->`."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "validation.md"


def main(name, table, arguments, usage):
    """`table(program, before)` is the text, which was `before`. With --check exit 1 when it is another, else it is written."""
    check = arguments[:1] == ["--check"]
    if len(arguments) != 1 + check:
        sys.exit(usage)
    mark, last = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    document = DOCUMENT.read_text()
    begin, end = document.index(mark) + len(mark), document.index(last)
    fresh = document[:begin] + table(str(pathlib.Path(arguments[-1]).resolve()), document[begin:end]) + document[end:]
    if fresh == document:
        return 0
    if check:
        sys.stderr.write(f"the table of {name} in {DOCUMENT} is not what the program answers; write it anew\n")
        return 1
    DOCUMENT.write_text(fresh)
    return 0
