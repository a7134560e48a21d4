#!/bin/bash
# tool.sh PROGRAM ARGS...   One of the lab's small programs (nft, conntrack, tcpdump ...): the machine's own, else the unpacked one.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
has "$1" && exec "$@"
tools_up; in_root "$TOOLS" "$@"
